"""Templates in rows, checked and prepared once to be compared often; who they are, where that matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import BadInput, ModelInformation, Template

Metric = Literal["euclidean", "cosine"]
LONGEST = 1e18  # squares of longer templates would overflow float32
ROUNDING = 2.0**-24  # largest relative rounding error of float32
UNDERFLOW = 2.0**-148  # what a product of float32 may lose below its smallest number
ROWS_AT_ONCE = 4096
COLUMNS = ("given", "unit", "lengths", "squares", "codes", "scales", "order")

Rows = slice | NDArray[np.intp]


class MixedModelsError(BadInput):
    """Templates of different engines or models were compared; their distance means nothing."""

    code = "models-mixed"


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTemplates:
    """Templates ready for products in float32, which find candidates, and exact distances in float64."""

    metric: Metric  #: "euclidean" or "cosine".
    model: str  #: digest of the pipeline or model that made them; "" where there is none.
    longest: float  #: length of the longest row of `single`.
    given: NDArray[np.float32]  #: the templates as given, shape (n, d).
    #: squared length of each row of `single`, shape (n,); infinite where a template was removed.
    squares: NDArray[np.float32]
    #: the templates with length 1 for cosine, shape (n, d); None for Euclidean.
    unit: NDArray[np.float32] | None = None
    #: what `given` is divided by for cosine, shape (n,); None for Euclidean.
    lengths: NDArray[np.float64] | None = None
    #: the rows of `single` in a byte a number, shape (n, d), see `codes`; None if never searched so.
    codes: NDArray[np.int8] | None = None
    #: what one step of a row's codes is, shape (n,); None without codes.
    scales: NDArray[np.float32] | None = None
    #: what breaks ties, the lowest first, shape (n,); None for the order of the rows.
    order: NDArray[np.int64] | None = None
    removed: int = 0  #: how many of the rows were removed.

    def __len__(self) -> int:
        """How many rows there are, with those removed."""
        return len(self.given)

    @property
    def present(self) -> int:
        """How many templates there are, without those removed."""
        return len(self.given) - self.removed

    @property
    def single(self) -> NDArray[np.float32]:
        """What is multiplied, shape (n, d): the templates as given, or of length 1 for cosine."""
        return self.given if self.unit is None else self.unit

    def double(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Some rows in float64, of length 1 for cosine, shape (len(rows), d)."""
        chosen = self.given[rows].astype(np.float64)
        return chosen if self.lengths is None else chosen / self.lengths[rows, None]

    def each(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> PreparedTemplates:
        """The same with a change to each of its columns; `removed` stays as it is."""
        columns: dict[str, Any] = {
            name: change(column) for name in COLUMNS if (column := getattr(self, name)) is not None
        }
        return replace(self, **columns)

    def ties(self, rows: NDArray[np.intp]) -> NDArray[Any]:
        """What breaks ties among some rows."""
        return rows if self.order is None else self.order[rows]


@dataclass(frozen=True, slots=True, eq=False)
class TemplateSet:
    """Templates with the person and the group of each. Raises: BadInput: columns that do not fit them."""

    templates: PreparedTemplates  #: none of them removed.
    #: person code of each, shape (n,); None if no two templates of these sets are of one person.
    person: NDArray[np.int64] | None = None
    group: NDArray[np.int64] | None = None  #: group code of each from 0, shape (n,); None for one group.

    def __post_init__(self) -> None:
        for name, codes in (("person", self.person), ("group", self.group)):
            if codes is not None:
                _check_codes(name, codes, self.templates.present)
        if self.group is not None and self.group.min(initial=0) < 0:
            raise BadInput(
                "a template has no group",
                expected="group codes from 0",
                got=str(self.group.min()),
                remedy="leave out the templates without a label, or give them a group of their own",
                code="argument-unusable",
            )

    def __len__(self) -> int:
        """How many templates there are."""
        return len(self.templates)


def prepare(templates: NDArray[np.float32], metric: str = "euclidean", model: str = "") -> PreparedTemplates:
    """Check templates and make them ready; `templates` must not be changed afterwards.

    Args:
        templates: float32, shape (n, d), as their model made them.
        metric: "euclidean", or "cosine" for 1 - cos.
        model: digest of the pipeline or model that made them; "" where there is none.

    Raises: BadInput: not float32 of shape (n, d), not finite, too long, or of no length for cosine.
    """
    _check_templates(templates)
    lengths = _lengths(templates)
    longest = float(lengths.max(initial=0.0))
    if longest > LONGEST:
        raise _bad(f"a length of at most {LONGEST:g}", f"{longest:g}")
    given = read_only(np.ascontiguousarray(templates))
    if metric == "euclidean":
        squares = read_only((lengths**2).astype(np.float32))
        return PreparedTemplates("euclidean", model, longest, given, squares)
    if metric != "cosine":
        raise _bad("metric 'euclidean' or 'cosine'", repr(metric))
    if not lengths.all():
        raise _bad("a length above 0 for cosine", "a template of zeros")
    unit = (given / lengths[:, None]).astype(np.float32)
    ones = _lengths(unit)
    squares, longest = read_only((ones**2).astype(np.float32)), float(ones.max(initial=0.0))
    return PreparedTemplates("cosine", model, longest, given, squares, read_only(unit), read_only(lengths))


def prepare_templates(templates: Sequence[Template], model: ModelInformation) -> PreparedTemplates:
    """As `prepare`, for templates of one model. Raises: MixedModelsError: one is from another."""
    for other in templates:
        if other.model.made_by != model.made_by:
            raise _mixed(*(f"{one.name} ({one.made_by})" for one in (other.model, model)))
    rows = np.zeros((len(templates), model.template_length), np.float32)
    if templates:
        rows = np.stack([template.vector for template in templates])
    return prepare(rows, model.metric, model.made_by)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A view of an array through which it cannot be changed."""
    view = array.view()
    view.flags.writeable = False
    return view


def check_comparable(probes: PreparedTemplates, references: PreparedTemplates) -> None:
    """Raises: MixedModelsError: from two models. BadInput: of two metrics or lengths."""
    if probes.model != references.model:
        raise _mixed(probes.model, references.model)
    if probes.metric != references.metric:
        raise _bad(f"both sides of metric {references.metric}", probes.metric)
    if probes.given.shape[1] != references.given.shape[1]:
        raise _bad(f"{probes.given.shape[1]} numbers a template", str(references.given.shape[1]))


def exact_distances(
    probes: PreparedTemplates, references: PreparedTemplates, i: NDArray[np.intp], j: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Distance of pairs (i, j) in float64, each on its own, so the same however pairs are grouped.

    Euclidean: root of the summed squared differences. Cosine: 1 - cos, as half the squared difference of
    templates of length 1, which keeps its digits near 0.
    """
    found = np.empty(len(i))
    for start in range(0, len(i), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        difference = probes.double(i[part]) - references.double(j[part])
        np.add.reduce(difference * difference, axis=1, out=found[part])
    return np.sqrt(found) if probes.metric == "euclidean" else found / 2


def margin(probes: PreparedTemplates, references: PreparedTemplates) -> float:
    """How far a squared distance from a float32 product may be from the truth.

    Source: error bound of a dot product of d terms, d * u * |a| |b| in any order of summing (Higham
    2002, 3.1), with room for the squares and for rounding templates to length 1.
    """
    terms = probes.given.shape[1] + 16
    return float(terms * (ROUNDING * (probes.longest + references.longest) ** 2 + UNDERFLOW))


def _lengths(templates: NDArray[np.float32]) -> NDArray[np.float64]:
    """Length of each row in float64, a few thousand rows at a time."""
    found = np.empty(len(templates))
    for start in range(0, len(templates), ROWS_AT_ONCE):
        part = templates[start : start + ROWS_AT_ONCE].astype(np.float64)
        np.add.reduce(part * part, axis=1, out=found[start : start + ROWS_AT_ONCE])
    return np.sqrt(found)


def _check_templates(templates: NDArray[Any]) -> None:
    if templates.ndim != 2 or templates.dtype != np.float32 or templates.shape[1] == 0:
        raise _bad("float32 of shape (n, d), d at least 1", f"{templates.dtype} of shape {templates.shape}")
    for start in range(0, len(templates), ROWS_AT_ONCE):
        finite = np.isfinite(templates[start : start + ROWS_AT_ONCE]).all(axis=1)
        if not finite.all():
            raise _bad("finite numbers", f"NaN or infinity in row {start + int(finite.argmin())}")


def _check_codes(name: str, codes: NDArray[Any], length: int) -> None:
    if codes.shape == (length,) and codes.dtype.kind in "iu":
        return
    raise BadInput(
        f"{name} codes do not fit the templates",
        expected=f"whole numbers of shape ({length},)",
        got=f"{codes.dtype} of shape {codes.shape}",
        remedy="give one code a template",
        code="argument-unusable",
    )


def _mixed(one: str, other: str) -> MixedModelsError:
    return MixedModelsError(
        "templates of two engines cannot be compared",
        expected="all from one engine: one detector, alignment and model",
        got=f"some from {one or 'one of no name'}, some from {other or 'one of no name'}",
        remedy="make them all with the same engine",
    )


def _bad(expected: str, got: str) -> BadInput:
    return BadInput(
        "templates that cannot be compared",
        expected=expected,
        got=got,
        remedy="give templates of one model, one a row, as it made them",
        code="argument-unusable",
    )
