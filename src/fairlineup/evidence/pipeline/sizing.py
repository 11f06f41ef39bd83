"""Which of a plan's limits and contrasts its people can decide, before anything is searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fairlineup.evidence.pipeline.places import place_of
from fairlineup.evidence.plan import (
    ContrastChoice,
    Entry,
    LimitChoice,
    Plan,
    SettledDataset,
    find,
    lay_out,
    read_planned,
    settle,
)
from fairlineup.measures import (
    MIN_PEOPLE_PER_GROUP,
    Reach,
    detectable_risk_ratio,
    effective_people,
    group_publishable,
    reach,
)
from fairlineup.records import NotMeasured, Progress

EVERYONE = "everyone"
UNITS = {"fpir": "people searched for", "fnir": "people with a mate", "fte": "people enrolled"}


@dataclass(frozen=True, slots=True)
class LimitRow:
    """What some people can show about a limit."""

    who: str  #: "everyone", or a group as label=value.
    decides: bool  #: whether the verdict on the limit hangs on them.
    withheld: str | None  #: why no figure of this group will be given, None where one will.
    reach: Reach  #: what so many people can show.


@dataclass(frozen=True, slots=True)
class LimitSize:
    """A limit of the plan with those who have to keep it."""

    measure: str  #: fpir, fnir or fte.
    threshold: str  #: at which it is held.
    at_most: float  #: the limit.
    of: str  #: label whose every group must keep it, blank for everyone together.
    unit: str  #: what is counted as one.
    can_pass: bool  #: whether everybody who decides could pass.
    rows: tuple[LimitRow, ...]  #: everyone, or the groups.


@dataclass(frozen=True, slots=True)
class ContrastSize:
    """A contrast of the plan with what it can find."""

    label: str  #: label column.
    one: str  #: first group.
    other: str  #: second group.
    people: tuple[int, int]  #: of each.
    base: float | NotMeasured  #: FPIR supposed of the second.
    detectable_ratio: float | NotMeasured  #: least ratio above 1 found with the power asked for.


@dataclass(frozen=True, slots=True)
class PlanSize:
    """A plan with its people."""

    probes: int  #: people searched for.
    gallery: int  #: people they are searched among, who are not them.
    mated: int  #: people searched for who are in the gallery too.
    level: float  #: coverage of intervals.
    power: float  #: chance to find a ratio.
    made_up: bool  #: whether any photograph is synthetic, so that no verdict is given at all.
    limits: tuple[LimitSize, ...]  #: of the plan.
    contrasts: tuple[ContrastSize, ...]  #: of the plan.


def plan_size(plan: Plan, base: float | None, power: float, progress: Progress) -> PlanSize:
    """Hold a plan's limits and contrasts against the people of its data set.

    Nothing is asked of the system under test, so that this costs nothing.

    Raises: BadInput: the data set is unusable or not settled, or the plan does not fit it.
    """
    found = read_planned(plan, place_of(plan.dataset))
    return size_of(plan, settle(found, find(found, progress), plan.settle), base, power)


def size_of(plan: Plan, dataset: SettledDataset, base: float | None = None, power: float = 0.8) -> PlanSize:
    """The same of a data set that is read and settled. Raises: BadInput: the plan does not fit it."""
    protocol = lay_out(plan, dataset)
    stages = {
        "fpir": protocol.absent,
        "fnir": protocol.present,
        "fte": (*protocol.others, *protocol.mates),
    }
    gallery = {e.person for e in (*protocol.others, *(protocol.mates if protocol.leave_one_out else ()))}
    tried = _Trials.of(stages, dataset, plan.statistics.level, len(gallery) if protocol.leave_one_out else 0)
    limits: Sequence[LimitChoice] = plan.limit if isinstance(plan.limit, tuple) else (plan.limit,)
    return PlanSize(
        probes=len({e.person for e in (*protocol.absent, *protocol.present)}),
        gallery=len(gallery) - protocol.leave_one_out,
        mated=len({e.person for e in protocol.present}),
        level=plan.statistics.level,
        power=power,
        made_up=any(e.population == "synthetic" for e in dataset.entries),
        limits=tuple(_limit(tried, limit, plan.groups) for limit in limits),
        contrasts=tuple(_contrast(tried, choice, _base(limits, base), power) for choice in plan.contrast),
    )


@dataclass(frozen=True, slots=True)
class _Trials:
    """Who is counted for what."""

    trials: Mapping[str, Counter[str]]  #: measure to how often each person is tried.
    #: label to value to the people searched for who carry it.
    groups: Mapping[str, Mapping[str, frozenset[str]]]
    sources: Mapping[str, str]  #: label to its cited source.
    level: float  #: coverage of intervals.
    one_set: int  #: people in the gallery, where those searched for are each other's strangers; else 0.

    @classmethod
    def of(
        cls, stages: Mapping[str, tuple[Entry, ...]], dataset: SettledDataset, level: float, one_set: int
    ) -> _Trials:
        return cls(
            {measure: Counter(entry.person for entry in entries) for measure, entries in stages.items()},
            _labelled((*stages["fpir"], *stages["fnir"]), dataset.label_sources),
            dataset.label_sources,
            level,
            one_set,
        )

    def reach(self, measure: str, times: Iterable[int], at_most: float, level: float) -> Reach:
        """What people searched for so often can show; each other's strangers are flagged in pairs."""
        times = list(times)
        in_pairs = min(1.0, len(times) / self.one_set) if self.one_set and measure == "fpir" else 0.0
        return reach(at_most, len(times), effective_people(times, level) / (1 + in_pairs), level)


