"""Whom the results are about: a made-up photograph marks the whole audit, by its manifest or its own mark."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from fairlineup.evidence.plan import (
    Kind,
    Policy,
    find,
    read_dataset,
)
from fairlineup.evidence.runs import FrozenRun, load_run
from fairlineup.faces.photos import SYNTHETIC_MARK
from fairlineup.records import BadInput

from .kit import Results, Watched, audit, picture, plan_for, simulated, write_csv

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "results.schema.json").read_text("utf-8"))
REAL = {"population": "real"}
ROLES = {"ann": "probe", "bob": "probe", "cem": "gallery", "dee": "gallery"}


def _people(folder: Path, column: Iterable[str] | None = None, marked: Iterable[str] = ()) -> Path:
    """Four people, a photograph each: what the manifest says of them, and who carries the mark."""
    folder.mkdir(exist_ok=True)
    for seed, person in enumerate(ROLES):
        comment = SYNTHETIC_MARK if person in marked else b""
        picture(seed).save(folder / f"{person}.jpg", quality=90, comment=comment)
    said = [] if column is None else list(column)
    rows = [[person, f"{person}.jpg", role] for person, role in ROLES.items()]
    rows = [[*row, *said[place : place + 1]] for place, row in enumerate(rows)]
    write_csv(folder, ["person", "photo", "role", *(["population"] if said else [])], rows)
    return folder


def _audited(folder: Path, out: Path, **plan: Any) -> tuple[FrozenRun, Results]:
    return audit(plan_for(folder, **plan), Watched(simulated(), changes=REAL), out)


@pytest.mark.parametrize(
    ("column", "kind", "made_up"),
    [
        (None, "real", 0),
        (["", "real", "", "real"], "real", 0),
        (["", "synthetic", "", ""], "synthetic", 1),
        (["synthetic"] * 4, "synthetic", 4),
    ],
)
def test_one_made_up_photograph_marks_the_whole(
    tmp_path: Path, column: list[str] | None, kind: str, made_up: int
) -> None:
    papers, results = _audited(_people(tmp_path / "set", column), tmp_path / "run")
    population = results["population"]
    assert (population["kind"], population["synthetic_photographs"]) == (kind, made_up)
    assert population["comparable"] == (kind == "real")
    assert (results["verdicts"][0]["outcome"] == "not_given") == (kind == "synthetic")
    assert not papers.dataset.settlements
    assert [*Draft202012Validator(SCHEMA).iter_errors(results)] == []


@pytest.mark.parametrize("value", ["Synthetic", "fake", "simulated", "0"])
def test_another_population_is_refused_with_its_line(tmp_path: Path, value: str) -> None:
    folder = _people(tmp_path / "set", ["", "", value, ""])
    with pytest.raises(BadInput, match=rf"line 4: expected a population of real or synthetic.*got '{value}'"):
        read_dataset(folder)


def test_the_population_is_no_label(tmp_path: Path) -> None:
    dataset = read_dataset(_people(tmp_path / "set", ["synthetic"] * 4))
    assert not dataset.label_sources
    assert not dataset.unknown_columns
    assert not any(entry.labels for entry in dataset.entries)


@pytest.mark.parametrize("column", [None, ["real", "", "real", "real"]])
def test_the_mark_is_believed_before_the_manifest(tmp_path: Path, column: list[str] | None) -> None:
    folder = _people(tmp_path / "set", column, marked=["bob", "dee"])
    papers, results = _audited(folder, tmp_path / "run")
    assert results["population"]["kind"] == "synthetic"
    assert results["population"]["synthetic_photographs"] == 2
    assert results["dataset"]["settled"] == {"says_synthetic: keep": 2}
    assert results["verdicts"][0]["outcome"] == "not_given"
    again = load_run(tmp_path / "run")
    assert again.population == papers.population == "synthetic"
    assert again.dataset == papers.dataset


def test_only_what_the_manifest_denies_is_a_finding(tmp_path: Path) -> None:
    column = ["synthetic", "", "", "synthetic"]
    found = find(read_dataset(_people(tmp_path / "set", column, marked=["ann", "bob"])))
    assert [(one.kind, one.photos) for one in found] == [(Kind.SAYS_SYNTHETIC, ("bob.jpg",))]


def test_made_up_photographs_left_out_mark_nothing(tmp_path: Path) -> None:
    folder = _people(tmp_path / "set", marked=["dee"])
    _, results = _audited(folder, tmp_path / "run", settle=Policy(says_synthetic="leave_out"))
    assert results["population"]["kind"] == "real"
    assert results["dataset"]["left_out"] == 1


def test_a_plan_can_stop_for_them(tmp_path: Path) -> None:
    folder = _people(tmp_path / "set", marked=["dee"])
    with pytest.raises(BadInput, match="says it was made up, where the manifest does not: dee"):
        _audited(folder, tmp_path / "run", settle=Policy(says_synthetic="stop"))


def test_a_simulated_system_stays_simulated(tmp_path: Path) -> None:
    folder = _people(tmp_path / "set", ["synthetic"] * 4)
    _, results = audit(plan_for(folder), simulated(), tmp_path / "run")
    assert results["population"]["kind"] == "simulated"
    assert results["population"]["synthetic_photographs"] == 4
    assert results["population"]["comparable"] is False
    assert results["verdicts"][0]["outcome"] != "not_given"


def test_the_mark_survives_another_name_and_no_new_encoding(tmp_path: Path) -> None:
    folder = _people(tmp_path / "set", marked=["dee"])
    content = (folder / "dee.jpg").read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        (folder / "cem.jpg").write_bytes(content)
        image.info.clear()
        image.save(folder / "dee.jpg", quality=80)
    found = {one.kind: one.photos for one in find(read_dataset(folder))}
    assert found[Kind.SAYS_SYNTHETIC] == ("cem.jpg",)


def test_the_mark_counts_on_a_photograph_that_cannot_be_decoded_here(tmp_path: Path) -> None:
    folder = _people(tmp_path / "set", marked=["dee"])
    content = (folder / "dee.jpg").read_bytes()
    (folder / "dee.jpg").write_bytes(content[: len(content) // 2])
    _, results = _audited(folder, tmp_path / "run", settle=Policy(unreadable="keep"))
    assert results["dataset"]["settled"] == {"says_synthetic: keep": 1, "unreadable: keep": 1}
    assert results["population"]["kind"] == "synthetic"


def test_exports_carry_it(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    from fairlineup.evidence.evaluation import observations_of

    folder = _people(tmp_path / "set", ["synthetic"] * 4)
    papers, _ = _audited(folder, tmp_path / "run")
    papers.directory.compact(observations_of(papers), papers.population)
    for path in (tmp_path / "run").glob("*.parquet"):
        assert parquet.read_schema(path).metadata[b"fairlineup_population"] == b"synthetic"
    manifest = (tmp_path / "run" / "manifest.csv").read_text().splitlines()
    assert all(",synthetic," in line for line in manifest[1:])
    assert _kind_measured_again(tmp_path / "run") == "synthetic"


def _kind_measured_again(run: Path) -> object:
    from fairlineup.evidence.evaluation import evaluate

    return evaluate(load_run(run)).population.kind
