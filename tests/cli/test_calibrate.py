"""`fairlineup calibrate` and `compare`; one person who does not exist has two ids."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from fairlineup.evidence.plan import half_of
from fairlineup.evidence.samples import SamplesRequest, write_samples

from .calling import in_process as run
from .calling import process

pytestmark = pytest.mark.usefixtures("one_worker")

DLIB = ("--engine", "dlib")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-four people, of whom one has a photograph under another id too."""
    folder = tmp_path_factory.mktemp("people")
    write_samples(folder, SamplesRequest(people=44, photos=2, probes=14), workers=1)
    with (folder / "people.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    probe = next(row for row in rows if row["role"] == "probe")
    twice = next(row for row in rows if row["role"] == "gallery" and row["person"] == probe["person"])
    twice["person"] = "somebody-else"
    with (folder / "people.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "planted.txt").write_text(probe["person"])
    return folder


def _fill(place: Path, planted: str, reason: str) -> bool:
    """Decide the list; whether the planted pair is on it."""
    rows = list(csv.DictReader(place.read_text().splitlines()))
    found = False
    for row in rows:
        wrong = {row["person_a"], row["person_b"]} == {planted, "somebody-else"}
        found |= wrong
        row["decision"] = "label_error" if wrong else "look_alike"
        row["reason"] = reason if wrong else ""
    with place.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return found


@pytest.mark.dlib
def test_nothing_is_published_before_it_is_settled(people: Path, tmp_path: Path) -> None:
    out, planted = tmp_path / "out", (people / "planted.txt").read_text()
    asked = run("calibrate", people, *DLIB, "--out", out)
    assert asked.returncode == 2, asked.stderr
    assert "photographs: about" in asked.stderr.splitlines()[0]
    assert f"--settled {out / 'to-settle.csv'}" in asked.stderr
    assert [path.name for path in out.iterdir()] == ["to-settle.csv"]
    assert _fill(out / "to-settle.csv", planted, "one person under two ids")

    again = run("calibrate", people, *DLIB, "--out", out, "-q")
    assert again.returncode == 2
    assert "holds decisions" in again.stderr

    settled = ("--settled", out / "to-settle.csv", "-q")
    _fill(out / "to-settle.csv", planted, "")
    unreasoned = run("calibrate", people, *DLIB, "--out", out, *settled)
    assert unreasoned.returncode == 2
    assert "a reason for label_error" in unreasoned.stderr
    assert not (out / "calibration.json").exists()

    _fill(out / "to-settle.csv", planted, "one person under two ids")
    made = run("calibrate", people, *DLIB, "--out", out, *settled)
    assert made.returncode == 0, made.stderr
    assert "1 label errors" in made.stdout
    assert "do not exist" in made.stdout
    table = json.loads((out / "calibration.json").read_text())
    assert table["people"] == 44
    assert table["every_pair"] != table["rows"]
    assert planted not in (out / "calibration.json").read_text()

    plain, _, other = sorted((people / "photographs").iterdir())[:3]
    told = run("compare", *DLIB, plain, other, "--calibration", out / "calibration.json", "--json")
    assert told.returncode == 0, told.stderr
    row = json.loads(told.stdout)
    assert row["kinds"] == [[], []]
    assert row["calibration"]["kind"] == "synthetic"
    assert len(row["synthetic"]) == 2
    assert set(row["similarity"]) <= {"value", "at_least"}
    with Image.open(other) as picture:
        picture.convert("L").save(tmp_path / "gray.jpg")
    words = (plain, tmp_path / "gray.jpg", "--calibration", out / "calibration.json")
    off = run("compare", *DLIB, *words).stdout
    assert "similarity not measured: the calibration's rate does not hold here:" in off
    assert "is grey or toned, as 0 of the calibration's 88 are" in " ".join(off.split())
    assert "1 in" not in off
    shared = run("calibrate", people, *DLIB, "--check", out / "calibration.json", "-q")
    assert shared.returncode == 4
    assert "not checked on its own people" in shared.stderr


def test_a_half_is_checked_on_the_other(people: Path, tmp_path: Path) -> None:
    made = run("calibrate", people, "--half", "even", "--keep-all", "--out", tmp_path, "-q")
    assert made.returncode == 0, made.stderr
    assert "unseen" in made.stdout
    table = tmp_path / "calibration.json"
    assert json.loads(table.read_text())["kept_without_looking"] is True
    checked = run("calibrate", people, "--half", "odd", "--check", table, "--json", "-q")
    assert checked.returncode == 0, checked.stderr
    some = tmp_path / "some"
    shutil.copytree(people, some)
    lines = (some / "people.csv").read_text().splitlines()
    named = [line.split(",")[0] for line in lines]
    few = [line for line, person in zip(lines, named, strict=True) if person in (named[0], *named[1:9])]
    (some / "people.csv").write_text("\n".join(few))
    known = run("calibrate", some, "--check", table, "-q")
    assert known.returncode == 4
    inside = sum(half_of(person) == "even" for person in {line.split(",")[0] for line in few[1:]})
    people_asked = len({line.split(",")[0] for line in few[1:]})
    assert f"of {people_asked} people {inside} with a photograph that it was made from" in known.stderr
    rows = json.loads(checked.stdout)["rows"]
    assert rows
    assert all(row["errors"] >= 0 and row["expected_errors"] > 0 for row in rows)


def test_ids_and_values_that_differ_in_form_only_stop_it(people: Path, tmp_path: Path) -> None:
    with (people / "people.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[:4]
    for row, person, sex in zip(rows, ("7", "7.0", "7.00", "8"), ("F", "f", "F", "M"), strict=True):
        row |= {"person": person, "photo": str(people / row["photo"]), "sex": sex}
    for name, changed in (("ids", [row | {"sex": "F"} for row in rows]), ("values", rows)):
        (tmp_path / name).mkdir()
        for row in changed:
            photo = Path(row["photo"])
            (tmp_path / name / photo.name).write_bytes(photo.read_bytes())
        with (tmp_path / name / "people.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows([row | {"photo": Path(row["photo"]).name} for row in changed])
    halved = run("calibrate", tmp_path / "ids", "--half", "even", "--out", tmp_path / "out")
    assert halved.returncode == 2
    assert "'7' and '7.0' and '7.00' differ in a sign or decimal point only" in halved.stderr
    cited = ("--cite", "sex=me", "--out", tmp_path / "out")
    valued = run("calibrate", tmp_path / "values", *cited)
    assert valued.returncode == 2
    assert "sex: 'F' and 'f' differ in letter case only; written alike they would agree" in valued.stderr


def test_halves_are_made_beside_the_whole_and_whoever_is_in_one_is_held_against_the_other(
    people: Path, tmp_path: Path
) -> None:
    made = [
        run("calibrate", people, "--cross-fit", "--keep-all", "--out", tmp_path / n, "-q") for n in ("1", "2")
    ]
    assert [one.returncode for one in made] == [0, 0], made[0].stderr
    assert "The even half's table on the other half (" in made[0].stdout
    table = tmp_path / "1" / "calibration.json"
    assert table.read_bytes() == (tmp_path / "2" / "calibration.json").read_bytes()
    whole = json.loads(table.read_text())
    assert [half["split"]["half"] for half in whole["halves"]] == ["even", "odd"]
    assert len({whole["inside"]["key"], *(half["inside"]["key"] for half in whole["halves"])}) == 3
    refused = run("calibrate", people, "--check", table, "-q")
    assert refused.returncode == 4
    checked = run("calibrate", people, "--half", "odd", "--check", table, "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["table"].endswith(", even half")
    assert ", even half”: " in checked.stderr
    both = run("calibrate", people, "--half", "odd", "--cross-fit", "--keep-all", "--out", tmp_path / "3")
    assert both.returncode == 2
    assert "--cross-fit makes a table of everybody" in both.stderr


def test_real_people_are_described_in_words(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person,photo,role\na,a.jpg,gallery\nb,b.jpg,gallery\n")
    done = run("calibrate", tmp_path, "--out", tmp_path / "out", "-q")
    assert done.returncode == 2
    assert "--population" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.dlib
def test_compare_prints_similarity_rate_and_what_they_are_not(portraits: Path) -> None:
    rows = list(csv.DictReader((portraits / "people.csv").read_text(encoding="utf-8").splitlines()))
    a, b = [portraits / row["photo"] for row in rows if row["role"] == "probe"][:2]
    told = json.loads(run("compare", a, b, *DLIB, "--json").stdout)
    assert told["similarity"]["value"] >= 0
    low, high = told["fmr"]["low"], told["fmr"]["high"]  # none is taken where half of all pairs match
    assert low is None or low < told["fmr"]["value"] < high
    assert told["calibration"]["population"]
    assert told["calibration"]["chosen"]["part"] in {"the whole", "a half"}
    words = process("compare", a, b, *DLIB).stdout
    assert f"similarity {told['similarity']['value']:.1f}" in words
    assert "random pairs of two different people" in " ".join(words.split())
    assert "Amazon" in words
    same = run("compare", a, a, *DLIB).stdout
    assert "where the calibration ends" in same
    assert "false match rate < " in same


def test_another_models_calibration_is_refused(portraits: Path, tmp_path: Path) -> None:
    from fairlineup.faces.kinds import KINDS, KindsSeen
    from fairlineup.faces.scale import Calibration, CalibrationRow, calibration_json, people_inside

    rows = (CalibrationRow(0.5, 1e-3, None, None), CalibrationRow(1.5, 1.0, None, None))
    seen, inside = KindsSeen(2, dict.fromkeys(KINDS, 0), {}), people_inside("0" * 32, ["a"], [])
    about = {"kind": "real", "people": 1, "pairs": 1, "settled": {}}
    table = Calibration("other", "sha256:0", "p", "c", rows, rows, (), {}, seen, (), inside, about)
    (tmp_path / "c.json").write_bytes(calibration_json(table))
    first = next(csv.DictReader((portraits / "people.csv").read_text(encoding="utf-8").splitlines()))
    photo = portraits / first["photo"]
    done = run("compare", photo, photo, "--calibration", tmp_path / "c.json")
    assert done.returncode == 2
    assert "is of another engine" in done.stderr
