"""Two runs at one operating point: each rate, who parts them, the difference, and groups before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation import Json, measured_json, number_json
from fairlineup.evidence.versus.groups import Gap, Grouped
from fairlineup.evidence.versus.points import Point
from fairlineup.measures import PairedOutcomes
from fairlineup.records import Measured, NotMeasured
from fairlineup.seals import Plain

CHOSEN = "the thresholds were chosen on these people, and this takes them as given: read the interval"
Pair = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One kind of search at one operating point.

    Attributes:
        point: with thresholds for every run that is asked about.
        outcomes: the paired searches.
        level: coverage of intervals.
    """

    point: Point
    outcomes: PairedOutcomes
    level: float

    def only(self, people: NDArray[np.int64]) -> Asked:
        """The searches of some people."""
        return replace(self, outcomes=self.outcomes.only(np.isin(self.outcomes.person, people)))

    def wrong(self, system: int) -> NDArray[np.bool_]:
        """Which searches go wrong with a run."""
        return self.outcomes.wrong(system, _given(self.point.thresholds[system]))

    def rate(self, system: int) -> Measured:
        """The error rate of a run."""
        return self.widened(self.rate_given(system), (system,), lambda: self.draws(system))

    def rate_given(self, system: int) -> Measured:
        """The same with the threshold taken as given."""
        return measures.share_of_searches(self.wrong(system), self.outcomes.person, self.level)

    def difference(self, pair: Pair) -> Measured:
        """How much higher the second run's rate is, paired by person."""
        return self.widened(self.difference_given(pair), pair, lambda: self.change(pair))

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

    def widened(self, measured: Measured, systems: Sequence[int], draws: Draws) -> Measured:
        """With the uncertainty of chosen thresholds; as it is where they were given."""
        chosen = self.point.chosen
        if chosen is None or isinstance(measured, NotMeasured):
            return measured
        return chosen.widened(measured, draws(), systems)


def ask(point: Point, outcomes: PairedOutcomes | NotMeasured, systems: Sequence[int], level: float) -> Asking:
    """Searches at a point, or why some run cannot be asked about there."""
    if isinstance(outcomes, NotMeasured):
        return outcomes
    without = next((t for t in (point.thresholds[n] for n in systems) if isinstance(t, NotMeasured)), None)
    return without or Asked(point, outcomes, level)


def rate_json(asked: Asking, system: int) -> Json:
    """The error rate of a run, or why there is none."""
    return measured_json(asked if isinstance(asked, NotMeasured) else asked.rate(system))


def outcome_json(asked: Asking, pair: Pair) -> Json:
    """People by what two runs did to them, the difference, and, at thresholds given, test and ratio."""
    if isinstance(asked, NotMeasured):
        return measured_json(asked)
    one, other = (asked.wrong(system) for system in pair)
    person = asked.outcomes.person
    people = measures.paired_people(one, other, person)
    found = {**people_json(people), "difference": measured_json(asked.difference(pair))}
    if asked.point.chosen is not None:
        none = number_json(NotMeasured(CHOSEN))
        return {**found, "p": none, "ratio": none, "detectable": none}
    return {
        **found,
        "p": number_json(measures.mcnemar_exact(people.first_only, people.second_only)),
        "ratio": measured_json(measures.paired_ratio(one, other, person, asked.level)),
        "detectable": number_json(
            measures.detectable_difference(people.people, people.discordant, level=asked.level)
        ),
    }


def people_json(people: measures.PairedPeople) -> Json:
    """The four cells."""
    return {
        "people": people.people,
        "both": people.both,
        "first_only": people.first_only,
        "second_only": people.second_only,
        "neither": people.neither,
    }


def groups_json(asked: dict[str, Asking], pair: Pair, groups: Sequence[Grouped], take: Take) -> list[Plain]:
    """Each group's rates with either run and their paired difference, where they may be published."""
    return [
        {
            "label": group.label,
            "value": group.value,
            "people": len(group.people),
            "label_source": group.source,
            **{name: take("groups", _group, one, pair, group) for name, one in asked.items()},
        }
        for group in groups
    ]


def gaps_json(asked: dict[str, Asking], pair: Pair, gaps: Sequence[Gap], take: Take) -> list[Plain]:
    """The gap between two groups with either run, and how it changed."""
    return [
        {
            "label": gap.one.label,
            "one": gap.one.value,
            "other": gap.other.value,
            "declared": gap.declared,
            **{name: take("gaps", _gap, one, pair, gap) for name, one in asked.items()},
        }
        for gap in gaps
    ]


def _group(asked: Asking, pair: Pair, group: Grouped) -> Json:
    if isinstance(asked, NotMeasured):
        return measured_json(asked)
    theirs = asked.only(group.people)
    people = len(np.unique(theirs.outcomes.person))
    found = {
        "before": theirs.rate(pair[0]),
        "after": theirs.rate(pair[1]),
        "difference": theirs.difference(pair),
    }
    return {name: measured_json(measures.publish(one, people, group.source)) for name, one in found.items()}


def _gap(asked: Asking, pair: Pair, gap: Gap) -> Json:
    """Rate of one group less that of the other; groups share no person, but they share chosen thresholds."""
    if isinstance(asked, NotMeasured):
        return measured_json(asked)
    one, other = asked.only(gap.one.people), asked.only(gap.other.people)

    def less(given: Taken, draws: Drawn, systems: Sequence[int]) -> Measured:
        sides = [
            measures.publish(given(part), len(np.unique(part.outcomes.person)), group.source)
            for part, group in ((one, gap.one), (other, gap.other))
        ]
        apart = measures.difference_of_independent(*sides)
        return asked.widened(apart, systems, lambda: draws(one) - draws(other))

    before, after = pair
    found = {
        "before": less(lambda part: part.rate_given(before), lambda part: part.draws(before), (before,)),
        "after": less(lambda part: part.rate_given(after), lambda part: part.draws(after), (after,)),
        "change": less(lambda part: part.difference_given(pair), lambda part: part.change(pair), pair),
    }
    return {name: measured_json(measured) for name, measured in found.items()}


def _given(threshold: float | NotMeasured) -> float:
    if isinstance(threshold, NotMeasured):
        raise TypeError(f"asked at no threshold: {threshold.reason}")
    return threshold


Draws = Callable[[], Floats]
Taken = Callable[[Asked], Measured]
Drawn = Callable[[Asked], Floats]
Take = Callable[..., Any]
Asking = Asked | NotMeasured
