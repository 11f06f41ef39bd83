"""Bytes that were digested are the bytes that are sent: a photograph that changes stops the run, by name."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import RunOptions, ask_system
from fairlineup.evidence.runs import FrozenRun, freeze_run
from fairlineup.records import Enrolment, Outcome, Photograph, PhotographChanged, SearchAnswer, SearchRequest
from fairlineup.systems import Card, draw_card
from fairlineup.systems.process import Program, open_process
from fairlineup.systems.programs import ProcessOptions

from .kit import IMPATIENT, Watched, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")
PEOPLE = people({"a": 6}, {"a": 8})
OPTIONS = RunOptions(4, IMPATIENT)
WIRE = {"wire": True, "at_once": 3, "keeps_galleries": True}
PROGRAM = Path(__file__).parents[2] / "systems" / "programs" / "simulated_program.py"


class Forgiving(Watched):
    """Takes whatever reading a photograph raises for that photograph's own fault, as people write it."""

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for photo in photos:
            try:
                photo.read()
                yield from super().enrol(gallery, [photo])
            except Exception:  # noqa: BLE001 - that is the point
                yield Enrolment(photo.id, Outcome.ERROR, "something")

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            try:
                photo.read()
                yield from super().search(gallery, [photo], request)
            except Exception:  # noqa: BLE001 - that is the point
                yield SearchAnswer(photo.id, Outcome.NO_FACE)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("undisturbed")
    cards = write_shots(folder / "cards", PEOPLE)
    return audit(plan_for(cards), simulated(), folder / "run", OPTIONS)[1]["thresholds"]


@pytest.mark.parametrize("changes", [{}, WIRE], ids=["here", "wire"])
@pytest.mark.parametrize("kind", [Watched, Forgiving])
@pytest.mark.parametrize(
    ("stage", "content"), [(0, draw_card(Card("somebody else"), 8)), (1, b"no picture"), (2, None)]
)
def test_a_photograph_that_changes_while_the_run_asks_stops_it_until_it_is_put_back(
    tmp_path: Path,
    undisturbed: Any,
    changes: dict[str, Any],
    kind: type[Watched],
    stage: int,
    content: bytes | None,
) -> None:
    cards, run = write_shots(tmp_path / "cards", PEOPLE), tmp_path / "run"
    system = kind(simulated(), changes=changes)
    frozen = freeze_run(plan_for(cards), system.information(), run)
    photo = frozen.protocol.stages[stage][1][-1].photo
    whole = (cards / photo).read_bytes()
    (cards / photo).unlink()
    if content is not None:
        (cards / photo).write_bytes(content)
    with pytest.raises(PhotographChanged) as caught:
        ask_system(frozen, system, OPTIONS)
    assert caught.value.facts == {"photograph": photo}
    assert not any(line.endswith(photo) for line in system.asked)
    (cards / photo).write_bytes(whole)
    assert audit(plan_for(cards), system, run, OPTIONS)[1]["thresholds"] == undisturbed


def test_what_is_the_same_each_time_is_read_as_it_is(tmp_path: Path) -> None:
    cards = write_shots(tmp_path / "cards", people({"a": 2}, {"a": 2}))
    frozen: FrozenRun = freeze_run(plan_for(cards), simulated().information(), tmp_path / "run")
    for entry in frozen.dataset.entries:
        assert frozen.photograph(entry).read() == (cards / entry.photo).read_bytes()


def test_a_program_that_is_given_paths_is_given_a_copy_of_what_was_digested(tmp_path: Path) -> None:
    cards = write_shots(tmp_path / "cards", people({"a": 3}, {"a": 3}))
    read = tmp_path / "read"
    command = (sys.executable, str(PROGRAM), "--read", str(read))
    system = open_process(Program(command, ProcessOptions(photographs="path")))
    try:
        frozen = freeze_run(plan_for(cards), system.information(), tmp_path / "run")
        ask_system(frozen, system, OPTIONS)
        asked = [one for one in map(json.loads, read.read_text().split("\n")[:-1]) if "photo" in one]
        assert asked
        assert not any(one["path"].startswith(str(cards)) or Path(one["path"]).exists() for one in asked)
        folder = Path(asked[0]["path"]).parent
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        system.close()
    assert not folder.exists()
