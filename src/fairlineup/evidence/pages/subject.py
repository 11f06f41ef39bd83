"""What a report is about: the results, the run they are of, and the threshold the numbers are told at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.naming import called, sources
from fairlineup.evidence.pages.svg import Caption
from fairlineup.evidence.runs import RunIdentity
from fairlineup.records import NotMeasured
from fairlineup.results import (
    AuditResults,
    OnScale,
    Processing,
    ThresholdResults,
)


@dataclass(frozen=True, slots=True)
class Report:
    """Results and run, with the words that recur."""

    results: AuditResults  #: of the audit.
    run: RunIdentity  #: run.json.
    deployed: ThresholdResults  #: the threshold the first limit is held at, or the first declared.
    #: the threshold the numbers are told at; `deployed` but where a reader chose another.
    current: ThresholdResults

    @classmethod
    def of(cls, results: AuditResults, run: RunIdentity) -> Report:
        """The subject, told at the deployed threshold."""
        held = results.verdicts[0].threshold if results.verdicts else ""
        deployed = next((one for one in results.thresholds if one.name == held), results.thresholds[0])
        return cls(results, run, deployed, deployed)

    def told_at(self, threshold: ThresholdResults) -> Report:
        """The same, told at another threshold."""
        return replace(self, current=threshold)

    def is_current(self, threshold: ThresholdResults) -> bool:
        """Whether a declared threshold is the one the numbers are told at."""
        return threshold.at == self.current.at

    @property
    def thresholds(self) -> list[ThresholdResults]:
        """The declared thresholds, the deployed one first."""
        return sorted(self.results.thresholds, key=lambda one: one is not self.deployed)

    @property
    def processing(self) -> Processing:
        """What failed to process; without a rate where that could not be measured."""
        found = self.results.processing
        return Processing(found, found, (), {}, {}) if isinstance(found, NotMeasured) else found

    @property
    def kind(self) -> str:
        """Whom the results are about: "real", "simulated" or "synthetic"."""
        return self.results.population.kind

    @property
    def unit(self) -> str:
        """What a score is called: "distance" or "score"."""
        return self.results.system.scale.unit

    @property
    def some_are_real(self) -> bool:
        """Whether only some of the photographs show people who do not exist."""
        made_up = self.results.population.synthetic_photographs
        return self.kind == "synthetic" and made_up < self.results.dataset.photographs

    @property
    def notice(self) -> str:
        """Marks every table and chart of people who are not real; blank for real ones."""
        kind = "partly synthetic" if self.some_are_real else self.kind
        return "" if kind == "real" else f"{kind} people"

    @property
    def artifact(self) -> str:
        """Heads everything about groups of made-up people, whose groups are properties of the generator."""
        return "Generator artifact: " if self.kind == "synthetic" else ""

    @property
    def marked_against_manifest(self) -> int:
        """Photographs that say they were made up, where the manifest calls them real."""
        return self.results.dataset.settled.get("says_synthetic: keep", 0)

    @property
    def people(self) -> str:
        """Whom it is about: "people", or "simulated people"."""
        return "people (some made up)" if self.some_are_real else self.notice or "people"

    @property
    def day(self) -> str:
        """When the run was begun."""
        return words.date(self.run.begun) or "day not recorded"

    @property
    def level(self) -> str:
        """Coverage of the intervals: "95 %"."""
        return words.declared_percent(self.results.statistics.level)

    @property
    def gallery_people(self) -> int:
        """N of the target-absent searches."""
        return self.results.gallery.others.people

    @property
    def mates_people(self) -> int:
        """N of the target-present searches."""
        return self.results.gallery.with_mates.people

    @property
    def leave_one_out(self) -> bool:
        """Whether the people searched for are each other's strangers."""
        return self.results.searches.strangers == "leave-one-out"

    @property
    def population(self) -> str:
        """Who was tested on, without a full stop."""
        described = self.results.population.described.rstrip(".")
        return f"{described} ({self.notice})" if self.notice else described

    @property
    def system(self) -> str:
        """What the system is called."""
        return called(self.results.system)

    @property
    def models(self) -> str:
        """Where the system's models come from; blank where none is known."""
        return sources(self.results.system)

    def at(self, threshold: ThresholdResults) -> str:
        """What a threshold accepts: "distance 0.6 or less", "score 80 or more"."""
        return self.accepts(score_of(threshold.at))

    def accepts(self, score: float) -> str:
        """The same of a bare number on the system's scale."""
        return f"{self.unit} {words.threshold(score)} or {self.results.system.scale.side}"

    def named(self, threshold: ThresholdResults) -> str:
        """A threshold in a sentence: 'the threshold “default” (distance 0.6 or less)'."""
        name = f"the threshold “{threshold.name}”" if threshold.name else "a threshold nobody declared"
        return f"{name} ({self.at(threshold)})"

    def caption(self, title: str, desc: str) -> Caption:
        """A chart's caption with the notice in it."""
        return Caption(title, f"{desc} About {self.notice}." if self.notice else desc, self.notice)

    def name(self, person: str) -> str:
        """A person's name, or their id where the data set gives none."""
        return self.results.names.get(person) or person


def score_of(at: OnScale) -> float:
    """The score of a threshold, or of a pair that was returned."""
    if at.value is None:
        raise ValueError("nothing was returned")
    return at.value
