from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., tuple[int, str, str]]
CONGRESS = ("explain", "28/535", "--gallery", "25000", "--group", "11/107", "--others", "17/428")


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_the_argument_in_words(run: Run) -> None:
    code, out, err = run(*CONGRESS)
    assert (code, err) == (0, "")
    text = _flat(out)
    for said in (
        "5.23 % of searches returned somebody innocent: about one in 19, or 52.3 of every 1,000",
        "from 3.5 to 7.5 % (95 % interval by Clopper and Pearson; by Wilson 3.6 to 7.5 %)",
        "none depends on another. Then about one comparison in 470,000",
        "a false match rate (FMR) of 2.15e-06 (1.43e-06 to 3.11e-06)",
        '"99.99978 % accurate", in round numbers 99.9998 %.',
        "This FMR was not measured",
        "that the other gallery holds the same kind of people, in the same kind of photographs; and with no",
        "100,000 people of the same kind: 19.3 % of searches (13 to 27 %)",
        "83.9 % of searches (70 to 93 %) (34 × the gallery tested, too far to rely on)",
        "people of color 11 of 107 10.3 % (5.2 to 18 %)",
        "2.59 times as often as the second (95 % interval 1.25 to 5.36)",
        "p = 0.0126, hypergeometric, one direction; mid-p 0.00824",
        "p = 0.0142 (Fisher's exact test)",
        "one of at most 3 comparisons tried",
        "(9/107 against 19/428), p would have been 0.0843 in one direction and 0.141 in either",
        "in either: the finding hangs on two people",
        "with a chance of 66 % (its power)",
        "283 people in each of two equal groups",
        "as high as 0.56 %, or 5.6 of every 1,000 searches (95 % bound)",
        "were they and their photographs of the same kind, the same bound",
        "supposition still allow up to 17.9 % of searches",
        "They are reconstructed from percentages",
    ):
        assert said in text
    assert max(len(line) for line in out.splitlines()) <= 112


def test_json_holds_the_same_numbers(run: Run) -> None:
    code, out, err = run(*CONGRESS, "--boschloo", "--json")
    assert (code, err) == (0, "")
    row = json.loads(out)
    assert row["fpir"] == pytest.approx(28 / 535)
    assert row["fpir_interval"] == pytest.approx([0.035055, 0.074755], abs=5e-7)
    assert row["fmr"] == pytest.approx(2.15023e-6, abs=5e-12)
    assert row["ratio"] == pytest.approx(2.588235, abs=5e-7)
    assert row["ratio_interval"] == pytest.approx([1.24949, 5.36136], rel=2e-5)
    assert row["fisher_p"] == pytest.approx(0.0141778, abs=5e-8)
    assert row["hypergeometric_p"] == pytest.approx(0.0125682, abs=5e-8)
    assert row["mid_p"] == pytest.approx(0.0082, abs=5e-5)
    assert row["boschloo_p"] == pytest.approx(0.0193, abs=5e-5)
    assert row["power"] == pytest.approx(0.656, abs=5e-4)
    assert row["people_needed_per_group"] == 283
    assert row["zero_bound"] == pytest.approx(0.0055839, abs=5e-8)
    assert row["zero_at_other_galleries"][0]["high"] == pytest.approx(0.179, abs=5e-4)
    assert row["two_moved"]["hypergeometric_p"] == pytest.approx(0.084, abs=5e-4)
    assert row["groups_reconstructed"] is True
    assert "not measured" in row["fmr_assumes"]
    assert "same kind of people, in the same kind of photographs" in row["other_galleries_assume"]


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (["0/535", "--gallery", "850000"], "What it shows that nobody was flagged", "accurate"),
        (["7/7", "--gallery", "10"], "1,000 of every 1,000", "e+"),
        (["3/20"], "Give it with --gallery", "reconstructed"),
        (["3/20", "--group", "0/5", "--others", "3/15"], "these counts do not show that the groups", "hangs"),
        (["3/10000", "--gallery", "30000000"], "99.9999999989 % accurate", "e+"),
        (["1,453/2,000", "--gallery", "2008"], "1,453 of the 2,000 searches", "one in"),
        (["40/200", "--group", "38/100", "--others", "2/100"], "under 0.01 too", "hangs"),
        (["40/200", "--group", "2/100", "--others", "38/100"], "0.0526 times as often", "one direction"),
        (["400/535", "--gallery", "100"], '"98.6 % accurate"', "99 %"),
        (
            ["28/535", "--gallery", "25000", "--at", "50000"],
            "50,000 people of the same kind: 10.2",
            "850,000 people of",
        ),
    ],
)
def test_other_counts_are_explained_too(run: Run, words: list[str], said: str, unsaid: str) -> None:
    code, out, err = run("explain", *words)
    assert (code, err) == (0, "")
    assert said.lower() in _flat(out).lower()
    assert unsaid not in out
    code, out, _ = run("explain", *words, "--json")
    assert code == 0
    assert json.loads(out)["searches"] > 0


def test_only_the_numbers_of_2018_are_called_reconstructed(run: Run) -> None:
    assert "ACLU" not in run("explain", "27/535", "--gallery", "25000")[1]
    whole = run("explain", "28/535", "--gallery", "25000")[1]
    assert "published by the ACLU" in whole
    assert "reconstructed" not in whole


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["abc"], "expected flagged/searched in whole numbers, as 28/535, got 'abc'"),
        (["5.5/10"], "got '5.5/10'"),
        (["600/535"], "got 600/535"),
        (["28/535", "--group", "11/107"], "expected both groups, or neither"),
        (["28/535", "--group", "11/107", "--others", "17/429"], "add up to 28/535, got 11/107 and 17/429"),
        (["28/535", "--gallery", "0"], "expected 1 person or more, got 0"),
        (["28/535", "--gallery", "9", "--at", "-1"], "expected 1 person or more, got -1"),
    ],
)
def test_bad_counts_are_one_line(run: Run, words: list[str], said: str) -> None:
    code, out, err = run("explain", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_as_a_process() -> None:
    command = [sys.executable, "-m", "fairlineup", *CONGRESS, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=True)
    assert json.loads(done.stdout)["flagged"] == 28
