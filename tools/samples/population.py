"""How people, and photographs of one person, are spread: nothing here stands on fewer than 200 people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.mixture import GaussianMixture
from tools.samples.components import Components, Layout
from tools.samples.portraits import HEIGHT, WIDTH, Portraits

Array = NDArray[np.float64]

FEWEST_PEOPLE = 200
PHOTOGRAPH_SHARE = 0.3
"""Share of the covariance within people that is left to photographs; people get the rest of all."""

YEAR = 2019  # of most portraits of the present Congress, for their ages
_CHEEKS = (
    (44, 58, 100, 116),
    (86, 100, 100, 116),
    (60, 84, 48, 58),
)  # left, right, top, bottom; and the forehead
_LEFT_COAT, _RIGHT_COAT = ((8, 36, 168, 182),), ((108, 136, 168, 182),)
_SAME_PICTURE = 0.2  # two portraits of a person nearer than this are one photograph, or taken on one day
_RIDGE = 0.3
_COMPONENTS, _LEADING, _FITS = 4, 16, 30

Patches = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The population, as the model file holds it.

    Attributes:
        means, shares, spread, within, measures, measure_offsets, tint, tinted: as `Population` of
            fairlineup.evidence.samples.people.
        stands_on: how many people each part stands on, by name.
    """

    means: Array
    shares: Array
    spread: Array
    within: Array
    measures: Array
    measure_offsets: Array
    tint: Array
    tinted: Array
    stands_on: dict[str, int]


def spread_of(
    portraits: Portraits, texture: Components, shape: Components, layout: Layout, fewest: int = FEWEST_PEOPLE
) -> Spread:
    """Mixture, covariances and measures. Raises: ValueError: a part stands on too few people."""
    vectors = np.concatenate([texture.coefficients, shape.coefficients], axis=1).astype(np.float64)
    patch = _Patch(texture, layout, vectors.shape[1])
    skin = [patch.mean(channel, _CHEEKS) for channel in ("luma", "red", "blue")]
    coats = [
        patch.mean(channel, side) for side in (_LEFT_COAT, _RIGHT_COAT) for channel in ("luma", "red", "blue")
    ]
    member = _members(vectors, portraits, fewest)
    means = np.array([vectors[member == one].mean(axis=0) for one in range(_COMPONENTS)])
    apart = vectors - means[member]
    pairs, within = _within(vectors, portraits)
    presentation, age = _presentation(vectors, portraits), _age(vectors, portraits)
    measures = [presentation, *skin, age, *coats]
    cheeks = [vectors @ row + offset for row, offset in skin]
    tinted = np.quantile(cheeks[0], [0.01, 0.99])
    labelled, probes = portraits.sex != "", portraits.probe & ~np.isnan(portraits.birth_year)
    stands_on = {f"component {one}": _people(portraits, member == one) for one in range(_COMPONENTS)} | {
        "covariance between people": len(set(portraits.person)),
        "covariance within people": pairs,
        "presentation": _people(portraits, labelled),
        "age": _people(portraits, probes),
    }
    _check(stands_on, fewest)
    return Spread(
        means=means,
        shares=_shares(member, portraits),
        spread=_factor(apart.T @ apart / (len(apart) - len(means)) - PHOTOGRAPH_SHARE * within),
        within=_factor(within),
        measures=np.array([row for row, _ in measures]),
        measure_offsets=np.array([offset for _, offset in measures]),
        tint=np.array([np.polyfit(cheeks[0], cheeks[colour], 2) for colour in (1, 2)]),
        tinted=tinted,
        stands_on=stands_on,
    )


def _people(portraits: Portraits, chosen: NDArray[np.bool_]) -> int:
    return len(set(portraits.person[chosen]))


