"""Few people as each other's strangers: everybody is searched for among all others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from tests.measures.strangers import searches_of, world

from fairlineup.measures import crossed, false_match_rate, false_positive_identification_rate, selectivity
from fairlineup.records import Estimate

from .tally import Family, Judged, Mean, ends, share

KINDS = {
    "alike": "a person's pictures agree mostly",
    "mutual": "a person's pictures are the same",
    "uneven": "some look like everybody",
    "apart": "a person's pictures do not agree",
}


@dataclass(frozen=True, slots=True)
class Strangers:
    """People of a kind, and about which share of them is flagged."""

    kind: str
    people: int
    flagged: float

    @property
    def labels(self) -> tuple[str, ...]:
        return f"{self.people}", KINDS[self.kind], f"{self.flagged:.0%}"

    def judged(self, rng: np.random.Generator) -> Iterator[Judged]:
        """The truth is the mean of all data sets: each of the rates is unbiased."""
        at, distance = _threshold(self), world(self.kind, self.people, rng)
        searches, each = searches_of(distance), np.ones(self.people)
        compared = crossed(
            searches.person[searches.row],
            searches.gallery_person,
            searches.distance,
            probe_photos=each,
            gallery_photos=each,
        )
        yield share("FPIR", math.nan, false_positive_identification_rate(searches, at))
        listed = selectivity(searches, at)
        assert isinstance(listed, Estimate)  # noqa: S101 - for the type checker
        yield Judged("selectivity", math.nan, listed.value, ends(listed), ideal=Mean(listed.value))
        rate = float(np.count_nonzero(distance <= at) / (self.people * (self.people - 1)))
        yield Judged("FMR", math.nan, rate, ends(false_match_rate(compared, at)), log=True)


@cache
def _threshold(design: Strangers) -> float:
    rng = np.random.default_rng(design.people)
    nearest = [world(design.kind, design.people, rng).min(axis=1) for _ in range(300)]
    return float(np.quantile(np.concatenate(nearest), design.flagged))


def family() -> Family:
    designs = [
        Strangers(kind, people, flagged)
        for people in (33, 80, 200)
        for kind in KINDS
        for flagged in (0.05, 0.25, 0.6)
    ]
    heads = "people", "kind", "about so many flagged"
    return Family("Each other's strangers", heads, tuple(designs), 0.5)
