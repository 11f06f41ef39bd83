from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image

from fairlineup.records import FaceSystem, Photograph
from fairlineup.systems import Card, PlantedRates, SimulatedOptions, SimulatedSystem, draw_card

from .contract import CHECKS, Bench, Check


def _simulated(kind: Literal["distance", "similarity"]) -> Bench:
    def card(person: int, number: int) -> Photograph:
        return Photograph(f"{person}-{number}.png", draw_card(Card(f"person {person}", number), side_px=8))

    rates = PlantedRates({"": 0.05}, {"": 0.05}, unevenness=0.5)
    return Bench(
        make=lambda: SimulatedSystem(SimulatedOptions(rates=rates, kind=kind)),
        gallery=tuple(card(person, 0) for person in range(6)),
        probes=tuple(card(person, 1) for person in (0, 1, 7, 8)),
        faceless=Photograph("faceless.png", _grey()),
    )


def _grey() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 240), (120, 130, 140)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", ["distance", "similarity"])
def test_simulated(kind: Literal["distance", "similarity"], check: Check) -> None:
    check(_simulated(kind))


class Lasting:
    """A system whose workers outlive `close`, so that a suite need not start them for every check."""

    def __init__(self, system: Any) -> None:
        self.system = system

    def __getattr__(self, name: str) -> Any:
        return getattr(self.system, name)

    def close(self) -> None:
        self.system._galleries.clear()


@pytest.fixture(scope="module")
def local(portraits: Path) -> Iterator[Bench]:
    from fairlineup.systems.local import LocalOptions, LocalSystem

    with (portraits / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    photos = {role: [row for row in rows if row["role"] == role] for role in ("probe", "gallery")}

    def photograph(row: dict[str, str]) -> Photograph:
        return Photograph(row["photo"], portraits / row["photo"])

    system = LocalSystem(LocalOptions(workers=1))
    made: FaceSystem = Lasting(system)
    yield Bench(
        make=lambda: made,
        gallery=tuple(photograph(row) for row in photos["gallery"][:7]),
        probes=tuple(photograph(row) for row in photos["probe"][:4]),
        faceless=Photograph("faceless.png", _grey()),
    )
    system.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_local(local: Bench, check: Check) -> None:
    check(local)


def test_local_words_do_not_name_the_place(local: Bench, tmp_path: Path) -> None:
    """The detail of an outcome stands in results.json, which is the same wherever the photographs lie."""
    content = local.gallery[0].read()
    (tmp_path / "half.jpg").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.jpg").write_bytes(b"no picture")
    names = ("half.jpg", "text.jpg")
    system = local.make()
    answers = list(system.enrol("g", [Photograph(name, tmp_path / name) for name in names]))
    system.close()
    for answer in answers:
        assert answer.outcome.value != "ok"
        assert str(tmp_path) not in answer.detail
        assert "\n" not in answer.detail
