"""FPIR by kind of gallery photograph, through a whole audit: two kinds planted, declared and measured."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.runs import load_run
from fairlineup.records import Enrolment, Quality, SearchAnswer

from .kit import Watched, audit, people, plan_for, simulated, write_csv, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

KEPT = 4  # of the false matches with a modern portrait, one in so many


def old(photo: str) -> bool:
    """Every second person of the gallery was photographed long ago."""
    return photo.startswith("gallery/o") and int(photo.split("-", maxsplit=1)[0][-1]) % 2 == 1


def easier(answer: Any) -> Iterable[Any]:
    """Old portraits are mistaken for others more often; the system tells grey from colour."""
    if isinstance(answer, SearchAnswer):
        listed = (
            one
            for one in answer.candidates
            if old(one.photo) or zlib.crc32(f"{answer.photo} {one.photo}".encode()) % KEPT == 0
        )
        yield replace(answer, candidates=tuple(listed))
    elif isinstance(answer, Enrolment):
        colour = 0.01 if old(answer.photo) else 0.2
        yield replace(answer, quality=Quality(90, 120.0, 300.0, 0.0, colour))


def declared(folder: Path) -> Path:
    """The same data set with a column that says what kind of photograph each is."""
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    kinds = ("" if row[2] == "probe" else "before 1970" if old(row[1]) else "since" for row in rows[1:])
    write_csv(
        folder, [*rows[0], "capture"], [[*row, kind] for row, kind in zip(rows[1:], kinds, strict=True)]
    )
    return folder


@pytest.fixture(scope="module")
def shots() -> Any:
    return people({"": 240}, {"": 400}, mates=0.1)


def test_two_kinds_are_told_apart(tmp_path: Path, no_copies: None, shots: Any) -> None:
    folder = declared(write_shots(tmp_path / "cards", shots))
    system = Watched(simulated(false_match_rate=0.002), alter=easier)
    frozen, results = audit(plan_for(folder), system, tmp_path / "run")
    by_manifest, by_pixels = results["gallery_kinds"]
    assert (by_manifest["trait"], by_manifest["told_by"]) == ("capture", "manifest")
    assert (by_pixels["trait"], by_pixels["told_by"]) == ("grey", "pixels")
    assert [one["name"] for one in by_manifest["kinds"]] == ["before 1970", "since"]
    assert [one["name"] for one in by_pixels["kinds"]] == ["all others", "grey or toned"]
    assert {one["people"] for one in by_manifest["kinds"]} == {200}
    assert (by_manifest["gallery_people"], by_manifest["unknown"]) == (200, 0)
    first, other = by_manifest["kinds"]
    truth = [1 - (1 - rate) ** 200 for rate in (0.002, 0.002 / KEPT)]
    for one, true in zip((first, other), truth, strict=True):
        assert one["fpir"]["low"] <= true <= one["fpir"]["high"], (one, true)
    assert first["times"] is None
    assert other["times"]["low"] <= truth[1] / truth[0] <= other["times"]["high"] < 1
    assert by_pixels["kinds"][1]["fpir"] == first["fpir"]  # the same photographs by another name
    again = load_run(tmp_path / "run").dataset
    assert again.entries == frozen.dataset.entries


def test_what_is_not_known_is_not_compared(tmp_path: Path, no_copies: None) -> None:
    few = people({"": 30}, {"": 60})
    folder = write_shots(tmp_path / "cards", few)
    _, results = audit(plan_for(folder), simulated(false_match_rate=0.01), tmp_path / "unknown")
    assert "has no column capture" in results["gallery_kinds"]["not_measured"]
    _, results = audit(plan_for(declared(folder)), simulated(false_match_rate=0.01), tmp_path / "few")
    (one,) = results["gallery_kinds"]
    assert one["not_measured"] == (
        "to compare takes 100 people of each of two kinds in the gallery (before 1970: 30; since: 30)"
    )
    alike = folder / "people.csv"
    alike.write_text(alike.read_text(encoding="utf-8").replace("before 1970", "since"), encoding="utf-8")
    _, results = audit(plan_for(folder), simulated(false_match_rate=0.01), tmp_path / "alike")
    assert "are of one kind" in results["gallery_kinds"]["not_measured"]
