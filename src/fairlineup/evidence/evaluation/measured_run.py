"""A finished run laid out to be measured; what several sections need is derived once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from fairlineup import measures
from fairlineup.evidence.evaluation.joined import JoinedAnswers
from fairlineup.evidence.evaluation.sections import Sections
from fairlineup.evidence.plan import Entry, ResolvedThreshold
from fairlineup.evidence.runs import FrozenRun
from fairlineup.measures import CellRates, Comparisons, Grouping, MatchCounts, Mated, Resampling, Searches
from fairlineup.records import Measured, NotMeasured, Scale

Codes = NDArray[np.int64]
Members = Mapping[str, Mapping[str, Codes]]
Kept = dict[Hashable, Any]
P = ParamSpec("P")
T = TypeVar("T")


Part = tuple[Callable[..., Any], tuple[Hashable, ...]]
"""Something derived once, and what it is given beside the run."""


class _Keeper(Protocol):
    @property
    def kept(self) -> Kept: ...


K = TypeVar("K", bound=_Keeper)


def once(derive: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """Derive a value of a run, or of a run at a threshold, once, however many sections need it."""

    @wraps(derive)
    def derived(of: K, *given: P.args, **how: P.kwargs) -> T:
        key = (derive.__module__, derive.__qualname__, *given)
        if key not in of.kept:
            of.kept[key] = derive(of, *given, **how)
        return cast("T", of.kept[key])

    return cast("Callable[Concatenate[K, P], T]", derived)


@dataclass(frozen=True, eq=False)
class ProbeGroup:
    """A group of probes with their searches."""

    value: str  #: of the label; blank for everyone.
    people: Codes  #: codes.
    absent: Searches  #: their target-absent searches.
    mated: Mated  #: their target-present searches, same pictures left out.

    @cached_property
    def processed(self) -> ProbeGroup:
        """The same, as far as probes were processed and mates enrolled."""
        absent, mated = self.absent, self.mated
        return ProbeGroup(
            self.value,
            self.people,
            absent.only(absent.processed),
            mated.only(mated.searches.processed & mated.mate_enrolled),
        )


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """A finished run laid out to be measured."""

    frozen: FrozenRun  #: what the run was made on.
    answers: JoinedAnswers  #: joined with the truth.
    sections: Sections = field(default_factory=Sections)  #: where a measure that fails is kept.
    kept: Kept = field(default_factory=dict, init=False, repr=False)  #: what was derived already.

    def at(self, threshold: float) -> RunAtThreshold:
        """The run at a threshold, given as a distance."""
        found: RunAtThreshold = self.kept.setdefault(threshold, RunAtThreshold(self, threshold))
        return found

    def at_choice(self, choice: ResolvedThreshold) -> RunAtThreshold:
        """The run at a declared threshold."""
        return self.at(self.scale.to_distance(choice.score))

    def keep(self, part: Part, value: Any) -> None:
        """Keep a part that was derived elsewhere."""
        derive, given = part
        self.kept[derive.__module__, derive.__qualname__, *given] = value

    def named(self, name: str) -> RunAtThreshold:
        """The run at the declared threshold of that name."""
        return self.at_choice(next(one for one in self.frozen.plan.threshold if one.name == name))

    @property
    def declared(self) -> list[tuple[str, RunAtThreshold]]:
        """The declared thresholds, by name, in the plan's order."""
        return [(choice.name, self.at_choice(choice)) for choice in self.frozen.plan.threshold]

    @property
    def scale(self) -> Scale:
        """The scale of the system's scores."""
        return self.frozen.information.scale

    @property
    def level(self) -> float:
        """Coverage of intervals."""
        return self.frozen.plan.statistics.level

    @property
    def list_length(self) -> int:
        """Candidates a user is shown."""
        return self.frozen.plan.search.list_length

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels whose groups the plan asks for."""
        return self.frozen.plan.groups

    @property
    def resampling(self) -> Resampling:
        """As the plan says."""
        return Resampling(self.frozen.plan.statistics.replicates, self.frozen.plan.statistics.seed)

    def source(self, label: str) -> str:
        """Where the values of a label come from; blank where nothing is cited."""
        return self.frozen.dataset.label_sources[label]

    @cached_property
    def probes(self) -> Members:
        """Label to value to the codes of its people among the probes."""
        return self._members((*self.frozen.protocol.absent, *self.frozen.protocol.present))

    @cached_property
    def gallery(self) -> Members:
        """Label to value to the codes of its people in the gallery."""
        return self._members((*self.frozen.protocol.others, *self.frozen.protocol.mates))

    @cached_property
    def everyone(self) -> ProbeGroup:
        """All probes."""
        people, mated = np.arange(len(self.answers.people)), self.answers.mated
        if mated.same_picture is not None:
            mated = mated.only(~mated.same_picture)
        return ProbeGroup("", people, self.answers.absent.by_person, mated)

    @cached_property
    def groups(self) -> Mapping[str, tuple[ProbeGroup, ...]]:
        """The groups of each label the plan asks for."""
        return {
            label: tuple(self.group_of(value, people) for value, people in self.probes[label].items())
            for label in self.labels
        }

    def group_of(self, value: str, people: Codes) -> ProbeGroup:
        """Some people with their searches."""
        absent, mated = self.everyone.absent, self.everyone.mated
        return ProbeGroup(
            value,
            people,
            absent.only(np.isin(absent.person, people)),
            mated.only(np.isin(mated.searches.person, people)),
        )

    @cached_property
    def compared(self) -> Comparisons:
        """Every non-mated comparison of the run, among others and among the mates of other probes."""
        return measures.together(self.answers.among_others, self.answers.among_probes)

    @property
    def one_set(self) -> NotMeasured | None:
        """Why no test of independent searches can be made; None where the strangers are other people."""
        if not self.answers.absent.own_left_out:
            return None
        text = "the people searched for are each other's strangers, so that one pair alike flags two of them"
        return NotMeasured(f"{text}; compare false match rates instead, whose interval allows for it")

    @once
    def probe_grouping(self, label: str) -> Grouping:
        """Probes by a label, everyone in the gallery together."""
        return Grouping.of_probes(self.codes_of(self.probes[label].values()), len(self.probes[label]))

    @once
    def both_groupings(self, label: str) -> tuple[Grouping, tuple[str, ...]]:
        """Probes and gallery by one label, with the values in the order of the codes."""
        values = tuple(measures.in_order({*self.probes[label], *self.gallery[label]}))
        nobody = np.zeros(0, np.int64)
        probe, gallery = (
            self.codes_of(members.get(value, nobody) for value in values)
            for members in (self.probes[label], self.gallery[label])
        )
        return Grouping(probe, gallery, len(values), len(values)), values

    def codes_of(self, groups: Iterable[Codes]) -> Codes:
        """The place of each person's group, -1 for people in none."""
        codes = np.full(len(self.answers.people), -1, np.int64)
        for code, people in enumerate(groups):
            codes[people] = code
        return codes

    def _members(self, entries: tuple[Entry, ...]) -> Members:
        code = {person: index for index, person in enumerate(self.answers.people)}
        members: dict[str, dict[str, set[int]]] = {label: {} for label in self.frozen.dataset.label_sources}
        for entry in entries:
            for label, value in entry.labels.items():
                members[label].setdefault(value, set()).add(code[entry.person])
        return {
            label: {
                value: np.array(sorted(values[value]), dtype=np.int64)
                for value in measures.in_order(list(values))
            }
            for label, values in members.items()
        }


