from __future__ import annotations

import sys

import numpy as np
import pytest

from fairlineup.faces.vectors import available, backend
from fairlineup.faces.vectors.backend import PLAIN, kernels
from fairlineup.faces.vectors.plain import Singles


def test_the_environment_can_force_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLINEUP_NO_NUMBA", "1")
    assert not available()
    assert kernels() is PLAIN


def test_a_numba_that_does_not_load_is_no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fairlineup.faces.vectors.compiled", None)
    monkeypatch.delattr("fairlineup.faces.vectors.compiled", raising=False)
    assert backend._compiled.__wrapped__() is PLAIN


def adversarial() -> tuple[Singles, Singles, Singles]:
    """Squared distances on, just under and just over the squares of edges, below 0, huge and infinite."""
    edges = (np.arange(400, dtype=np.float32) / np.float32(100)) ** 2
    values = [edges, np.nextafter(edges, np.float32(-1)), np.nextafter(edges, np.float32(99))]
    odd = np.array([-1e-7, -3.0, 0.0, -0.0, 1e-45, 1e30, np.inf], np.float32)
    flat = np.concatenate((*values, odd))
    product = np.stack([np.roll(flat, shift) for shift in range(3)])
    return product, np.array([0, 1e-8, 0.3], np.float32), np.linspace(0, 0.1, len(flat), dtype=np.float32)


@pytest.mark.parametrize("root", [True, False])
@pytest.mark.parametrize("columns", [1, 3, 64, 1207])
def test_compiled_bins_equal_plain_ones_on_edges(root: bool, columns: int) -> None:
    compiled = pytest.importorskip("fairlineup.faces.vectors.compiled")
    product, probes, references = adversarial()
    product = np.ascontiguousarray(product[:, :columns])
    for zeroed in (True, False):
        squares = (probes * 0, references[:columns] * 0) if zeroed else (probes, references[:columns])
        counts = [np.zeros((4, 301), np.uint32) for _ in range(2)]
        for loop, out in zip((compiled.count_bins, PLAIN.count_bins), counts, strict=True):
            loop(product.copy(), *squares, (np.float32(100), root), out)
        assert np.array_equal(counts[0].sum(axis=0), counts[1].sum(axis=0))


@pytest.mark.parametrize("limit", [-1.0, 0.0, 0.25, 4.0, np.inf])
def test_compiled_survivors_equal_plain_ones(limit: float) -> None:
    compiled = pytest.importorskip("fairlineup.faces.vectors.compiled")
    product, probes, references = adversarial()
    product = np.tile(product, (1, 2))
    limits = np.array([limit, 0.04, limit], np.float32)
    arguments = product, probes, np.tile(references, 2), limits
    for one, other in zip(compiled.survivors(*arguments), PLAIN.survivors(*arguments), strict=True):
        assert np.array_equal(one, other)


def test_more_survivors_than_room_for_them() -> None:
    compiled = pytest.importorskip("fairlineup.faces.vectors.compiled")
    zeros = np.zeros(300, np.float32)
    row, column = compiled.survivors(np.zeros((300, 300), np.float32), zeros, zeros, zeros)
    assert len(row) == 90_000
    assert (row[-1], column[-1]) == (299, 299)


def test_a_cache_that_cannot_be_written_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = pytest.importorskip("fairlineup.faces.vectors.compiled")
    real = compiled.numba.njit

    def njit(*, cache: bool = False, nogil: bool) -> object:
        if cache:
            raise RuntimeError("no locator available")
        return real(nogil=nogil)

    monkeypatch.setattr(compiled.numba, "njit", njit)
    assert compiled.compile_kernel(lambda x: x + 1, (1,))(2) == 3
