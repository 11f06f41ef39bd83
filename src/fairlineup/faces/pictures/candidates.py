"""Pairs of photographs worth registering, out of all pairs."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.pictures.fingerprint import Fingerprint, even_terms
from fairlineup.faces.pictures.placement import Placement, contours, fits
from fairlineup.faces.pictures.registration import roughly_alike
from fairlineup.files import temporary_folder
from fairlineup.records import Progress, no_progress
from fairlineup.workers import WorkerPool, one_blas_thread

LIKENESS = 0.86
CONTOURS = 0.8
_BLOCK = 32
_FITS = 256
_QUERIES = 1024
_WHITEN_FROM = 5_000

Matrix = NDArray[np.float32]


def same_picture_candidates(
    fingerprints: Sequence[Fingerprint], *, pool: WorkerPool | None = None, progress: Progress = no_progress
) -> list[tuple[int, int]]:
    """Pairs that may be one picture, cropped, scaled or mirrored; to be settled by `register`.

    The middle of each photograph is looked for in all windows of all others. What is common to many
    photographs of the set (a head before a flag) counts for less than what is rare in it. The likely places
    are then tried with finer steps, and stay if contours agree. The work grows with the square of the set.

    Args:
        fingerprints: of all photographs.
        pool: where the work is done; None for this process. The answer does not depend on it.
        progress: told of photographs searched in.

    Returns: pairs of indices, the lower first, sorted.
    """
    blocks = [range(at, min(at + _BLOCK, len(fingerprints))) for at in range(0, len(fingerprints), _BLOCK)]
    if len(fingerprints) < 2:
        return []
    count = len(fingerprints)

    def report(blocks_done: int) -> None:
        progress("candidates", min(count, blocks_done * _BLOCK), count)

    with one_blas_thread():
        if pool is None or pool.alone:
            found = WorkerPool(0).each(_Search.of(fingerprints).block, blocks, report, step=1)
        else:
            with temporary_folder() as folder:
                shared = folder / "fingerprints"
                shared.write_bytes(pickle.dumps(list(fingerprints), protocol=5))
                found = pool.each(partial(_elsewhere, shared), blocks, report, step=1)
    return sorted(set().union(*found))


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """All photographs, made ready to be looked for in each other."""

    fingerprints: Sequence[Fingerprint]
    terms: _Terms
    shapes: Matrix

    @classmethod
    def of(cls, fingerprints: Sequence[Fingerprint]) -> _Search:
        shapes = np.stack([contours(print_) for print_ in fingerprints])
        return cls(fingerprints, _Terms.of(fingerprints), shapes)

    def block(self, hosts: range) -> set[tuple[int, int]]:
        """Pairs found with any photograph inside one of these."""
        likely = [place for host in hosts for place in _likely(self.terms, self.fingerprints[host], host)]
        return set(_agreeing(self.fingerprints, self.shapes, likely))


def _elsewhere(shared: Path, hosts: range) -> set[tuple[int, int]]:
    return _opened(shared).block(hosts)


@lru_cache(maxsize=1)
def _opened(shared: Path) -> _Search:
    return _Search.of(pickle.loads(shared.read_bytes()))  # noqa: S301 - written by our own parent just now


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """How windows are weighted in this set, and all queries, weighted: even and odd terms apart.

    Even and odd terms are never mixed, so that a mirror image still only changes the sign of the odd ones.
    """

    mean: Matrix
    weights: Matrix
    even: Matrix
    odd: Matrix

    @classmethod
    def of(cls, fingerprints: Sequence[Fingerprint]) -> _Terms:
        queries = np.stack([print_.windows[-1] for print_ in fingerprints]).astype(np.float32)
        mean, weights = _weights(np.concatenate([print_.windows[::8] for print_ in fingerprints]))
        split = even_terms()
        weighted = _weigh(queries, mean, weights)
        even, odd = weighted[:, :split].T, weighted[:, split:].T
        return cls(mean, weights, np.ascontiguousarray(even), np.ascontiguousarray(odd))


def _weights(sample: NDArray[np.float16]) -> tuple[Matrix, Matrix]:
    """Mean of the set's windows and a matrix that halves (in logarithm) the differences in their spread."""
    terms, split = sample.astype(np.float64), even_terms()
    size = terms.shape[1]
    mean, weights = np.zeros(size), np.zeros((size, size))
    trust = len(terms) / (len(terms) + _WHITEN_FROM)
    mean[:split] = terms[:, :split].mean(axis=0) * trust
    for part in (slice(0, split), slice(split, size)):
        spread = terms[:, part].T @ terms[:, part] / len(terms) - np.outer(mean[part], mean[part])
        values, vectors = np.linalg.eigh(trust * spread + (1 - trust) / size * np.eye(spread.shape[0]))
        weights[part, part] = (vectors * np.maximum(values, 1e-4) ** -0.25) @ vectors.T
    return mean.astype(np.float32), weights.astype(np.float32)


def _weigh(windows: Matrix, mean: Matrix, weights: Matrix) -> Matrix:
    flat = ~windows.any(axis=1, keepdims=True)
    weighted = (windows - mean) @ weights
    length = np.linalg.norm(weighted, axis=1, keepdims=True)
    return np.asarray(np.where(flat, 0, weighted / np.maximum(length, 1e-6)), dtype=np.float32)


def _likely(terms: _Terms, host: Fingerprint, index: int) -> Iterator[Placement]:
    """The best window of the host for each query that one of its windows resembles, upright or mirrored."""
    windows = _weigh(host.windows.astype(np.float32), terms.mean, terms.weights)
    split = len(terms.even)
    even, odd = np.ascontiguousarray(windows[:, :split]), np.ascontiguousarray(windows[:, split:])
    for at in range(0, terms.even.shape[1], _QUERIES):
        some = slice(at, at + _QUERIES)
        score, turned = even @ terms.even[:, some], odd @ terms.odd[:, some]
        np.abs(turned, out=turned)
        score += turned
        for query in np.flatnonzero(score.max(axis=0) >= LIKENESS).tolist():
            if at + query != index:
                window = int(score[:, query].argmax())
                mirrored = bool(odd[window] @ terms.odd[:, at + query] < 0)
                yield Placement(index, at + query, window, mirrored)


def _agreeing(
    fingerprints: Sequence[Fingerprint], shapes: Matrix, likely: list[Placement]
) -> Iterator[tuple[int, int]]:
    for at in range(0, len(likely), _FITS):
        some = likely[at : at + _FITS]
        for fit, place in zip(fits(fingerprints, shapes, some), some, strict=True):
            pair = fingerprints[place.host], fingerprints[place.query]
            if fit.likeness >= CONTOURS and roughly_alike(pair, fit, mirrored=place.mirrored):
                yield min(place.host, place.query), max(place.host, place.query)
