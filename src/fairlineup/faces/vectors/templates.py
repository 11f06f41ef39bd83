"""Templates in rows, checked and made ready to be compared; who they are, where that matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.records import BadInput

Metric = Literal["euclidean", "cosine"]
LONGEST = 1e18  # squares of longer templates would overflow float32
ROUNDING = 2.0**-24  # largest relative rounding error of float32


@dataclass(frozen=True, slots=True, eq=False)
class TemplateSet:
    """Templates with the person and the group of each.

    Attributes:
        templates: float32, shape (n, d).
        person: person code of each, shape (n,); None if no two templates of these sets are of one person.
        group: group code of each from 0, shape (n,); None for one group.

    Raises: BadInput: the columns do not fit the templates.
    """

    templates: NDArray[np.float32]
    person: NDArray[np.int64] | None = None
    group: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        for name, codes in (("person", self.person), ("group", self.group)):
            if codes is not None:
                _check_codes(name, codes, len(self.templates))
        if self.group is not None and self.group.min(initial=0) < 0:
            raise BadInput(
                "a template has no group",
                expected="group codes from 0",
                got=str(self.group.min()),
                remedy="leave out the templates without a label, or give them a group of their own",
            )

    def __len__(self) -> int:
        """How many templates there are."""
        return len(self.templates)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Templates ready for products in float32 and for exact distances in float64.

    Attributes:
        single: what is multiplied, shape (n, d): as given, or of length 1 for cosine.
        squares: squared length of each row of `single`, shape (n,).
        given: the templates as given.
        lengths: what `given` is divided by for cosine, shape (n,); None for Euclidean.
    """

    single: NDArray[np.float32]
    squares: NDArray[np.float32]
    given: NDArray[np.float32]
    lengths: NDArray[np.float64] | None

    def __len__(self) -> int:
        """How many templates there are."""
        return len(self.single)

    def double(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Some rows in float64, of length 1 for cosine, shape (len(rows), d)."""
        chosen = self.given[rows].astype(np.float64)
        return chosen if self.lengths is None else chosen / self.lengths[rows, None]

    @property
    def longest(self) -> float:
        """Length of the longest row."""
        return float(np.sqrt(self.squares.max(initial=0.0)))


def prepare(templates: NDArray[np.float32], metric: Metric, side: str) -> Prepared:
    """Check templates and make them ready.

    Raises: BadInput: not float32 of shape (n, d), not finite, too long, or of no length for cosine.
    """
    _check_templates(templates, side)
    lengths = _lengths(templates)
    if lengths.max(initial=0.0) > LONGEST:
        raise _bad(side, f"a length of at most {LONGEST:g}", f"{lengths.max():g}")
    if metric == "euclidean":
        single = np.ascontiguousarray(templates)
        return Prepared(single, (lengths**2).astype(np.float32), templates, None)
    if metric != "cosine":
        raise _bad(side, "metric 'euclidean' or 'cosine'", repr(metric))
    if not lengths.all():
        raise _bad(side, "a length above 0 for cosine", "a template of zeros")
    single = (templates / lengths[:, None]).astype(np.float32)
    return Prepared(single, (_lengths(single) ** 2).astype(np.float32), templates, lengths)


def prepare_pair(
    probes: NDArray[np.float32], references: NDArray[np.float32], metric: Metric
) -> tuple[Prepared, Prepared]:
    """Check two sides and make them ready. Raises: BadInput: also when their dimensions differ."""
    ready = prepare(probes, metric, "probes"), prepare(references, metric, "references")
    if probes.shape[1] != references.shape[1]:
        raise _bad("references", f"{probes.shape[1]} numbers a template", str(references.shape[1]))
    return ready


def exact_distances(
    probes: Prepared, references: Prepared, i: NDArray[np.intp], j: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Distance of pairs (i, j) in float64, each on its own, so the same however pairs are grouped.

    Euclidean: root of the summed squared differences. Cosine: 1 - cos, as half the squared difference of
    templates of length 1, which keeps its digits near 0.
    """
    found = np.empty(len(i))
    for start in range(0, len(i), 4096):
        part = slice(start, start + 4096)
        difference = probes.double(i[part]) - references.double(j[part])
        np.add.reduce(difference * difference, axis=1, out=found[part])
    return np.sqrt(found) if probes.lengths is None else found / 2


def margin(probes: Prepared, references: Prepared) -> float:
    """How far a squared distance from a float32 product may be from the truth.

    Source: error bound of a dot product of d terms, d * u * |a| |b| in any order of summing (Higham
    2002, 3.1), with room for the squares and for rounding templates to length 1.
    """
    dimension = probes.single.shape[1]
    return float((dimension + 16) * ROUNDING * (probes.longest + references.longest) ** 2)


def _lengths(templates: NDArray[np.float32]) -> NDArray[np.float64]:
    """Length of each row in float64, a few thousand rows at a time."""
    found = np.empty(len(templates))
    for start in range(0, len(templates), 4096):
        part = templates[start : start + 4096].astype(np.float64)
        np.add.reduce(part * part, axis=1, out=found[start : start + 4096])
    return np.sqrt(found)


def _check_templates(templates: NDArray[Any], side: str) -> None:
    if templates.ndim != 2 or templates.dtype != np.float32 or templates.shape[1] == 0:
        got = f"{templates.dtype} of shape {templates.shape}"
        raise _bad(side, "float32 of shape (n, d), d at least 1", got)
    for start in range(0, len(templates), 4096):
        finite = np.isfinite(templates[start : start + 4096]).all(axis=1)
        if not finite.all():
            raise _bad(side, "finite numbers", f"NaN or infinity in row {start + int(finite.argmin())}")


def _check_codes(name: str, codes: NDArray[Any], length: int) -> None:
    if codes.shape == (length,) and codes.dtype.kind in "iu":
        return
    raise BadInput(
        f"{name} codes do not fit the templates",
        expected=f"whole numbers of shape ({length},)",
        got=f"{codes.dtype} of shape {codes.shape}",
        remedy="give one code a template",
    )


def _bad(side: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the {side} cannot be compared",
        expected=expected,
        got=got,
        remedy="give templates of one model, one a row, as it made them",
    )
