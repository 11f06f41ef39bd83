"""Groups that every run declares, and the gaps between them: the same rules as in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.versus.searches import PairedSearches
from fairlineup.evidence.versus.side import Side
from fairlineup.records import form_of

OTHERS = "others"


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """A group of the people searched for."""

    label: str  #: the label column.
    value: str  #: its value.
    people: NDArray[np.int64]  #: codes.
    source: str  #: where the label comes from; blank where some run cites none.


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Two groups whose rates are compared before and after."""

    one: Grouped  #: the first group.
    other: Grouped  #: the group compared with.
    declared: bool  #: whether every plan declares this contrast; else it is the only pair a label has.


@dataclass(frozen=True, slots=True)
class GroupsInCommon:
    """Groups and gaps of runs, and people left out of them."""

    groups: tuple[Grouped, ...]  #: of every label that every plan declares.
    gaps: tuple[Gap, ...]  #: between two of them.
    #: label to how many people carry different values in different runs, who stand in no group.
    disagree: Mapping[str, int]
    undeclared: tuple[str, ...]  #: labels that some plan declares and another does not.


def groups_in_common(sides: Sequence[Side], searches: PairedSearches) -> GroupsInCommon:
    """The groups of people searched for in every run."""
    declared = [side.run.plan.groups for side in sides]
    common = [label for label in declared[0] if all(label in one for one in declared)]
    any_of = dict.fromkeys(label for one in declared for label in one)
    groups: list[Grouped] = []
    disagree: dict[str, int] = {}
    for label in common:
        values = [_values(side, label) for side in sides]
        agreed = {
            p: v for p, v in values[0].items() if all(form_of(one.get(p, "")) == form_of(v) for one in values)
        }
        labelled = set().union(*values) & set(searches.people)
        disagree[label] = len(labelled - set(agreed))
        groups += _groups(label, agreed, _source(sides, label), searches)
    return GroupsInCommon(
        tuple(groups),
        tuple(_gaps(sides, groups)),
        disagree,
        tuple(label for label in any_of if label not in common),
    )


def _values(side: Side, label: str) -> dict[str, str]:
    protocol = side.run.protocol
    probes = (*protocol.absent, *protocol.present)
    return {side.person(entry): entry.labels[label] for entry in probes if entry.labels.get(label)}


def _source(sides: Sequence[Side], label: str) -> str:
    sources = [side.run.dataset.label_sources.get(label, "") for side in sides]
    return "; ".join(dict.fromkeys(sources)) if all(source.strip() for source in sources) else ""


def _groups(
    label: str, values: Mapping[str, str], source: str, searches: PairedSearches
) -> Iterator[Grouped]:
    members: dict[str, list[int]] = {}
    for code, person in enumerate(searches.people):
        if person in values:
            members.setdefault(values[person], []).append(code)
    for value in measures.in_order(list(members)):
        yield Grouped(label, value, np.array(members[value], dtype=np.int64), source)


def _gaps(sides: Sequence[Side], groups: Sequence[Grouped]) -> Iterator[Gap]:
    """Contrasts that every plan declares; for a label of two groups and no such contrast these two."""
    found = {(group.label, group.value): group for group in groups}
    declared = [{(c.label, c.one, c.other) for c in side.run.plan.contrast} for side in sides]
    common = set.intersection(*declared)
    for choice in sides[0].run.plan.contrast:
        one, other = found.get((choice.label, choice.one)), found.get((choice.label, choice.other))
        if choice.other == OTHERS and one is not None:
            other = _others(one, groups)
        if (choice.label, choice.one, choice.other) in common and one is not None and other is not None:
            yield Gap(one, other, declared=True)
    for label in dict.fromkeys(group.label for group in groups):
        pair = [group for group in groups if group.label == label]
        if len(pair) == 2 and not any(label == name for name, _, _ in common):
            yield Gap(pair[0], pair[1], declared=False)


def _others(one: Grouped, groups: Sequence[Grouped]) -> Grouped:
    rest = [g.people for g in groups if g.label == one.label and g.value != one.value]
    people = np.concatenate(rest) if rest else np.zeros(0, np.int64)
    return Grouped(one.label, OTHERS, people, one.source)
