"""FPIR by the kind of gallery photograph, in galleries of one size, so that kinds can be compared."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.arguments import BadArgument, check_column, check_columns
from fairlineup.measures.identification.galleries import MatchCounts, few_carry_it
from fairlineup.measures.identification.ladder import chance_of_any
from fairlineup.measures.identification.searches import Searches, listed_people
from fairlineup.measures.student import student
from fairlineup.records import Estimate, Measured, NotMeasured, so_many_people

LEAST_PEOPLE = 100  # of a kind in the gallery, or it sets no size for the others
LEAST_ERRORS = 10
METHOD = (
    "cloglog, Student's t; probe people, and gallery people they share, in galleries of {people:,} people"
)
FIRST = NotMeasured("it is the kind that the others are compared with")
TIMES = "log-normal, Student's t; probe people, searched in both galleries, and gallery people they share"


@dataclass(frozen=True, slots=True, eq=False)
class GalleryKinds:
    """Of what kind the photographs of a gallery are, beside the columns of searches of it.

    Raises: BadInput: the columns do not fit each other.
    """

    #: Kind of each candidate's photograph, from 0, -1 where it is not known; shape (n_candidates,).
    candidate: NDArray[np.int64]
    people: NDArray[np.int64]  #: People with a photograph of each kind enrolled, shape (kinds,).
    photos: NDArray[np.int64]  #: Photographs of each kind enrolled, shape (kinds,).

    def __post_init__(self) -> None:
        check_columns(self, len(self.candidate), candidate="iu")
        check_columns(self, len(self.people), people="iu", photos="iu")
        if int(self.candidate.max(initial=-1)) >= len(self.people) or (self.people > self.photos).any():
            raise BadArgument(
                "the kinds do not fit the gallery",
                expected="each candidate's kind among those counted, and people <= photos of each",
                got=f"{len(self.people)} kinds of {self.people.tolist()} people",
                remedy="count people and photographs of each kind that were enrolled",
            )

    @property
    def equal_size(self) -> int:
        """People in galleries of one kind each that can be compared; 0 where no two kinds have enough."""
        enough = self.people[self.people >= LEAST_PEOPLE]
        return int(enough.min()) if len(enough) > 1 else 0


@dataclass(frozen=True, slots=True)
class KindFpir:
    """FPIR in galleries of one kind of photograph."""

    fpir: Measured  #: Mean over all galleries of so many people of this kind.
    #: The same over that of the kind that most people have; NotMeasured for that kind itself.
    times: Measured


def fpir_by_kind(
    searches: Searches, threshold: float, kinds: GalleryKinds, level: float = 0.95
) -> tuple[KindFpir, ...]:
    """FPIR of the same searches in galleries of one kind of photograph, of the same number of people each.

    A gallery of a kind holds the people with a photograph of it, and of them those photographs alone. All
    kinds are brought to the least number of people that any has who has at least 100: FPIR(n) is the mean
    over all galleries of n of them, computed as the ladder is. Intervals let probe people and gallery people
    vary. The ratio is of the same probes in both galleries, so that it is known better than its two ends.

    Args:
        searches: non-mated searches with every candidate at or below the threshold listed.
        threshold: a candidate counts when distance <= threshold.
        kinds: of the gallery's photographs.
        level: two-sided coverage, of each figure alone.

    Returns: one entry a kind. NotMeasured under 100 people, under 10 expected errors, where every search is a
        false positive, and where few gallery people carry it; ratios also where probes and gallery are one
        set of people.
    Raises: BadInput: the kinds do not fit the searches. MatedCandidateError: a candidate is the probe's own.
    Source: the ladder's hypergeometric mean; Hoeffding's projections on both sides; delta method.
    Not: what the kind alone does. People of another time or place were photographed otherwise, and are other
        people too. Nor a rate of searches with photographs of that kind.
    """
    check_column("candidate", kinds.candidate, len(searches.distance), "iu")
    galleries = [_Gallery.of(searches, threshold, kinds, kind) for kind in range(len(kinds.people))]
    found = [one.fpir(level) for one in galleries]
    first = int(kinds.people.argmax()) if galleries else 0
    return tuple(
        KindFpir(fpir, FIRST if k == first else _times((one, fpir), (galleries[first], found[first]), level))
        for k, (one, fpir) in enumerate(zip(galleries, found, strict=True))
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Gallery:
    """The same searches among the people of one kind, in galleries of some size."""

    counts: MatchCounts
    codes: NDArray[np.int64]  # gallery person of each match
    people: int  # who have a photograph of the kind
    size: int

    @classmethod
    def of(cls, searches: Searches, threshold: float, kinds: GalleryKinds, kind: int) -> _Gallery:
        mine, own = kinds.candidate == kind, int(searches.own_left_out)
        people = int(kinds.people[kind])
        found = replace(
            searches,
            row=searches.row[mine],
            gallery_person=searches.gallery_person[mine],
            distance=searches.distance[mine],
            gallery_people=max(people - own, 0),
            gallery_photos=int(kinds.photos[kind]),
        )
        counts = MatchCounts.of(found, threshold)
        known = np.unique(listed_people(found, threshold)[1])
        return cls(counts, known[counts.gallery], people, max(kinds.equal_size - own, 0))

    @property
    def terms(self) -> NDArray[np.float64]:
        """Chance that a search flags somebody, at 0, 1, ... people matched."""
        return chance_of_any(self.counts.numbers, self.size, self.counts.gallery_people)

    @property
    def value(self) -> float:
        return float(self.terms[self.counts.matched].mean())

    def fpir(self, level: float) -> Measured:
        counts, trials = self.counts, len(self.counts)
        if reason := self._too_few():
            return NotMeasured(reason, trials=trials, people=counts.people)
        value, errors = self.value, round(self.value * trials)
        reason, middle, half = self._too_rare(value), 0.0, 0.0
        if not reason:
            variance = float(counts.covariance(self.terms[:, None]).total(level)[0, 0])
            reason, middle = few_carry_it(value, variance), math.log(-math.log1p(-value))
            half = math.sqrt(variance) / ((1 - value) * -math.log1p(-value))
            half *= student(max(counts.flagged_people - 1.0, 1.0), level)
        if reason:
            return NotMeasured(reason, errors, trials, counts.people)
        low, high = (-math.expm1(-math.exp(middle + s * half)) for s in (-1, 1))
        return Estimate(
            value, low, high, errors, trials, METHOD.format(people=self.size), level, counts.people
        )

    def _too_few(self) -> str:
        if not len(self.counts):
            return "no searches"
        if self.people < LEAST_PEOPLE:
            return (
                f"the gallery has {so_many_people(self.people)} of this kind: to compare takes {LEAST_PEOPLE}"
            )
        return "" if self.size else f"no other kind has {LEAST_PEOPLE} people in the gallery"

    def _too_rare(self, value: float) -> str:
        if value * len(self.counts) < LEAST_ERRORS:
            return f"under {LEAST_ERRORS} expected errors in a gallery of {so_many_people(self.size)}"
        return "every search is a false positive" if value >= 1 else ""

    def relative(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What each search adds to the rate, and loses without each match, in shares of the rate."""
        terms, matched = self.terms / (self.value * len(self.counts)), self.counts.matched
        at = matched[self.counts.row]
        return terms[matched], terms[at] - terms[at - 1]


