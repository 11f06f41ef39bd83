"""FPIR in other galleries: each figure says in its own sentence for which galleries it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from fairlineup.cli.finding import finding
from fairlineup.records import NotMeasured

from .everything import everything
from .reading import Run


def text_of(tmp_path: Path, **changes: Any) -> str:
    return Run(tmp_path / "run", replace(everything(), **changes)).written().text.replace("\u00a0", " ")


def test_the_sentence_says_for_which_galleries(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    assert (
        "in a gallery of 5,950 people of the same kind as the 595 searched among, in the same kind of "
        "photographs, 37.0 % of searches (21.0 to 55.0 %) would flag an innocent person. Extrapolated, not "
        "measured."
    ) in text
    assert "in a gallery of 5,950 people: not extrapolated: under 30 errors at the lowest rung." in text


def test_kinds_are_compared_at_one_size(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    assert "grey or toned" in text
    assert "40.0 % 30.0 to 50.0 % among 200 people" in text
    assert "2.00 1.10 to 3.60" in text
    assert "As the manifest declares it: not compared at “default”: to compare takes 100 people" in text


def test_why_no_kinds_are_compared(tmp_path: Path) -> None:
    text = text_of(tmp_path, gallery_kinds=NotMeasured("nobody knows"))
    assert "Not measured: nobody knows." in text


def test_a_figure_that_is_missing_has_its_reason(tmp_path: Path) -> None:
    whole = everything()
    assert not isinstance(whole.extrapolation, NotMeasured)
    one = whole.extrapolation[0]
    assert not isinstance(one.found, NotMeasured)
    bare = replace(one, found=replace(one.found, fpir=NotMeasured("too few")))
    text = text_of(tmp_path, extrapolation=(bare,))
    assert "people: not extrapolated: too few." in text


def test_the_terminal_names_kinds_that_are_told_apart() -> None:
    said = finding(everything())
    assert (
        "At default, FPIR differs by kind of gallery photograph: among 200 people of each kind 20.0 % (10.0 "
        "to 30.0 %) for “all others” and 40.0 % (30.0 to 50.0 %) for “grey or toned”."
    ) in said
    assert said.count("by kind of gallery photograph") == 1
