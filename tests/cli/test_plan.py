from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    write_population(folder, CardPopulation({"a": 60, "b": 40, "c": 5}, {"a": 50}))
    return folder


def _plan(tmp_path: Path, cards: Path, more: str) -> Path:
    path = tmp_path / "plan.toml"
    head = f'groups = ["group"]\n[dataset]\nfolder = "{cards}"\n[settle]\nunreadable = "keep"\n'
    path.write_text(head + '[system]\nname = "simulated"\n' + more)
    return path


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_questions_in_words(run: Run) -> None:
    words = ("--ratio", "2", "--base", "0.04", "--group-people", "400", "--claim-fmr", "1e-6")
    code, out, err = run("plan", "size", *words, "--claim-fpir", "0.003")
    assert (code, err) == (0, "")
    text = _flat(out)
    for said in (
        "586 people of each group, 1,172 in all",
        "With 400 people in the first group it takes 885 in the one it is compared with",
        "independent comparisons 2,995,731 30,000,000",
        "people, every pair compared* 2,449 7,747",
        "people, nobody compared twice 5,991,462 60,000,000",
        "998 searches for different people",
        "10,000 searches for different people",
    ):
        assert said in text
    assert (
        "No number of others will do"
        in run("plan", "size", "--ratio", "2", "--base", "0.04", "--group-people", "107")[1]
    )
    assert "with a design effect of 12 35,948,772" in _flat(
        run("plan", "size", "--claim-fmr", "1e-6", "--design-effect", "12")[1]
    )


def test_questions_as_json(run: Run) -> None:
    words = ("--ratio", "2", "--base", "0.01", "--claim-fmr", "1e-6", "--claim-fpir", "0.003")
    code, out, _ = run("plan", "size", *words, "--json")
    assert code == 0
    row = json.loads(out)
    assert set(row) == {"ratio", "claim_fmr", "claim_fpir"}
    assert row["ratio"]["each"] == 2456
    assert row["claim_fmr"]["to_measure"]["trials"] == 30_000_000
    assert row["claim_fpir"]["people_to_claim"] == 998


def test_a_plan_says_what_is_out_of_reach(run: Run, tmp_path: Path, cards: Path) -> None:
    more = """
[[contrast]]
label = "group"
one = "a"
[[contrast]]
label = "group"
one = "b"
other = "c"
[[limit]]
at_most = 0.003
[[limit]]
measure = "fnir"
at_most = 0.2
of = "group"
[[limit]]
measure = "fte"
at_most = 0.05
"""
    path = _plan(tmp_path, cards, more)
    code, out, _ = run("plan", "size", path, "--json", "-q")
    assert code == 0
    found: dict[str, Any] = json.loads(out)["plan"]
    assert (found["probes"], found["gallery"]) == (105, 50)
    fpir, fnir, fte = found["limits"]
    assert not fpir["can_pass"]
    everyone, a, b, c = fpir["rows"]
    assert everyone["decides"]
    assert everyone["reach"]["people"] == 105
    assert everyone["reach"]["least_upper"] == pytest.approx(1 - 0.025 ** (1 / 105))
    assert a["reach"]["least_upper"] == pytest.approx(1 - 0.05 ** (1 / 60))  # one-sided
    assert (b["reach"]["people"], b["decides"]) == (40, False)
    assert "only 5 people" in c["withheld"]
    assert [row["who"] for row in fnir["rows"]] == ["group=a", "group=b", "group=c"]
    assert [row["reach"]["people_needed"] for row in fnir["rows"]] == [
        30
    ] * 3  # 14 without an error; 30 a figure
    assert not fnir["can_pass"]  # a group of five gets no figure
    assert fte["can_pass"]
    broad, small = found["contrasts"]
    assert broad["people"] == [60, 45]
    assert broad["base"] == 0.003
    assert broad["detectable_ratio"] > 10
    assert small["detectable_ratio"] == {"not_measured": "only 5 people; a group figure needs 30"}
    code, out, _ = run("plan", "size", path, "-q", "--base", "0.1")
    text = _flat(out)
    assert code == 0
    assert "105 people are searched for among 50 who are not them" in text
    assert "everyone 105 3.45 % NO - 3 1,228" in text
    assert text.count("OUT OF REACH") == 2
    assert "No figure of group=c: only 5 people" in text
    assert "60 against 45 people find a ratio of" in text
    assert "if 10 % of the second are flagged" in text


def test_no_system_is_needed(run: Run, tmp_path: Path, cards: Path) -> None:
    path = _plan(tmp_path, cards, "")
    path.write_text(path.read_text().replace('"simulated"', '"one that costs money"'))
    assert run("plan", "size", path, "-q")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nothing was asked: give a PLAN, --ratio with --base, --claim-fmr or --claim-fpir"),
        (["--ratio", "2"], "--ratio needs --base"),
        (["--claim-fmr", "0.1", "--group-people", "3"], "--group-people needs --ratio"),
        (["--claim-fmr", "0"], "the limit is out of range: expected more than 0 and under 1, got 0"),
        (["--ratio", "30", "--base", "0.1"], "the ratio times the base rate is out of range"),
        (["none.toml"], "the plan none.toml cannot be read"),
    ],
)
def test_bad_questions_are_one_line(run: Run, words: list[str], said: str) -> None:
    code, out, err = run("plan", "size", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