def _labelled(entries: Iterable[Entry], labels: Iterable[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
    groups: dict[str, dict[str, set[str]]] = {label: {} for label in labels}
    for entry in entries:
        for label, value in entry.labels.items():
            groups[label].setdefault(value, set()).add(entry.person)
    return {
        label: {value: frozenset(people) for value, people in sorted(values.items())}
        for label, values in groups.items()
    }


def _limit(tried: _Trials, limit: LimitChoice, groups: Sequence[str]) -> LimitSize:
    """Everyone, and each declared group; of a limit on groups, these groups alone."""
    of = limit.of
    rows = [] if of else [_everyone(tried, limit)]
    rows += [
        _group(tried, limit, label, value, people)
        for label in ([of] if of else groups)
        for value, people in tried.groups[label].items()
    ]
    deciding = [row for row in rows if row.decides]
    return LimitSize(
        measure=limit.measure,
        threshold=limit.threshold,
        at_most=limit.at_most,
        of=of,
        unit=UNITS[limit.measure],
        can_pass=bool(deciding) and all(row.reach.reachable and row.withheld is None for row in deciding),
        rows=tuple(rows),
    )


def _everyone(tried: _Trials, limit: LimitChoice) -> LimitRow:
    times = tried.trials[limit.measure]
    found = tried.reach(limit.measure, times.values(), limit.at_most, tried.level)
    return LimitRow(EVERYONE, True, None, found)  # noqa: FBT003


def _group(tried: _Trials, limit: LimitChoice, label: str, value: str, people: frozenset[str]) -> LimitRow:
    """A group, with one-sided bounds: every group must keep the limit, so none is adjusted for the others."""
    times = tried.trials[limit.measure]
    withheld = group_publishable(len(people), tried.sources[label])
    theirs = [times[person] for person in people if person in times]
    found = tried.reach(limit.measure, theirs, limit.at_most, 2 * tried.level - 1)
    return LimitRow(
        who=f"{label}={value}",
        decides=limit.of == label,
        withheld=None if withheld is None else withheld.reason,
        reach=replace(found, people_needed=max(found.people_needed, MIN_PEOPLE_PER_GROUP)),
    )


def _base(limits: Sequence[LimitChoice], base: float | None) -> float | NotMeasured:
    """The base rate asked for, else the first limit on FPIR."""
    if base is not None:
        return base
    declared = [limit.at_most for limit in limits if limit.measure == "fpir"]
    return declared[0] if declared else NotMeasured("the plan has no limit on FPIR; name a base rate")


def _contrast(
    tried: _Trials, choice: ContrastChoice, base: float | NotMeasured, power: float
) -> ContrastSize:
    values, searched = tried.groups[choice.label], set(tried.trials["fpir"])
    one = values.get(choice.one, frozenset()) & searched
    rest = frozenset().union(*values.values()) if choice.other == "others" else values.get(choice.other)
    other = ((rest or frozenset()) & searched) - one
    a, b = len(one), len(other)
    ratio = _detectable(a, b, tried.sources[choice.label], base, power, tried.level)
    if tried.one_set and not isinstance(ratio, NotMeasured):
        ratio = NotMeasured(
            "the people searched for are each other's strangers: false match rates are compared, "
            "and no test of independent searches is made"
        )
    return ContrastSize(choice.label, choice.one, choice.other, (a, b), base, ratio)


def _detectable(
    a: int, b: int, source: str, base: float | NotMeasured, power: float, level: float
) -> float | NotMeasured:
    for people in (a, b):
        withheld = group_publishable(people, source)
        if withheld is not None:
            return withheld
    return base if isinstance(base, NotMeasured) else detectable_risk_ratio(a, b, base, power, level)