def _times(one: tuple[_Gallery, Measured], first: tuple[_Gallery, Measured], level: float) -> Measured:
    """How many times the rate of the first kind the other has."""
    (a, rate), (b, base) = one, first
    for missing in (rate, base):
        if isinstance(missing, NotMeasured):
            return NotMeasured("one of the two rates was not measured")
    if a.counts.same is not None:
        return NotMeasured("the people searched for are each other's strangers")
    ratio = a.value / b.value
    freedom = max(min(a.counts.flagged_people, b.counts.flagged_people) - 1.0, 1.0)
    half = student(freedom, level) * math.sqrt(_variance_of_log(a, b, level))
    low, high = (ratio * math.exp(s * half) for s in (-1, 1))
    errors, trials, people = rate.errors or 0, len(a.counts), a.counts.people
    return Estimate(ratio, low, high, errors, trials, TIMES, level, people)


def _variance_of_log(a: _Gallery, b: _Gallery, level: float) -> float:
    """Variance of the log of the ratio: probe people, then gallery people less what single pairs add."""
    (adds, loses), (adds_b, loses_b) = a.relative(), b.relative()
    people = max(a.counts.people, 2)
    rows = np.bincount(a.counts.person, adds - adds_b) * math.sqrt(people / (people - 1))
    lost = np.concatenate((loses, -loses_b))
    codes, who = np.unique(np.concatenate((a.codes, b.codes)), return_inverse=True)
    probe = np.concatenate([one.counts.person[one.counts.row] for one in (a, b)])
    pair, which = np.unique(probe * len(codes) + who, return_inverse=True)
    columns, pairs = np.bincount(who, lost), np.bincount(which, lost)
    added = columns**2 - np.bincount(pair % len(codes), pairs**2, len(codes))
    fixed = sum(float(one.sum()) ** 2 / g.counts.gallery_people for one, g in ((loses, a), (loses_b, b)))
    some = np.maximum(added, 0.0)
    behind = float(some.sum()) ** 2 / float((some**2).sum()) if some.any() else math.inf
    wide = student(max(behind, 2.0), level) / student(math.inf, level)
    return float(rows @ rows) + max(float(added.sum()) - fixed, 0.0) * wide**2