def _check(stands_on: dict[str, int], fewest: int) -> None:
    few = {name: people for name, people in stands_on.items() if people < fewest}
    if few:
        raise ValueError(f"expected every part to stand on {fewest} people or more, got {few}")


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """Means over patches of the face, as linear measures of its coefficients."""

    texture: Components
    layout: Layout
    length: int

    def mean(self, channel: str, patches: Patches) -> tuple[Array, float]:
        """Row of shape (length,) and offset: a channel's mean over patches is row @ coefficients + offset."""
        half = 1 if channel == "luma" else 2
        inside = self.layout.inside if half == 1 else self.layout.inside_half
        chosen = np.zeros((HEIGHT // half, WIDTH // half))
        for left, right, top, bottom in patches:
            chosen[top // half : bottom // half, left // half : right // half] = 1
        parts = {name: np.zeros_like(part) for name, part in self.layout.parts(self.layout.weight).items()}
        parts[channel] = chosen[inside] / chosen[inside].sum()
        over = np.concatenate([parts[name] for name in ("luma", "red", "blue", "matte")]) / self.layout.weight
        row = np.zeros(self.length)
        row[: len(self.texture.basis)] = self.texture.basis @ over
        return row, float(self.texture.mean @ over)


def _members(vectors: Array, portraits: Portraits, fewest: int) -> NDArray[np.intp]:
    """The component each portrait belongs to, shape (n,): a mixture over the first components of texture.

    Of several fits the likeliest in which every component has enough people. Raises: ValueError: none.
    """
    leading = vectors[:, :_LEADING] / vectors[:, 0].std()
    found: list[tuple[float, NDArray[np.intp]]] = []
    for seed in range(_FITS):
        fit = GaussianMixture(_COMPONENTS, covariance_type="tied", reg_covar=1e-3, random_state=seed).fit(
            leading
        )
        member = np.asarray(fit.predict(leading), np.intp)
        if min(_people(portraits, member == one) for one in range(_COMPONENTS)) >= fewest:
            found.append((fit.bic(leading), member))
    if not found:
        raise ValueError(f"expected a mixture of components of {fewest} people or more, got none")
    return min(found, key=lambda one: one[0])[1]


def _shares(member: NDArray[np.intp], portraits: Portraits) -> Array:
    """Shares of the components among portraits labelled feminine and masculine, shape (2, components)."""
    return np.array(
        [[np.mean(member[portraits.sex == sex] == one) for one in range(_COMPONENTS)] for sex in ("F", "M")]
    )


def _within(vectors: Array, portraits: Portraits) -> tuple[int, Array]:
    """People with two portraits taken apart, and their covariance: half the mean product of differences."""
    rows: dict[str, list[int]] = {}
    for row, person in enumerate(portraits.person):
        rows.setdefault(str(person), []).append(row)
    pairs = [(two[0], two[1]) for two in rows.values() if len(two) > 1]
    apart = [
        np.linalg.norm(portraits.templates[a] - portraits.templates[b]) > _SAME_PICTURE for a, b in pairs
    ]
    kept = [pair for pair, taken_apart in zip(pairs, apart, strict=True) if taken_apart]
    differences = np.array([vectors[a] - vectors[b] for a, b in kept])
    return len(kept), differences.T @ differences / (2 * len(kept))


def _factor(covariance: Array) -> Array:
    """A matrix F with F @ F.T the covariance; square, so that no column is one person's difference."""
    values, turns = np.linalg.eigh(covariance)
    return np.asarray((turns * np.sqrt(np.maximum(values, 0))) @ turns.T)


def _presentation(vectors: Array, portraits: Portraits) -> tuple[Array, float]:
    """+1 for feminine, -1 for masculine: ridge regression on the labelled, both sexes weighing the same."""
    labelled = portraits.sex != ""
    feminine = portraits.sex[labelled] == "F"
    once = _once_a_person(portraits.person[labelled])
    weight = np.where(feminine, once / once[feminine].sum(), once / once[~feminine].sum())
    return _ridge(vectors[labelled], np.where(feminine, 1.0, -1.0), weight, vectors.var(axis=0))


def _age(vectors: Array, portraits: Portraits) -> tuple[Array, float]:
    """Years, by ridge regression on portraits of the present Congress with a known year of birth."""
    known = portraits.probe & ~np.isnan(portraits.birth_year)
    years = YEAR - portraits.birth_year[known]
    return _ridge(vectors[known], years, np.ones(len(years)), vectors.var(axis=0))


def _once_a_person(person: NDArray[np.str_]) -> Array:
    _, which, count = np.unique(person, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[which])


def _ridge(vectors: Array, target: Array, weight: Array, variance: Array) -> tuple[Array, float]:
    weight = weight / weight.sum()
    centre, level = weight @ vectors, float(weight @ target)
    apart = vectors - centre
    together = (apart * weight[:, None]).T @ apart + _RIDGE * np.diag(variance)
    row = np.asarray(np.linalg.solve(together, (apart * weight[:, None]).T @ (target - level)), np.float64)
    return row, level - float(centre @ row)
