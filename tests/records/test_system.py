from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
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


@given(st.sampled_from(["distance", "similarity"]), st.floats(-10, 200), st.floats(-10, 200))
def test_a_distance_of_any_score_is_lower_where_more_alike(
    kind: Literal["distance", "similarity"], one: float, other: float
) -> None:
    scale = Scale(kind, -10, 200, "s")
    assert scale.accepts(one, other) == (scale.to_distance(one) <= scale.to_distance(other))
    assert scale.to_score(scale.to_distance(one)) == one
    assert scale.accepts(one, scale.weakest)


def test_a_scale_says_what_its_scores_are_called_and_which_a_threshold_accepts() -> None:
    distance, similarity = Scale("distance", 0, 2, "d"), Scale("similarity", 0, 100, "s")
    assert (distance.unit, distance.side, distance.weakest) == ("distance", "less", 2)
    assert (similarity.unit, similarity.side, similarity.weakest) == ("score", "more", 0)
    assert similarity.to_distance(np.array([1.0, 2.0])).tolist() == [-1.0, -2.0]
