"""Two runs at one operating point: each rate, who parts them, the difference, and groups before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation import Sections
from fairlineup.evidence.versus.groups import Gap, Grouped
from fairlineup.evidence.versus.points import Point
from fairlineup.measures import PairedOutcomes
from fairlineup.records import Measured, NotMeasured
from fairlineup.results import (
    Amount,
    Effect,
    GapBeforeAfter,
    GroupBeforeAfter,
    GroupGap,
    PairedCounts,
    PairedRate,
    RateBeforeAfter,
    Share,
    number,
)

CHOSEN = "the thresholds were chosen on these people, and this takes them as given: read the interval"
Pair = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SearchesAtPoint:
    """One kind of search at one operating point."""

    point: Point  #: with thresholds for every run that is asked about.
    outcomes: PairedOutcomes  #: the paired searches.
    level: float  #: coverage of intervals.

    def only(self, people: NDArray[np.int64]) -> SearchesAtPoint:
        """The searches of some people."""
        return replace(self, outcomes=self.outcomes.only(np.isin(self.outcomes.person, people)))

    @property
    def people(self) -> int:
        """How many people are searched for."""
        return len(np.unique(self.outcomes.person))

    def wrong(self, system: int) -> NDArray[np.bool_]:
        """Which searches go wrong with a run."""
        threshold = self.point.thresholds[system]
        if isinstance(threshold, NotMeasured):
            raise TypeError(f"asked at no threshold: {threshold.reason}")
        return self.outcomes.wrong(system, threshold)

    def rate(self, system: int) -> Measured:
        """The error rate of a run."""
        return self.widened(self.rate_given(system), (system,), partial(self.draws, system))

    def rate_given(self, system: int) -> Measured:
        """The same with the threshold taken as given."""
        return measures.share_of_searches(self.wrong(system), self.outcomes.person, self.level)

    def difference(self, pair: Pair) -> Measured:
        """How much higher the second run's rate is, paired by person."""
        return self.widened(self.difference_given(pair), pair, partial(self.change, pair))

    def difference_given(self, pair: Pair) -> Measured:
        """The same with both thresholds taken as given."""
        one, other = (self.wrong(system) for system in pair)
        return measures.paired_difference(one, other, self.outcomes.person, self.level)

    def draws(self, system: int) -> Floats:
        """The rate in each replicate of thresholds and people."""
        return np.zeros(0) if self.point.chosen is None else self.point.chosen.rates(self.outcomes, system)

    def change(self, pair: Pair) -> Floats:
        """The difference in each replicate."""
        changed: Floats = self.draws(pair[1]) - self.draws(pair[0])
        return changed

    def widened(self, measured: Measured, systems: Sequence[int], draws: Callable[[], Floats]) -> Measured:
        """With the uncertainty of chosen thresholds; as it is where they were given."""
        chosen = self.point.chosen
        if chosen is None or isinstance(measured, NotMeasured):
            return measured
        return chosen.widened(measured, draws(), systems)


Searches = SearchesAtPoint | NotMeasured


def searches_at(
    point: Point, outcomes: PairedOutcomes | NotMeasured, systems: Sequence[int], level: float
) -> Searches:
    """Searches at a point, or why some run cannot be asked about there."""
    if isinstance(outcomes, NotMeasured):
        return outcomes
    without = next((t for t in (point.thresholds[n] for n in systems) if isinstance(t, NotMeasured)), None)
    return without or SearchesAtPoint(point, outcomes, level)


def rate_of(searches: Searches, system: int) -> Share | NotMeasured:
    """The error rate of a run, or why there is none."""
    return Share.of(searches if isinstance(searches, NotMeasured) else searches.rate(system))


def paired_rate(searches: Searches, pair: Pair) -> PairedRate | NotMeasured:
    """People by what two runs did to them, the difference, and, at thresholds given, test and ratio."""
    if isinstance(searches, NotMeasured):
        return searches
    one, other = (searches.wrong(system) for system in pair)
    person, level = searches.outcomes.person, searches.level
    people = measures.paired_people(one, other, person)
    found, difference = counts_of(people), Effect.of(searches.difference(pair))
    if searches.point.chosen is not None:
        none = NotMeasured(CHOSEN)
        return PairedRate(found, difference, none, none, none)
    return PairedRate(
        counts=found,
        difference=difference,
        p=number(measures.mcnemar_exact(people.first_only, people.second_only)),
        ratio=Amount.of(measures.paired_ratio(one, other, person, level)),
        detectable=number(measures.detectable_difference(people.people, people.discordant, level=level)),
    )


def counts_of(people: measures.PairedPeople) -> PairedCounts:
    """The four cells."""
    return PairedCounts(people.people, people.both, people.first_only, people.second_only, people.neither)


def groups_of(
    rates: Mapping[str, Searches], pair: Pair, groups: Sequence[Grouped], sections: Sections
) -> Iterator[GroupBeforeAfter]:
    """Each group's rates with either run and their paired difference, where they may be published."""
    for group in groups:
        fpir, fnir = (sections.take("groups", _group, rates[name], pair, group) for name in ("fpir", "fnir"))
        yield GroupBeforeAfter(group.label, group.value, len(group.people), group.source, fpir, fnir)


def gaps_of(
    rates: Mapping[str, Searches], pair: Pair, gaps: Sequence[Gap], sections: Sections
) -> Iterator[GroupGap]:
    """The gap between two groups with either run, and how it changed."""
    for gap in gaps:
        fpir, fnir = (sections.take("gaps", _gap, rates[name], pair, gap) for name in ("fpir", "fnir"))
        yield GroupGap(gap.one.label, gap.one.value, gap.other.value, gap.declared, fpir, fnir)


def _group(searches: Searches, pair: Pair, group: Grouped) -> RateBeforeAfter | NotMeasured:
    if isinstance(searches, NotMeasured):
        return searches
    theirs = searches.only(group.people)
    measured = (theirs.rate(pair[0]), theirs.rate(pair[1]), theirs.difference(pair))
    before, after, difference = (measures.publish(one, theirs.people, group.source) for one in measured)
    return RateBeforeAfter(Share.of(before), Share.of(after), Effect.of(difference))


def _gap(searches: Searches, pair: Pair, gap: Gap) -> GapBeforeAfter | NotMeasured:
    """Rate of one group less that of the other; groups share no person, but they share chosen thresholds."""
    if isinstance(searches, NotMeasured):
        return searches
    one, other = searches.only(gap.one.people), searches.only(gap.other.people)

    def less(
        given: Callable[[SearchesAtPoint], Measured],
        draws: Callable[[SearchesAtPoint], Floats],
        systems: Sequence[int],
    ) -> Effect | NotMeasured:
        sides = (
            measures.publish(given(part), part.people, group.source)
            for part, group in ((one, gap.one), (other, gap.other))
        )
        apart = measures.difference_of_independent(*sides)
        return Effect.of(searches.widened(apart, systems, lambda: draws(one) - draws(other)))

    before, after = pair
    return GapBeforeAfter(
        less(lambda part: part.rate_given(before), lambda part: part.draws(before), (before,)),
        less(lambda part: part.rate_given(after), lambda part: part.draws(after), (after,)),
        less(lambda part: part.difference_given(pair), lambda part: part.change(pair), pair),
    )
