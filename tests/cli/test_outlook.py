"""What `audit check` says cannot come out, before anything is asked, and what `audit run` says of it."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("no_copies")
HEAD = 'groups = ["group"]\n[settle]\nunreadable = "keep"\n[system]\nname = "simulated"\n'
STATED = 'population = "cards"\ncapture = "cards"\nuse = "test"\n'


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    write_population(folder, CardPopulation({"a": 60, "b": 40, "c": 5}, {"a": 250}))
    return folder


def plan(tmp_path: Path, cards: Path, more: str = "", dataset: str = STATED) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(f'{HEAD}[dataset]\nfolder = "{cards}"\n{dataset}{more}')
    return path


def edited(cards: Path, out: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> Path:
    """The cards with another manifest."""
    out.mkdir()
    for part in ("probe", "gallery"):
        shutil.copytree(cards / part, out / part, copy_function=os.link)
    with (cards / "people.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (out / "people.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in map(change, rows) if row is not None)
    return out


def warned(run: Run, path: Path) -> dict[str, dict[str, Any]]:
    """The warnings by id, as --json gives them."""
    status, out, _ = run("audit", "check", path, "--json", "-q")
    assert status == 0
    return {row["id"]: row for row in json.loads(out) if row["settled"] == "warning"}


def test_warnings_change_neither_status_nor_findings(run: Run, tmp_path: Path, cards: Path) -> None:
    path = plan(tmp_path, cards)
    status, out, err = run("audit", "check", path, "-q")
    assert status == 0
    assert err.splitlines()[-2] == "the plan can be run"
    assert err.splitlines()[-1] == f"next: fairlineup audit run {shlex.quote(str(path))} --out RUN"
    assert "photographs to enrol" in err.splitlines()[-3]
    rows = json.loads(run("audit", "check", plan(tmp_path, cards), "--json", "-q")[1])
    assert {frozenset(row) for row in rows} == {
        frozenset({"id", "kind", "meaning", "people", "photos", "detail", "settled", "allowed"})
    }
    assert "warning" not in out


def test_a_small_group_is_named_with_its_people(run: Run, tmp_path: Path, cards: Path) -> None:
    found = warned(run, plan(tmp_path, cards))
    assert "c (5)" in found["small_group:group"]["meaning"]
    assert "b (" not in found["small_group:group"]["meaning"]


def test_a_limit_that_so_few_cannot_show(run: Run, tmp_path: Path, cards: Path) -> None:
    found = warned(run, plan(tmp_path, cards, "[[limit]]\nat_most = 0.003\n"))
    one = found["limit_out_of_reach:fpir at most 0.3 %"]
    assert "cannot be passed with 105 people searched for" in one["meaning"]
    assert "no error at all would still allow 3.45 %" in one["meaning"]
    assert "1,228" in one["detail"]  # log(0.025) / log(1 - 0.003)
    assert not [
        key for key in warned(run, plan(tmp_path, cards, "[[limit]]\nat_most = 0.05\n")) if "limit" in key
    ]


def test_a_contrast_without_power(run: Run, tmp_path: Path, cards: Path) -> None:
    more = '[[limit]]\nat_most = 0.05\n[[contrast]]\nlabel = "group"\none = "a"\nother = "b"\n'
    one = warned(run, plan(tmp_path, cards, more))["weak_contrast:group a against b"]
    assert "60 against 40 people find a ratio of" in one["meaning"]
    assert "people in each group" in one["detail"]


def test_a_contrast_of_each_others_strangers_is_not_sent_for_more_people(
    run: Run, tmp_path: Path, cards: Path
) -> None:
    more = '[[limit]]\nat_most = 0.05\n[[contrast]]\nlabel = "group"\none = "a"\nother = "b"\n'
    path = plan(tmp_path, cards, f'{more}[search]\nstrangers = "leave-one-out"\n')
    found = warned(run, path)
    assert "weak_contrast:group a against b" not in found
    one = found["no_fpir_ratio:group a against b"]
    assert "gets no ratio of FPIR: the people searched for are each other's strangers" in one["meaning"]
    assert "ratio of false match rates" in one["detail"]
    out = tmp_path / "out"
    assert run("audit", "run", path, "--out", out, "-q")[0] == 0
    page = (out / "report.html").read_text()
    assert "the people searched for are each other&#39;s strangers" in page


def test_a_label_without_a_source(run: Run, tmp_path: Path, cards: Path) -> None:
    folder = edited(cards, tmp_path / "uncited", lambda row: {**row, "group_source": ""})
    found = warned(run, plan(tmp_path, folder, '[[limit]]\nof = "group"\nat_most = 0.1\n'))
    assert "no rate will be printed" in found["no_source:groups of group"]["meaning"]
    assert "no_source:limit on fpir, every group" in found
    assert "under [labels]" in found["no_source:groups of group"]["detail"]


def test_nobody_with_a_mate(run: Run, tmp_path: Path, cards: Path) -> None:
    others = edited(
        cards,
        tmp_path / "no mates",
        lambda row: None if row["role"] == "gallery" and row["person"].startswith("probe") else row,
    )
    assert "no miss rate" in warned(run, plan(tmp_path, others))["no_mates:fnir"]["meaning"]
    assert "no_mates:fnir" not in warned(run, plan(tmp_path, cards))


def test_a_population_that_is_not_stated(run: Run, tmp_path: Path, cards: Path) -> None:
    found = warned(run, plan(tmp_path, cards, dataset=""))
    assert {"population_not_stated:population", "capture_not_stated:capture", "faces_hidden:use"} <= set(
        found
    )
    kinds = {row["kind"] for row in warned(run, plan(tmp_path, cards)).values()}
    assert not kinds & {"population_not_stated", "capture_not_stated", "faces_hidden"}


def test_few_strangers(run: Run, tmp_path: Path) -> None:
    write_population(tmp_path / "cards", CardPopulation({"a": 20}, {"a": 13}))
    path = plan(tmp_path, tmp_path / "cards")
    one = warned(run, path)["few_strangers:gallery"]
    assert "among only 13 people" in one["meaning"]
    assert 'strangers = "leave-one-out"' in one["detail"]
    with (tmp_path / "cards" / "people.csv").open(newline="") as file:
        gallery = {row["person"] for row in csv.DictReader(file) if row["role"] == "gallery"}
    assert f"makes it {len(gallery) - 1}" in one["detail"]
    path.write_text(path.read_text() + '[search]\nstrangers = "leave-one-out"\n')
    assert "few_strangers:gallery" not in warned(run, path)


def test_each_others_strangers_are_half_as_many(run: Run, tmp_path: Path) -> None:
    write_population(tmp_path / "cards", CardPopulation({"a": 80}, {}))
    more = '[[limit]]\nat_most = 0.05\n[search]\nstrangers = "leave-one-out"\n'
    status, out, _ = run("plan", "size", plan(tmp_path, tmp_path / "cards", more), "--json")
    assert status == 0
    size = json.loads(out)["plan"]
    reach = size["limits"][0]["rows"][0]["reach"]
    assert size["gallery"] == size["mated"] - 1
    assert reach["people"] == 80
    assert reach["effective"] == pytest.approx(80 / (1 + min(1.0, 80 / size["mated"])))


def test_a_plan_that_does_not_fit_still_lists_its_findings(run: Run, tmp_path: Path, cards: Path) -> None:
    path = plan(tmp_path, cards)
    path.write_text(path.read_text().replace('groups = ["group"]', 'groups = ["height"]'))
    status, out, err = run("audit", "check", path, "--json", "-q")
    assert status == 2
    assert isinstance(json.loads(out), list)
    assert "height" in err


PAID = """
import dataclasses
from fairlineup.records import Price
from fairlineup.systems import open_system

def make():
    system = open_system("simulated", {})
    said = system.information
    system.information = lambda: dataclasses.replace(
        said(), wire=True, price=Price(0.01, "USD", "2026-11-30", "made up")
    )
    return system
"""


def test_a_paid_system_is_not_asked_before_the_warnings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_population(tmp_path / "cards", CardPopulation({"a": 6}, {"a": 4}))
    (tmp_path / "paid_for_tests.py").write_text(PAID)
    monkeypatch.syspath_prepend(str(tmp_path))
    path = plan(tmp_path, tmp_path / "cards")
    path.write_text(path.read_text().replace('"simulated"', '"python:paid_for_tests:make"'))
    status, _, err = run("audit", "check", path, "--trust")
    assert (status, "paid calls" in err, "USD" in err) == (0, True, True)
    status, _, err = run("audit", "run", path, "--out", tmp_path / "run")
    assert status == 0
    lines = err.splitlines()
    warning = next(n for n, line in enumerate(lines) if line.startswith("warning: each probe is searched"))
    assert warning < next(n for n, line in enumerate(lines) if "paid calls" in line)
    status, _, err = run("audit", "run", path, "--out", tmp_path / "dear", "--max-cost", "0.01")
    assert (status, "warning: each probe" in err) == (4, True)