@dataclass(frozen=True, eq=False)
class RunAtThreshold:
    """A run at one threshold."""

    run: MeasuredRun  #: the run.
    threshold: float  #: as a distance.
    kept: Kept = field(default_factory=dict, init=False, repr=False)  #: what was derived already.

    @property
    def score(self) -> float:
        """The threshold on the system's scale."""
        return self.run.scale.to_score(self.threshold)

    @cached_property
    def cells(self) -> CellRates:
        """False matches of everyone together."""
        return measures.cell_rates(self.run.answers.among_others, self.threshold)

    @cached_property
    def counts(self) -> MatchCounts:
        """Matches of each target-absent search."""
        return MatchCounts.of(self.run.everyone.absent, self.threshold)

    @cached_property
    def cut(self) -> int:
        """Target-absent lists the system cut before the threshold."""
        return int(np.count_nonzero(self._cut))

    @property
    def incomplete(self) -> NotMeasured | None:
        """Why what needs every match is not measured; None where there is every match."""
        if self.cut == 0:
            return None
        return NotMeasured("the system cut lists before this threshold, so matches are missing")

    def unless_cut(self, measured: Measured, people: Codes | None = None) -> Measured:
        """A measure that needs every match of everyone, or of some people, or how many lists were cut."""
        cut = self.cut
        if people is not None and cut:
            cut = int(np.count_nonzero(self._cut & np.isin(self.run.answers.absent.person, people)))
        if cut == 0:
            return measured
        text = f"the system cut {cut} lists before this threshold, so matches are missing"
        return NotMeasured(text, trials=measured.trials, people=measured.people)

    @cached_property
    def _cut(self) -> NDArray[np.bool_]:
        return self.run.answers.absent_capped <= self.threshold
