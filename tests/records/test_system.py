from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.records import Box, Photograph, Scale

SCORES = st.floats(-10, 200, allow_nan=False)


@given(SCORES, SCORES)
def test_scales_mirror_each_other_and_ties_match(score: float, threshold: float) -> None:
    distance = Scale("distance", -10, 200, "d")
    similarity = Scale("similarity", -200, 10, "s")
    assert distance.accepts(score, threshold) == similarity.accepts(-score, -threshold)
    assert distance.accepts(threshold, threshold)
    assert similarity.accepts(threshold, threshold)


@given(SCORES, SCORES, SCORES)
def test_a_weaker_threshold_accepts_no_less(score: float, one: float, other: float) -> None:
    scale = Scale("distance", -10, 200, "d")
    strict, weak = sorted((one, other))
    assert scale.accepts(score, weak) or not scale.accepts(score, strict)


def test_photograph_reads_bytes_and_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert Photograph("a", tmp_path / "a").read() == Photograph("a", b"abc").read() == b"abc"
    with pytest.raises(FileNotFoundError):
        Photograph("b", tmp_path / "b").read()


def test_box_sides() -> None:
    box = Box(-3, 2, 10, 30)
    assert (box.width_px, box.height_px) == (13, 28)
