"""The protocols: who is enrolled and who is searched, in which order, from a settled data set.

"others", that of the Congress test. Target-absent first: the gallery holds only people who are no probe, so
every match is false. Then the mates are added to the same gallery and each probe that has one is searched
again: target-present.

"leave-one-out", for few people. Everybody is enrolled, then each probe is searched once. Its own person's
photographs are taken off the list for the target-absent evidence, and left on it for the target-present one:
the probes are each other's strangers.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fairlineup.evidence.plan.manifest import Entry
from fairlineup.evidence.plan.plan import LEAVE_ONE_OUT, OTHERS, Plan, Strangers
from fairlineup.evidence.plan.settle import SettledDataset
from fairlineup.records import BadInput, form_of, how_they_differ

ENROL_STAGES = ("enrol-absent", "enrol-mates")
SEARCH_STAGES = ("search-absent", "search-present")
ENOUGH_STRANGERS = 200  # people who are no probe: with fewer the probes are each other's strangers
FURTHEST = 10  # times the gallery searched: no size beyond is extrapolated to


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who is put to the system, each a tuple of photographs in the order they are put to it."""

    others: tuple[Entry, ...]  #: references of people who are no probe.
    mates: tuple[Entry, ...]  #: references of people who are probes.
    absent: tuple[Entry, ...]  #: probes that are searched for among people who are not them.
    present: tuple[Entry, ...]  #: probes that have a mate, searched for among others and mates.
    strangers: Strangers = OTHERS  #: who the people are that a probe is searched among, if they are not them.

    @property
    def stages(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """Stage names and their photographs, in order; empty ones are left out."""
        named = [(ENROL_STAGES[0], self.others), (ENROL_STAGES[1], self.mates)]
        if self.leave_one_out:
            named.append((SEARCH_STAGES[1], self.absent or self.present))
        else:
            named.insert(1, (SEARCH_STAGES[0], self.absent))
            named.append((SEARCH_STAGES[1], self.present))
        return tuple((stage, entries) for stage, entries in named if entries)

    @property
    def leave_one_out(self) -> bool:
        """Whether the probes are each other's strangers."""
        return self.strangers == LEAVE_ONE_OUT

    @property
    def absent_stage(self) -> str:
        """The stage of searches that target-absent evidence is taken from."""
        return SEARCH_STAGES[1] if self.leave_one_out else SEARCH_STAGES[0]

    @property
    def photographs(self) -> int:
        """How many photographs the system is given, counting each time it is given one."""
        return sum(len(entries) for _, entries in self.stages)


def lay_out(plan: Plan, dataset: SettledDataset) -> Protocol:
    """The stages of a plan on a data set.

    Raises:
        BadInput: no probes, nobody to search them among, more people asked for than there are, or a group or
            contrast that no probe carries.
    """
    _check_labels(plan, dataset)
    probes = [entry for entry in dataset.entries if entry.role == "probe"]
    gallery = [entry for entry in dataset.entries if entry.role == "gallery"]
    if not probes:
        raise _lacking("probes", "at least one photograph with the role probe", "none")
    probe_people = {entry.person for entry in probes}  # all of them: a probe not drawn is still no stranger
    drawn = _draw("probes.people", (e.person for e in probes), plan.probes.people, plan.statistics.seed)
    probes = [entry for entry in probes if entry.person in drawn]
    others = [entry for entry in gallery if entry.person not in probe_people]
    enrolled = _draw("gallery.people", (e.person for e in others), plan.gallery.people, plan.statistics.seed)
    others = [entry for entry in others if entry.person in enrolled]
    mates = [entry for entry in gallery if entry.person in drawn]
    _check_gallery(plan, others, mates)
    with_mate = {entry.person for entry in mates}
    present = plan.search.target_present
    return Protocol(
        others=tuple(others),
        mates=tuple(mates) if present else (),
        absent=tuple(probes) if plan.search.target_absent else (),
        present=tuple(entry for entry in probes if entry.person in with_mate) if present else (),
        strangers=plan.search.strangers,
    )


def strangers_for(entries: Iterable[Entry]) -> tuple[Strangers, str]:
    """Which protocol suits these people if nobody says otherwise, and why, in a sentence for the plan."""
    everyone = list(entries)
    probes = {entry.person for entry in everyone if entry.role == "probe"}
    gallery = {entry.person for entry in everyone if entry.role == "gallery"}
    others, mates = len(gallery - probes), len(gallery & probes)
    if not mates:
        return OTHERS, "nobody is in both roles, so probes cannot be each other's strangers"
    if others >= ENOUGH_STRANGERS:
        return OTHERS, f"{others:,} people in the gallery are no probe, {ENOUGH_STRANGERS} or more"
    return LEAVE_ONE_OUT, (
        f"{others:,} people in the gallery are no probe, under {ENOUGH_STRANGERS}: so each probe is searched "
        f"among all {len(gallery) - 1:,} other people"
    )


def _draw(where: str, people: Iterable[str], count: int, seed: int) -> set[str]:
    everyone = sorted(set(people))
    if count > len(everyone):
        raise _lacking(where, f"at most the {len(everyone):,} people there are", f"{count:,}")
    if count == 0:
        return set(everyone)
    return set(random.Random(seed).sample(everyone, count))  # noqa: S311 - a sample, not a secret


def _check_gallery(plan: Plan, others: list[Entry], mates: list[Entry]) -> None:
    size = len({entry.person for entry in others})
    if plan.search.strangers == LEAVE_ONE_OUT:
        size = _check_one_set(plan, others, mates)
    elif plan.search.target_absent and not others:
        got = "only people who are probes too" if mates else "no photograph with the role gallery"
        raise _lacking("a target-absent gallery", "gallery people who are no probe", got)
    if not plan.search.target_absent and not mates:
        raise _lacking("a target-present search", "probes with a photograph in the gallery", "none")
    too_large = [n for n in plan.gallery.sizes if n > FURTHEST * size]
    if too_large:
        most = f"sizes up to {FURTHEST} times the {size} people in the gallery"
        raise _lacking("gallery.sizes", most, str(too_large[0]))


def _check_one_set(plan: Plan, others: list[Entry], mates: list[Entry]) -> int:
    """How many people each probe is searched among when its own photographs are left out."""
    if not mates:
        raise _lacking("leave-one-out searches", "probes with a photograph in the gallery", "none")
    size = len({entry.person for entry in (*others, *mates)}) - 1
    if plan.search.target_absent and not size:
        raise _lacking("leave-one-out searches", "two people or more in the gallery", "one")
    return size


def _lacking(what: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the data set does not allow {what}",
        expected=expected,
        got=got,
        remedy="correct the manifest's roles or the plan",
        code="not-enough-data",
    )


def _check_labels(plan: Plan, dataset: SettledDataset) -> None:
    """Raises: BadInput (a group or contrast names a label or value that no probe carries)."""
    values: dict[str, set[str]] = {label: set() for label in dataset.label_sources}
    for entry in dataset.entries:
        if entry.role == "probe":
            for label, value in entry.labels.items():
                values[label].add(value)
    for label in (*plan.groups, *(choice.label for choice in plan.contrast)):
        if label not in values:
            raise _no_such("label", label, sorted(values))
    for choice in plan.contrast:
        for value in (choice.one, choice.other):
            if value != "others" and value not in values[choice.label]:
                raise _no_such(f"value of {choice.label}", value, sorted(values[choice.label]))


def _no_such(what: str, got: str, there: Sequence[str]) -> BadInput:
    alike = next((one for one in there if form_of(one) == form_of(got)), "")
    return BadInput(
        f"the plan names a {what} no probe carries",
        expected=f"one of {', '.join(there) or 'none, for there are no labels'}",
        got=f"{got!r}; {how_they_differ([got, alike])}" if alike else repr(got),
        remedy="correct groups and [[contrast]] in the plan, or label the probes",
        code="no-such-label",
    )
