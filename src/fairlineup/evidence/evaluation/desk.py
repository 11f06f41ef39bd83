"""What every section of the results needs at hand: papers, evidence, and who is in which group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.evaluation.evidence import Evidence
from fairlineup.evidence.evaluation.sections import Sections
from fairlineup.evidence.plan import Entry, ResolvedThreshold
from fairlineup.evidence.runs import FrozenRun
from fairlineup.measures import Grouping, Mated, Resampling, Searches, in_order
from fairlineup.records import Measured, NotMeasured


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A group of probes with their searches.

    Attributes:
        value: of the label.
        people: codes.
        absent: their target-absent searches.
        mated: their target-present searches.
    """

    value: str
    people: NDArray[np.int64]
    absent: Searches
    mated: Mated


@dataclass(frozen=True, slots=True)
class Desk:
    """A run laid out to be measured.

    Attributes:
        papers: the run's papers.
        evidence: its evidence.
        group_of: label to value to the codes of its people among the probes.
        in_gallery: label to value to the codes of its people in the gallery.
        parts: the groups of each label the plan asks for.
        level: coverage of intervals.
        sections: where a measure that fails is kept.
    """

    papers: FrozenRun
    evidence: Evidence
    group_of: Mapping[str, Mapping[str, NDArray[np.int64]]]
    in_gallery: Mapping[str, Mapping[str, NDArray[np.int64]]]
    parts: Mapping[str, tuple[Part, ...]]
    level: float
    sections: Sections = field(default_factory=Sections)

    @classmethod
    def of(cls, papers: FrozenRun, evidence: Evidence, sections: Sections | None = None) -> Desk:
        """Lay out what a run's rates are taken from."""
        protocol = papers.protocol
        probes = _members(papers, evidence, (*protocol.absent, *protocol.present))
        gallery = _members(papers, evidence, (*protocol.others, *protocol.mates))
        parts = {
            label: tuple(part_of(evidence, value, people) for value, people in probes[label].items())
            for label in papers.plan.groups
        }
        level = papers.plan.statistics.level
        return cls(papers, evidence, probes, gallery, parts, level, sections or Sections())

    @property
    def resampling(self) -> Resampling:
        """As the plan says."""
        return Resampling(self.papers.plan.statistics.replicates, self.papers.plan.statistics.seed)

    def source(self, label: str) -> str:
        """Where the values of a label come from; blank where nothing is cited."""
        return self.papers.dataset.label_sources[label]

    def score(self, choice: ResolvedThreshold) -> float:
        """The threshold as a distance."""
        return self.distance(choice.score)

    def distance(self, score: float) -> float:
        """A score of the system as a distance, and a distance as its score."""
        return self.papers.information.scale.to_distance(score)

    def cut(self, threshold: float, people: NDArray[np.int64] | None = None) -> int:
        """Target-absent lists the system cut before a distance, of everyone or of some people."""
        cut = self.evidence.absent_capped <= threshold
        if people is not None:
            cut &= np.isin(self.evidence.absent.person, people)
        return int(np.count_nonzero(cut))

    @property
    def one_set(self) -> NotMeasured | None:
        """Why no test of independent searches can be made; None where the strangers are other people."""
        if not self.evidence.absent.own_left_out:
            return None
        text = "the people searched for are each other's strangers, so that one pair alike flags two of them"
        return NotMeasured(f"{text}; compare false match rates instead, whose interval allows for it")

    @property
    def weakest(self) -> float:
        """The most permissive threshold, as a distance."""
        return max(self.score(choice) for choice in self.papers.plan.threshold)

    def threshold(self, name: str) -> ResolvedThreshold:
        """A declared threshold by its name."""
        return next(choice for choice in self.papers.plan.threshold if choice.name == name)

    def probe_groups(self, label: str) -> Grouping:
        """Probes by a label, everyone in the gallery together."""
        probe = self._codes(self.group_of[label])
        return Grouping.of_probes(probe, len(self.group_of[label]))

    def both_groups(self, label: str) -> tuple[Grouping, tuple[str, ...]]:
        """Probes and gallery by one label, with the values in the order of the codes."""
        values = tuple(in_order({*self.group_of[label], *self.in_gallery[label]}))
        probe, gallery = (
            self._codes({value: members.get(value, np.zeros(0, np.int64)) for value in values})
            for members in (self.group_of[label], self.in_gallery[label])
        )
        return Grouping(probe, gallery, len(values), len(values)), values

    def _codes(self, members: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
        codes = np.full(len(self.evidence.people), -1, np.int64)
        for code, people in enumerate(members.values()):
            codes[people] = code
        return codes


def part_of(evidence: Evidence, value: str, people: NDArray[np.int64]) -> Part:
    """The searches of some people."""
    absent = evidence.absent.only(np.isin(evidence.absent.person, people))
    mated = evidence.mated.only(np.isin(evidence.mated.searches.person, people))
    return Part(value, people, absent, mated)


def unless_cut(cut: int, measured: Measured) -> Measured:
    """A measure that needs every match, or the reason why some are missing."""
    if cut == 0:
        return measured
    text = f"the system cut {cut} lists before this threshold, so matches are missing"
    return NotMeasured(text, trials=measured.trials, people=measured.people)


def _members(
    papers: FrozenRun, evidence: Evidence, entries: tuple[Entry, ...]
) -> dict[str, dict[str, NDArray[np.int64]]]:
    code = {person: index for index, person in enumerate(evidence.people)}
    members: dict[str, dict[str, set[int]]] = {label: {} for label in papers.dataset.label_sources}
    for entry in entries:
        for label, value in entry.labels.items():
            members[label].setdefault(value, set()).add(code[entry.person])
    return {
        label: {value: np.array(sorted(values[value]), dtype=np.int64) for value in in_order(list(values))}
        for label, values in members.items()
    }
