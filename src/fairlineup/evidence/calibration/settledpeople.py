"""What a calibration is made of: people compared with one another, and what was settled about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fairlineup.evidence.calibration.compared import Compared
from fairlineup.evidence.calibration.doubts import Doubt
from fairlineup.evidence.plan import Dataset, Entry, Finding, Half, half_of, only_half
from fairlineup.labels import PEOPLE, Decision
from fairlineup.records import form_of


@dataclass(frozen=True, slots=True, eq=False)
class SettledPeople:
    """People of a data set who were compared, with every doubt about them decided."""

    compared: Compared  #: their photographs, as labeled.
    dataset: Dataset  #: where they and their labels come from.
    findings: Sequence[Finding] = ()  #: what was found in the data set.
    settled: Sequence[tuple[Doubt, Decision]] = ()  #: pairs that may be one person, and what was decided.

    @property
    def right(self) -> Compared:
        """The photographs, with those counted as one person who were found to be one."""
        wrong = [doubt.people for doubt, decision in self.settled if PEOPLE.get(decision.decision) == "same"]
        return self.compared.joining(wrong) if wrong else self.compared

    def half(self, half: Half, parted: frozenset[str]) -> SettledPeople:
        """Those of one half, without some. Raises: BadInput: they are fewer than two people."""
        mine = {one.person for one in self.compared.entries if half_of(one.person) == half}
        return replace(
            self,
            compared=self.compared.of_people(mine - parted),
            dataset=only_half(self.dataset, half),
            settled=[one for one in self.settled if {half_of(person) for person in one[0].people} == {half}],
        )

    def in_both_halves(self, digests: Mapping[str, str]) -> frozenset[str]:
        """Ids of people whom either half knows, in one of the ways by which a calibration knows people.

        Args:
            digests: of the photographs' bytes, by photograph.
        """
        joined, halves = self.right.joined, dict[tuple[str, str], set[Half]]()
        marks = [(entry.person, tuple(_known_by(entry, joined, digests))) for entry in self.compared.entries]
        for person, own in marks:
            for mark in own:
                halves.setdefault(mark, set()).add(half_of(person))
        return frozenset(person for person, own in marks if any(len(halves[mark]) > 1 for mark in own))


def _known_by(
    entry: Entry, joined: Mapping[str, str], digests: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """By what the person of a photograph is known: whom they were found to be, an id's form, the picture."""
    yield "person", joined.get(entry.person, entry.person)
    yield "form", form_of(entry.person)
    yield "picture", digests.get(entry.photo) or entry.photo
