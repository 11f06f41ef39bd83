from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.faces.tone import lab


@pytest.mark.parametrize(
    ("rgb", "expected", "within"),
    [
        ((255, 0, 0), (53.2408, 80.0925, 67.2032), 1e-3),  # Lindbloom's calculator, sRGB, D65
        ((0, 255, 0), (87.7347, -86.1827, 83.1793), 1e-3),
        ((0, 0, 255), (32.2970, 79.1875, -107.8602), 1e-3),
        ((188, 167, 153), (70, 5, 10), 0.5),  # MATLAB's lab2rgb([70 5 10]) in whole bytes
        ((246, 237, 228), (94.211, 1.503, 5.422), 0.01),  # Monk 1 and 10, as their scale gives them
        ((41, 36, 32), (14.61, 1.482, 3.525), 0.01),
    ],
)
def test_published_conversions(
    rgb: tuple[int, int, int], expected: tuple[float, float, float], within: float
) -> None:
    assert lab(np.array(rgb, np.uint8)) == pytest.approx(np.array(expected), abs=within)


def test_greys_have_no_colour_and_rise() -> None:
    found = lab(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1))
    assert np.abs(found[:, 1:]).max() < 1e-10
    assert (np.diff(found[:, 0]) > 0).all()
    assert found[[0, 255], 0] == pytest.approx([0, 100])


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_lightness(rgb: tuple[int, int, int]) -> None:
    lightness, a, b = lab(np.array(rgb, np.uint8))
    assert -1e-9 <= lightness <= 100 + 1e-9
    assert abs(a) < 110
    assert abs(b) < 110
