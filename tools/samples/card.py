"""What is measured of the model and of the people made with it, for the model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tools.samples.build import Studied, learned, some_of
from tools.samples.components import laid_out, texture_components
from tools.samples.screening import NEAREST, EngineName, Floats, nearest_portrait, on_scale, templates_of

from fairlineup.evidence.samples.appearance import appearance_of
from fairlineup.evidence.samples.people import SamplePerson, person_of, population_of
from fairlineup.evidence.samples.photographs import Model, Shot

SEED = 20_190_115
_REPLICATES = 1_000
_ATTACKED_FEWEST = 60  # a model of half the people is made to be attacked, not shipped


@dataclass(frozen=True, slots=True)
class Auc:
    """How well members are told from others: 0.5 is not at all. Interval by a bootstrap of people."""

    value: float
    low: float
    high: float
    members: int
    others: int

    def __str__(self) -> str:
        people = f"{self.members:,} people against {self.others:,}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}; {people})"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Accepted people as an engine sees them, and the portraits they may come near to.

    Attributes:
        engine: by its name.
        made: templates of the people's first studio photographs, shape (n, 128).
        portraits: templates of every portrait, shape (m, 128).
    """

    engine: EngineName
    made: Floats
    portraits: Floats

    def nearest(self, templates: Floats) -> Floats:
        """Distance of each template to its nearest portrait, shape (n,)."""
        return nearest_portrait(templates, self.portraits, self.engine)


@dataclass(frozen=True, slots=True)
class Condition:
    """Photographs of accepted people under one condition, as one engine sees them.

    Attributes:
        name: of the capture condition.
        number: which photograph of each person.
        engine: by its name.
        found: share in which the engine finds a face.
        mated: quantiles 5, 50, 95 % of the distance to studio photograph 0 of the same person.
        near: photographs nearer to a portrait than the screen allows.
        photographs: how many with a face.
    """

    name: str
    number: int
    engine: EngineName
    found: float
    mated: tuple[float, ...]
    near: int
    photographs: int


def quantiles(values: NDArray[np.floating], points: Sequence[float] = (0.05, 0.5, 0.95)) -> tuple[float, ...]:
    """Quantiles of what is not NaN."""
    return tuple(float(value) for value in np.nanquantile(values, points))


def apart(templates: Floats, engine: EngineName) -> NDArray[np.floating]:
    """Distances between all pairs."""
    squares = (templates.astype(np.float64) ** 2).sum(axis=1)
    both = squares[:, None] + squares - 2 * templates.astype(np.float64) @ templates.T.astype(np.float64)
    return on_scale(np.maximum(both[np.triu_indices(len(templates), 1)], 0), engine)


def conditions(
    people: Sequence[SamplePerson], sets: Sequence[Measured], asked: Sequence[tuple[str, int]]
) -> list[Condition]:
    """Each condition by each engine, measured on the same people."""
    return [
        _condition([Shot(person, number, name) for person in people], one)
        for name, number in asked
        for one in sets
    ]


def _condition(shots: Sequence[Shot], one: Measured) -> Condition:
    templates = templates_of(shots, one.engine)
    seen = templates[~np.isnan(templates[:, 0])]
    mated = on_scale(((templates - one.made) ** 2).sum(axis=1), one.engine)
    near = int((one.nearest(seen) < NEAREST[one.engine]).sum())
    first, share = shots[0], len(seen) / len(templates)
    return Condition(first.capture, first.number, one.engine, share, quantiles(mated), near, len(seen))


def reconstruction(study: Studied, share: float, components: int) -> Auc:
    """An attack with the model's numbers: how much of a portrait's texture do they leave over?

    Args:
        study: every portrait.
        share: of the people, whose portraits the attacked model is learned from; the others it never saw.
        components: of texture.
    Source: Shokri et al., Membership inference attacks against machine learning models, IEEE S&P 2017.
    """
    member = _members(study, share)
    _, vectors, belief = laid_out(study.faces)
    model = texture_components(vectors[member], belief[member], components)
    off = (vectors - model.mean) * belief
    left = (off - (off @ model.basis.T) @ model.basis) * belief
    score = -np.linalg.norm(left, axis=1) / np.linalg.norm(off, axis=1)
    return auc(score.astype(np.float64), member, study.portraits.person)


def nearest_sample(study: Studied, share: float, people: int) -> Auc:
    """An attack with photographs alone: how near does the nearest of many made-up people come to a portrait?

    Source: Chen et al., GAN-Leaks, ACM CCS 2020, which takes the distance to the nearest synthetic record.
    """
    member = _members(study, share)
    half = some_of(study, np.flatnonzero(member))
    arrays = learned(half.portraits, half.faces, _ATTACKED_FEWEST).arrays
    model = Model(appearance_of(arrays), population_of(arrays))
    made = templates_of([Shot(person_of(seed)) for seed in range(people)], "dlib", model)
    distance = nearest_portrait(study.portraits.templates, made[~np.isnan(made[:, 0])], "dlib")
    return auc(-distance.astype(np.float64), member, study.portraits.person)


def _members(study: Studied, share: float) -> NDArray[np.bool_]:
    people = np.unique(study.portraits.person)
    inside = np.random.default_rng(SEED).permutation(people)[: int(share * len(people))]
    return np.isin(study.portraits.person, inside)


def auc(score: NDArray[np.float64], member: NDArray[np.bool_], person: NDArray[np.str_]) -> Auc:
    """Chance that a member's portrait scores higher than another's, with people as the unit of chance."""
    names, which = np.unique(person, return_inverse=True)
    inside = np.array([member[which == one].any() for one in range(len(names))])
    rank = np.argsort(np.argsort(score)).astype(np.float64)
    draw = np.random.default_rng(SEED)
    values = [_area(rank, member, np.ones(len(score)))]
    for _ in range(_REPLICATES):
        weight = np.bincount(draw.integers(0, len(names), len(names)), minlength=len(names))[which]
        values.append(_area(rank, member, weight.astype(np.float64)))
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Auc(values[0], float(low), float(high), int(inside.sum()), int((~inside).sum()))


def _area(rank: NDArray[np.float64], member: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    order = np.argsort(rank)
    mine, other = (weight * member)[order], (weight * ~member)[order]
    return float((mine * np.cumsum(other)).sum() / (mine.sum() * other.sum()))
