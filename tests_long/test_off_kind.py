"""The calibration that ships, on photographs of its kind and of others: the table in docs/calibration.md."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from fairlineup.evidence.pipeline import audit
from fairlineup.evidence.plan import half_of, parse_plan
from fairlineup.faces.engine import ENGINES, Engine, named_engine
from fairlineup.faces.kinds import kinds_of
from fairlineup.records import NotMeasured, Photograph
from fairlineup.results import CalibratedRate, CalibrationUsed
from fairlineup.systems import open_system

CONGRESS = Path(os.environ.get("FAIRLINEUP_CONGRESS", Path(__file__).parents[2] / "shared" / "congress"))
pytestmark = pytest.mark.skipif(not (CONGRESS / "people.csv").is_file(), reason="no real photographs")

PLAN = """
[dataset]
folder = "{folder}"
[settle]
one_picture_two_people = "keep"
same_picture = "keep"
one_name_two_people = "keep"
[system]
name = "local"
[system.options]
engine = "{engine}"
[search]
target_present = false
[calibration]
file = "shipped"
[[threshold]]
name = "66"
score = "similarity 66"
[[threshold]]
name = "49.5"
score = "similarity 49.5"
[[limit]]
measure = "fpir"
threshold = "66"
at_most = 0.01
"""
Change = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine with the table that ships for it."""
    return str(request.param)


@pytest.fixture(scope="module")
def portraits(engine: str) -> dict[bool, list[dict[str, str]]]:
    """Grey ones and those in colour: of everybody in one half, held against the table of the other."""
    found: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    seen: set[str] = set()
    asked = Engine(named_engine(engine))
    for row in csv.DictReader((CONGRESS / "people.csv").read_text(encoding="utf-8").splitlines()):
        if row["role"] == "gallery" and half_of(row["person"]) == "odd" and row["person"] not in seen:
            seen.add(row["person"])
            quality = asked.analyse(Photograph(row["photo"], CONGRESS / row["photo"])).quality
            if quality is not None:
                found["grey" in kinds_of(quality, asked.description.cuts)].append(row)
    return found


def _small(image: Image.Image) -> Image.Image:
    return image.resize((round(image.width * 110 / image.height), 110))


def _dark(image: Image.Image) -> Image.Image:
    return image.point(lambda value: value * 0.15)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L")


Case = tuple[str, bool, Change | None]
CASES: list[Case] = [
    ("grey as they are", True, None),
    ("colour as they are", False, None),
    ("colour made grey", False, _grey),
    ("colour, 110 px high", False, _small),
    ("colour × 0.15", False, _dark),
]
HOLDS = {
    "sface": {"colour as they are", "colour made grey", "colour, 110 px high"},
    "dlib": {"colour as they are", "colour, 110 px high"},
}
"""Where the rates of the table hold."""


@pytest.mark.parametrize("case", CASES, ids=[one[0] for one in CASES])
def test_the_table_on_photographs_of_its_kind_and_of_others(
    portraits: dict[bool, list[dict[str, str]]], engine: str, tmp_path: Path, case: Case
) -> None:
    """Half of them searched for among the other half; so few people that "too few errors" is right too."""
    name, grey, change = case
    _write(tmp_path, portraits[grey], change)
    plan = parse_plan(PLAN.format(folder=tmp_path, engine=engine), "plan")
    system = open_system("local", {"engine": engine})
    results = audit(plan, system, tmp_path / "run").results
    system.close()
    used = results.calibration
    assert isinstance(used, CalibrationUsed)
    print(
        f"\n{engine}, {name}: {len(portraits[grey])} portraits", *(f"\n  {_told(one)}" for one in used.rates)
    )
    assert used.calibration_overlap == 0
    assert used.part == "a half"
    found = {rate.found for rate in used.rates}
    assert found <= {"agrees", "too few errors to tell", *(() if name in HOLDS[engine] else ("more",))}
    assert ("more" in found) is (name not in HOLDS[engine])
    assert bool(results.warnings) is (name != "colour as they are")


def _write(folder: Path, rows: list[dict[str, str]], change: Change | None) -> None:
    lines = ["person,photo,role"]
    for n, row in enumerate(rows):
        lines.append(f"{row['person']},{n}.jpg,{'probe' if n % 2 else 'gallery'}")
        content = CONGRESS / row["photo"]
        if change is None:
            (folder / f"{n}.jpg").write_bytes(content.read_bytes())
        else:
            change(Image.open(content).convert("RGB")).save(folder / f"{n}.jpg", quality=90)
    (folder / "people.csv").write_text("\n".join(lines) + "\n")


def _told(rate: CalibratedRate) -> str:
    one = rate.measured
    here = (
        one.reason if isinstance(one, NotMeasured) else f"{one.value:.2e} ({one.low:.1e} to {one.high:.1e})"
    )
    return f"{rate.threshold}: stands for {rate.fmr:.2e}, measured {here}: {rate.found}"
