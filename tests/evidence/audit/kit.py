"""What the tests of this room share: data sets made on the spot, and a whole audit in one call."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from fairlineup.evidence.asking import RetryPolicy, RunOptions, ask_system
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.plan import DatasetChoice, Plan, StatisticsChoice, SystemChoice
from fairlineup.evidence.runs import FrozenRun, KeptAnswer, freeze_run
from fairlineup.records import (
    Enrolment,
    FaceSystem,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
)
from fairlineup.systems import Card, PlantedRates, SimulatedOptions, SimulatedSystem, draw_card

Results = dict[str, Any]


def write_csv(folder: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A manifest."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    (folder / "people.csv").write_text(text.getvalue(), encoding="utf-8")


def picture(seed: int, width: int = 160, height: int = 200) -> Image.Image:
    """A textured picture that no other seed has."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, size=(9, 7, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    fine = rng.integers(0, 60, size=(height, width, 3), dtype=np.uint8)
    return Image.fromarray(np.asarray(image) // 2 + fine).filter(ImageFilter.GaussianBlur(1))


def save(image: Image.Image, path: Path) -> None:
    """The picture as a JPEG or PNG, by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, quality=90)


@dataclass(frozen=True, slots=True)
class Shot:
    """One card of a data set: a row of its manifest."""

    person: str
    number: int
    role: str
    group: str = ""

    @property
    def photo(self) -> str:
        return f"{self.role}/{self.person}-{self.number}.png"


def people(
    probes: Mapping[str, int], others: Mapping[str, int], mates: float = 0.8, photos: int = 1
) -> list[Shot]:
    """Shots of probes, others and mates, by group; `photos` of each in each role."""
    shots = [
        Shot(f"p{group}{n:04d}", k, "probe", group)
        for group, count in probes.items()
        for n in range(count)
        for k in range(photos)
    ]
    shots += [
        Shot(f"o{group}{n:04d}", k, "gallery", group)
        for group, count in others.items()
        for n in range(count)
        for k in range(photos)
    ]
    shots += [
        Shot(f"p{group}{n:04d}", photos + k, "gallery", group)
        for group, count in probes.items()
        for n in range(round(count * mates))
        for k in range(photos)
    ]
    return shots


def write_shots(folder: Path, shots: Iterable[Shot], source: str = "planted") -> Path:
    """Cards and manifest of the shots."""
    rows = []
    for shot in shots:
        path = folder / shot.photo
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw_card(Card(shot.person, shot.number, shot.group), side_px=8))
        rows.append([shot.person, shot.photo, shot.role, shot.group, source if shot.group else ""])
    write_csv(folder, ["person", "photo", "role", "group", "group_source"], rows)
    return folder


def simulated(**options: Any) -> SimulatedSystem:
    """A simulated system; options of PlantedRates and of SimulatedOptions together."""
    rates = {name: options.pop(name) for name in list(options) if name in PlantedRates.__dataclass_fields__}
    for name in ("false_match_rate", "false_non_match_rate", "failure_rate"):
        if isinstance(rates.get(name), float):
            rates[name] = {"": rates[name]}
    return SimulatedSystem(SimulatedOptions(rates=PlantedRates(**rates), **options))


def plan_for(folder: Path, **changes: Any) -> Plan:
    """A plan of the data set with else as it comes, and few replicates: they take most of the time."""
    changes = {"statistics": StatisticsChoice(replicates=200), **changes}
    return Plan(DatasetChoice(str(folder)), SystemChoice("simulated"), **changes)


IMPATIENT = RetryPolicy(retries=2, sleep=lambda _: None, jitter=lambda: 0.0)
SMALL_PARTS = RunOptions(part_size=16, retry=IMPATIENT)


def audit(
    plan: Plan, system: FaceSystem, out: Path, options: RunOptions = SMALL_PARTS
) -> tuple[FrozenRun, Results]:
    """Freeze, ask, evaluate and write the results, as the command line does."""
    papers = freeze_run(plan, system.information(), out)
    ask_system(papers, system, options)
    papers.directory.write_results(evaluate(papers))
    return papers, papers.directory.read_results()


def kept_answers(run: FrozenRun, stage: str) -> list[KeptAnswer]:
    """What the journal of a run holds of one stage."""
    with run.directory.journal.reading() as journal:
        return list(journal.read(stage))


def _nothing(kind: str, photo: str) -> None:
    """Let every question be answered."""


def _as_is(answer: Any) -> Iterable[Any]:
    return (answer,)


@dataclass
class Watched:
    """A system that is watched, and may be made to fail or to lie.

    Attributes:
        system: who answers.
        before: called before each answer is given, with "enrol" or "search" and the photograph.
        alter: makes other answers of each answer.
        changes: of what the system says of itself.
        threshold: searched to instead of the one asked for.
        asked: what was answered, in order, as "enrol photo" or "search photo".
    """

    system: FaceSystem
    before: Callable[[str, str], None] = _nothing
    alter: Callable[[Any], Iterable[Any]] = _as_is
    changes: Mapping[str, Any] = field(default_factory=dict)
    threshold: float | None = None
    asked: list[str] = field(default_factory=list)
    deleted: int = 0

    def information(self) -> SystemInformation:
        return replace(self.system.information(), **self.changes)

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        yield from self._watch("enrol", self.system.enrol(gallery, self._given("enrol", photos)))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        if self.threshold is not None:
            request = replace(request, threshold=self.threshold)
        yield from self._watch("search", self.system.search(gallery, self._given("search", photos), request))

    def delete_gallery(self, gallery: str) -> None:
        self.deleted += 1
        self.system.delete_gallery(gallery)

    def close(self) -> None:
        self.system.close()

    def of(self, kind: str) -> list[str]:
        """The photographs that were enrolled, or searched for."""
        return [line.removeprefix(f"{kind} ") for line in self.asked if line.startswith(f"{kind} ")]

    def _given(self, kind: str, photos: Iterable[Photograph]) -> Iterator[Photograph]:
        for photo in photos:
            self.before(kind, photo.id)
            yield photo

    def _watch(self, kind: str, answers: Iterable[Any]) -> Iterator[Any]:
        for answer in answers:
            for altered in self.alter(answer):
                self.asked.append(f"{kind} {altered.photo}")
                yield altered
