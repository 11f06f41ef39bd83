"""What a report is about, read once from results.json and run.json for every part of the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import Caption
from fairlineup.evidence.pages.failed import readable
from fairlineup.evidence.pages.figures import Results
from fairlineup.evidence.pages.naming import called, sources
from fairlineup.evidence.runs import RunIdentity
from fairlineup.records import Scale


@dataclass(frozen=True, slots=True)
class Subject:
    """Results and run, with the words that recur.

    Attributes:
        results: results.json.
        identity: run.json.
        kind: "real", "simulated" or "synthetic": whom the results are about.
        scale: of the system's scores.
        unit: "distance" or "score", also the key of a threshold and of a pair.
        deployed: the threshold the first limit is held at, or the first declared.
        limit: the threshold the numbers are told at; `deployed` but where a reader chose another.
    """

    results: Results
    identity: RunIdentity
    kind: str
    scale: Scale
    unit: str
    deployed: Results
    limit: Results

    @classmethod
    def of(cls, results: Results, identity: RunIdentity) -> Subject:
        """Read results.json and run.json."""
        results = readable(results)
        scale = results["system"]["scale"]
        thresholds = results["thresholds"]
        declared = results.get("verdicts") or [{}]
        held = declared[0].get("threshold")
        deployed = next((one for one in thresholds if one["name"] == held), thresholds[0])
        return cls(
            results=results,
            identity=identity,
            kind=str(results["population"]["kind"]),
            scale=Scale(scale["kind"], scale["low"], scale["high"], scale["name"]),
            unit="distance" if scale["kind"] == "distance" else "score",
            deployed=deployed,
            limit=deployed,
        )

    def told_at(self, threshold: Results) -> Subject:
        """The same, told at another threshold."""
        return replace(self, limit=threshold)

    def is_limit(self, threshold: Results) -> bool:
        """Whether a declared threshold is the one the numbers are told at."""
        return float(threshold[self.unit]) == float(self.limit[self.unit])

    @property
    def chosen(self) -> bool:
        """Whether the numbers are told at a threshold nobody declared."""
        return not any(self.is_limit(one) for one in self.results["thresholds"])

    @property
    def some_are_real(self) -> bool:
        """Whether only some of the photographs show people who do not exist."""
        photographs = int(self.results["dataset"]["photographs"])
        made_up = self.results["population"].get("synthetic_photographs", photographs)
        return self.kind == "synthetic" and made_up < photographs

    @property
    def notice(self) -> str:
        """Marks every table and chart of people who are not real; blank for real ones."""
        kind = "partly synthetic" if self.some_are_real else self.kind
        return "" if kind == "real" else f"{kind} people"

    @property
    def artefact(self) -> str:
        """Heads everything about groups of made-up people, whose groups are properties of the generator."""
        return "Generator artefact: " if self.kind == "synthetic" else ""

    @property
    def marked_against_manifest(self) -> int:
        """Photographs that say they were made up, where the manifest calls them real."""
        return int(self.results["dataset"]["settled"].get("says_synthetic: keep", 0))

    @property
    def people(self) -> str:
        """Whom it is about: "people", or "simulated people"."""
        return "people (some made up)" if self.some_are_real else self.notice or "people"

    @property
    def day(self) -> str:
        """When the run was begun."""
        return words.date(str(self.identity.begun)) or "day not recorded"

    @property
    def level(self) -> str:
        """Coverage of the intervals: "95 %"."""
        return words.declared_percent(float(self.results["statistics"]["level"]))

    @property
    def gallery_people(self) -> int:
        """N of the target-absent searches."""
        return int(self.results["gallery"]["people"])

    @property
    def leave_one_out(self) -> bool:
        """Whether the people searched for are each other's strangers."""
        return bool(self.results["searches"].get("strangers") == "leave-one-out")

    @property
    def mates_people(self) -> int:
        """N of the target-present searches."""
        return int(self.results["gallery"].get("with_mates", self.results["gallery"])["people"])

    @property
    def offered(self) -> int:
        """Photographs offered to a gallery, over which FTE is taken."""
        return int(self.results["processing"]["fte"].get("trials") or 0)

    @property
    def population(self) -> str:
        """Who was tested on, without a full stop."""
        described = str(self.results["population"]["described"]).rstrip(".")
        return f"{described} ({self.notice})" if self.notice else described

    @property
    def system(self) -> str:
        """What the system is called."""
        return called(self.results["system"])

    @property
    def models(self) -> str:
        """Where the system's models come from; blank where none is known."""
        return sources(self.results["system"])

    def score_of(self, record: Results) -> float | None:
        """Threshold or pair: its distance or score."""
        found = record.get(self.unit)
        return None if found is None else float(found)

    def at(self, threshold: Results) -> str:
        """What a threshold accepts: "distance 0.6 or less", "score 80 or more"."""
        return self.accepts(float(threshold[self.unit]))

    def accepts(self, score: float) -> str:
        """The same of a bare number on the system's scale."""
        return f"{self.unit} {words.threshold(score)} or {self.scale.side}"

    def named(self, threshold: Results) -> str:
        """A threshold in a sentence: 'the threshold "default" (distance 0.6 or less)'."""
        name = f"the threshold “{threshold['name']}”" if threshold["name"] else "a threshold nobody declared"
        return f"{name} ({self.at(threshold)})"

    def caption(self, title: str, desc: str) -> Caption:
        """A chart's caption with the notice in it."""
        return Caption(title, f"{desc} About {self.notice}." if self.notice else desc, self.notice)

    def name(self, person: str) -> str:
        """A person's name, or their id where the data set gives none."""
        names: dict[str, Any] = self.results.get("names") or {}
        return str(names.get(person) or person)
