"""`fairlineup tone` on people who do not exist, and what it refuses to write."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fairlineup.cli.tone import CAUTION, COLUMNS
from fairlineup.evidence.samples import SamplesRequest, write_samples
from fairlineup.faces.tone import BANDS
from fairlineup.measures import Reliability, intraclass_correlation

pytestmark = pytest.mark.usefixtures("one_worker")
Run = Callable[..., tuple[int, str, str]]
WORDS = [word for _, word in BANDS]


@pytest.fixture(scope="module")
def photographed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty people, of whom half are probes with two photographs in the gallery: one light, one camera."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, SamplesRequest(people=40, photos=3, probes=20, start=3000), workers=1)
    return folder


@pytest.fixture(scope="module")
def mixed_up(photographed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same photographs, handed to people at random; one of them is damaged, one a copy."""
    folder = tmp_path_factory.mktemp("mixed")
    shutil.copytree(photographed, folder, dirs_exist_ok=True)
    rows = _read(folder / "people.csv")
    order = np.random.default_rng(2).permutation([row["person"] for row in rows])
    for row, person in zip(rows, order, strict=True):
        row["person"] = str(person)
    damaged, copied = rows[0]["photo"], {**rows[1], "photo": "again.jpg"}
    (folder / damaged).write_bytes((folder / damaged).read_bytes()[:500])
    shutil.copy(folder / rows[1]["photo"], folder / "again.jpg")
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, copied])
    return folder


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_bands_are_written_where_photographs_agree(run: Run, photographed: Path, tmp_path: Path) -> None:
    out = tmp_path / "tone.csv"
    status, said, _ = run("tone", photographed, "--out", out, "--json", "-q")
    assert status == 0
    told = json.loads(said)
    within = told["reliability"]["within_person"]
    assert within["low"] >= 0.7
    assert told["strata"]["outcome"] == "given"
    rows = _read(out)
    assert list(rows[0]) == [*COLUMNS, "ita_band", "ita_band_source"]
    measured = [row for row in rows if row["ita_degrees"]]
    assert {row["ita_band"] for row in measured} <= set(WORDS)
    assert len({row["ita_band"] for row in measured}) >= 4
    (source,) = {row["ita_band_source"] for row in measured}
    assert source.startswith("ITA from photographs (ICC 0.")
    assert [row["photo"] for row in rows] == [r["photo"] for r in _read(photographed / "people.csv")]
    assert all(bool(row["missing"]) != bool(row["ita_degrees"]) for row in rows)
    again = intraclass_correlation(
        [float(r["ita_degrees"]) for r in measured], [r["person"] for r in measured]
    )
    assert isinstance(again, Reliability)
    assert again.icc == pytest.approx(within["icc"], abs=1e-3)


def test_no_strata_are_written_when_the_gate_refuses(run: Run, mixed_up: Path, tmp_path: Path) -> None:
    out = tmp_path / "tone.csv"
    status, said, heard = run("tone", mixed_up, "--out", out, "--quiet")
    assert (status, heard) == (0, "")
    assert "strata refused: ICC " in said
    assert "is under 0.7" in said
    assert CAUTION in said
    assert "1 not measured: not readable as a photograph" in said
    assert "1 left out of the ICC: the same picture of one person again" in said
    rows = _read(out)
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["ita_degrees"] == rows[0]["pixels"] == ""
    assert rows[0]["missing"].startswith("not readable as a photograph: ")
    assert not {cell for row in rows for cell in row.values()} & set(WORDS)


def test_refused_strata_are_not_in_the_json_either(run: Run, mixed_up: Path) -> None:
    told = json.loads(run("tone", mixed_up, "--json", "-q")[1])
    assert told["strata"]["outcome"] == "refused"
    assert {column for row in told["rows"] for column in row} == set(COLUMNS)
    assert "bands" not in told["strata"]
    assert told["measured"] + sum(told["missing"].values()) == told["photographs"] == len(told["rows"])
    assert told["same_pictures_left_out"] == 1
    assert told["caution"] == CAUTION


def test_nobody_photographed_twice_is_refused(run: Run, photographed: Path, tmp_path: Path) -> None:
    rows = {row["person"]: row for row in _read(photographed / "people.csv")}
    manifest = photographed / "once.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(next(iter(rows.values()))))
        writer.writeheader()
        writer.writerows(list(rows.values())[:4])
    status, said, heard = run("tone", photographed, "--manifest", "once.csv")
    assert status == 0
    assert "strata refused: ICC not measured (fewer than two people have two measurements or more)" in said
    assert "Reading the skin's lightness and colour: 4 of 4" in heard


def test_ids_that_differ_in_form_only_are_told(run: Run, photographed: Path, tmp_path: Path) -> None:
    rows = _read(photographed / "people.csv")[:3]
    for row, person in zip(rows, ("7", "7.0", "7"), strict=True):
        row["person"] = person
        shutil.copy(photographed / row["photo"], tmp_path / Path(row["photo"]).name)
        row["photo"] = Path(row["photo"]).name
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    status, said, err = run("tone", tmp_path, "--json", "-q")
    assert status == 0
    warning = (
        "person ids '7' and '7.0' differ in a sign or decimal point only: they are read as different people"
    )
    assert json.loads(said)["warnings"] == [warning]
    assert f"warning: {warning}" in err


def test_a_file_that_is_there_is_not_written_over(run: Run, photographed: Path) -> None:
    before = (photographed / "people.csv").read_bytes()
    status, _, heard = run("tone", photographed, "--out", photographed / "people.csv")
    assert status == 2
    assert "is there already" in heard
    assert (photographed / "people.csv").read_bytes() == before


def test_a_folder_without_a_manifest_is_named(run: Run, tmp_path: Path) -> None:
    status, _, heard = run("tone", tmp_path)
    assert status == 2
    assert "people.csv" in heard
