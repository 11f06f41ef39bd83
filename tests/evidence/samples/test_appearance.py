from __future__ import annotations

import numpy as np

from fairlineup.evidence.samples.appearance import EXACT, appearance_of, model_file


def test_sums_are_exact_in_single_precision() -> None:
    """The largest sum that clipped coefficients can give stays below 2**24, in every channel."""
    for name, block in appearance_of(model_file()).blocks.items():
        steps = np.rint(block.limit * block.unit / block.grid)
        assert np.abs(block.basis).max() <= 127, name
        assert 127 * steps.sum() <= EXACT, name


def test_values_equal_those_of_whole_number_arithmetic() -> None:
    block = appearance_of(model_file()).blocks["luma"]
    coefficients = np.random.default_rng(0).normal(size=(3, len(block.unit))) * block.limit / 4
    steps = np.rint(np.clip(coefficients, -block.limit, block.limit) * (block.unit / block.grid))
    whole = steps.astype(np.int64) @ block.basis.astype(np.int64)
    assert np.array_equal(block.values(coefficients), block.mean + whole.astype(np.float64) * block.grid)


def test_wild_coefficients_are_kept_within_the_model() -> None:
    block = appearance_of(model_file()).blocks["luma"]
    edge = block.values(block.limit[None])
    assert np.array_equal(block.values(block.limit[None] * 1e6), edge)


def test_the_basis_is_fine_enough_to_leave_no_steps() -> None:
    for name, block in appearance_of(model_file()).blocks.items():
        assert (block.unit / block.grid * block.limit).min() > 20, name
