"""Commands that look at photographs: bad files everywhere, real faces where there are some."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from .calling import Done, in_process, process


def _run(*words: str | Path, cwd: Path) -> Done:
    with contextlib.chdir(cwd):
        return in_process(*words)


def _rows(portraits: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((portraits / "people.csv").read_text(encoding="utf-8").splitlines()))


def _small_congress(portraits: Path, folder: Path, probes: int, strangers: int) -> Path:
    """Some members, their mates, and some people who are not them."""
    rows = _rows(portraits)
    members = {row["person"] for row in rows if row["role"] == "probe"}
    searched = [row for row in rows if row["role"] == "probe"][:probes]
    people = {row["person"] for row in searched}
    gallery = [row for row in rows if row["role"] == "gallery" and row["person"] in people]
    gallery += [row for row in rows if row["person"] not in members][:strangers]
    for row in (*searched, *gallery):
        (folder / row["photo"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(portraits / row["photo"], folder / row["photo"])
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*searched, *gallery])
    return folder


def test_faces_names_each_bad_file_and_goes_on(tmp_path: Path) -> None:
    Image.new("RGB", (300, 240), (90, 120, 90)).save(tmp_path / "blank.png")
    (tmp_path / "text.jpg").write_text("not a photograph")
    (tmp_path / "zero.jpg").touch()
    done = process("faces", "blank.png", "text.jpg", "zero.jpg", "missing.jpg", "--json", cwd=tmp_path)
    assert done.returncode == 2
    rows = {row["photo"]: row for row in json.loads(done.stdout)}
    assert rows["blank.png"]["outcome"] == "no_face"
    assert {rows[name]["outcome"] for name in ("text.jpg", "zero.jpg", "missing.jpg")} == {"error"}
    assert "cannot be read: No such file" in rows["missing.jpg"]["detail"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("engine", ["sface", "both"])
@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("missing.jpg", "No such file"),
        (".", ""),
    ],
)
def test_compare_refuses_what_cannot_be_read(tmp_path: Path, name: str, got: str, engine: str) -> None:
    done = _run("compare", name, name, "--engine", engine, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    expected = "expected a photograph: JPEG, PNG or WebP"
    assert f"the photograph {name} cannot be read: {expected}, got {got}" in done.stderr
    assert "; name another file" in done.stderr


def test_compare_refuses_what_is_no_photograph(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a photograph")
    done = _run("compare", "text.jpg", "text.jpg", cwd=tmp_path)
    assert done.returncode == 2
    assert "JPEG, PNG or WebP" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.count("expected") == 1
    assert "got expected" not in done.stderr


def test_a_citation_is_a_label_and_a_source(tmp_path: Path) -> None:
    done = _run("congress", ".", "--cite", "sex", cwd=tmp_path)
    assert done.returncode == 2
    assert "expected LABEL=SOURCE, got 'sex'" in done.stderr


def test_compare_says_what_a_distance_does_not_mean(portraits: Path, tmp_path: Path) -> None:
    probes = [portraits / row["photo"] for row in _rows(portraits) if row["role"] == "probe"]
    done = _run("compare", probes[0], probes[1], cwd=portraits)
    assert done.returncode == 0
    assert "never an identification" in done.stdout
    told = json.loads(_run("compare", probes[0], probes[0], "--json", cwd=portraits).stdout)
    assert told["distance"] == 0
    assert told["same_picture"]
    assert "the same picture" not in done.stdout
    with Image.open(portraits / probes[0]) as picture:
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "turned.png")
    turned = _run("compare", probes[0], tmp_path / "turned.png", cwd=portraits)
    assert "these two are the same picture: their distance says nothing about who is on it" in turned.stdout
    assert told["model"]["digest"].startswith("sha256:")


def _check_whom(results: dict[str, Any], population: str) -> None:
    assert results["population"]["kind"] == population
    groups = results["thresholds"][0]["groups"]
    label, source = ("sex", "somebody's register") if population == "real" else ("presentation", "generator")
    assert {g["label_source"] for g in groups if g["label"] == label} == {source}
    assert all("not_measured" in g["fpir"] for g in groups if g["label"] == "ethnicity")
    assert (results["verdicts"][0]["outcome"] == "not_given") == (population == "synthetic")


@pytest.mark.usefixtures("whole_sweep")
def test_the_congress_test_end_to_end(portraits: Path, tmp_path: Path) -> None:
    folder = _small_congress(portraits, tmp_path / "set", probes=16, strangers=40)
    real = "sex" in _rows(portraits)[0]
    citing = ("--cite", "sex=somebody's register") if real else ()
    command = ("congress", folder, "--out", "run", *citing)
    done = process(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "people who are not them" in done.stdout
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert results["searches"]["target_absent"] == 16
    _check_whom(results, "real" if real else "synthetic")
    page = (tmp_path / "run" / "report.html").read_text()
    assert "data:image/jpeg" in page
    assert ("do not exist" in page) != real
    before = (tmp_path / "run" / "results.json").read_bytes()
    assert _run(*command, "--no-faces", "-q", cwd=tmp_path).returncode == 0
    assert (tmp_path / "run" / "results.json").read_bytes() == before
    assert "data:image" not in (tmp_path / "run" / "report.html").read_text()
    shutil.rmtree(folder)
    moved = _run("audit", "report", "run", cwd=tmp_path)
    assert moved.returncode == 2
    assert "--photographs" in moved.stderr
