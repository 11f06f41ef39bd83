"""The k nearest references of each probe, exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.backend import kernels
from fairlineup.faces.vectors.blocks import Multiplier
from fairlineup.faces.vectors.codes import coded_probe
from fairlineup.faces.vectors.tails import BLOCK_PAIRS, FARTHEST, single_above, squared_of
from fairlineup.faces.vectors.templates import PreparedTemplates, check_comparable, exact_distances, margin
from fairlineup.records import BadInput, Progress, no_progress

SAMPLE = 1024  # references from which the first limits come
CODED_PROBES = 48  # more at once are faster by products

Ranked = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


def nearest(
    probes: PreparedTemplates,
    references: PreparedTemplates,
    k: int,
    block_pairs: int = BLOCK_PAIRS,
    progress: Progress = no_progress,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k nearest references of each probe, nearest first, ties by order of the references.

    Exact as `tail` is: what is compared are distances in float64, each computed on its own, so the answer is
    the same for every block size and number of threads, with or without numba and codes.

    Args:
        probes: from `prepare`.
        references: from `prepare` or a gallery's snapshot.
        k: how many, 1 or more; all if there are fewer references.
        block_pairs: pairs in memory at once.
        progress: told of probes done.

    Returns: rows of the references and distances, both of shape (n_probes, min(k, references present)).
    Raises: BadInput: templates that cannot be compared, or a k under 1.
    """
    if k < 1:
        raise BadInput(
            "no neighbours asked for",
            expected="k of 1 or more",
            got=str(k),
            remedy="raise k",
            code="argument-unusable",
        )
    check_comparable(probes, references)
    width = min(k, references.present)
    rows, distances = np.zeros((len(probes), width), np.int64), np.zeros((len(probes), width))
    multiplier = Multiplier(probes, references, block_pairs)
    for run in multiplier.probe_blocks(slice(0, len(probes) if width else 0)):
        found = _by_codes(multiplier, run, width) or _by_product(multiplier, run, width)
        shape = run.stop - run.start, width
        rows[run], distances[run] = found[1].reshape(shape), found[2].reshape(shape)
        progress("search", run.stop, len(probes))
    return rows, distances


def _by_codes(multiplier: Multiplier, run: slice, width: int) -> Ranked | None:
    """The nearest of a run of probes from a pass over codes; None where codes are too little."""
    probes, references, scan = multiplier.probes, multiplier.references, kernels().scan
    few = run.stop - run.start <= CODED_PROBES
    if scan is None or references.codes is None or references.scales is None or not few:
        return None
    coded = references.codes, references.scales, references.squares
    room = margin(probes, references)
    found = []
    for i in range(run.start, run.stop):
        rows = scan(coded, coded_probe(probes, i), width, room)
        if rows is None:
            return None
        found.append(rows)
    row = np.repeat(np.arange(run.start, run.stop), [len(rows) for rows in found])
    return _first(references, width, _measured(multiplier, row, np.concatenate(found)))


def _by_product(multiplier: Multiplier, run: slice, width: int) -> Ranked:
    """The nearest of a run of probes from products in float32, a block of references after the other."""
    everyone, survivors = slice(0, len(multiplier.references)), kernels().survivors
    room = margin(multiplier.probes, multiplier.references)
    limits = _first_limits(multiplier, run, width, room)
    none = np.zeros(0, np.intp)
    best: Ranked = none, none, np.zeros(0)
    for block in multiplier.blocks(run, everyone):
        i, j = survivors(block.product, block.probe_squares, block.reference_squares, limits)
        if not len(i):
            continue
        more = _measured(multiplier, i + run.start, j + block.references.start)
        row, reference, distance = (np.concatenate(both) for both in zip(best, more, strict=True))
        best = _first(multiplier.references, width, (row, reference, distance))
        counts = np.bincount(best[0] - run.start, minlength=len(limits))
        last = best[2][np.cumsum(counts)[counts == width] - 1]
        limits[counts == width] = single_above(squared_of(last, multiplier.probes.metric) + room)
    return best


def _first_limits(multiplier: Multiplier, run: slice, width: int, room: float) -> NDArray[np.float32]:
    """Squared distances within which the nearest of each probe lie, from the first references."""
    references = multiplier.references
    sample = slice(0, min(len(references), max(SAMPLE, 40 * width) + references.removed))
    block = next(multiplier.blocks(run, sample))
    if block.product.shape[1] < width:
        return np.full(len(block.product), FARTHEST, np.float32)
    squared = np.add.outer(block.probe_squares, block.reference_squares) + block.product
    least = np.partition(squared, width - 1, axis=1)[:, width - 1]
    return single_above(least.astype(np.float64) + 2 * room)


def _measured(multiplier: Multiplier, row: NDArray[np.intp], reference: NDArray[np.intp]) -> Ranked:
    return row, reference, exact_distances(multiplier.probes, multiplier.references, row, reference)


def _first(references: PreparedTemplates, width: int, pairs: Ranked) -> Ranked:
    """The nearest among some pairs for each probe, in order of probe, distance and what breaks ties.

    Of one probe equally near references come in the order of their rows; sorting keeps it.
    """
    row, reference, distance = pairs
    ties = () if references.order is None else (references.order[reference],)
    order = np.lexsort((*ties, distance, row))
    first = np.diff(row[order], prepend=-1) > 0
    place = np.arange(len(order)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    kept = order[place < width]
    return row[kept], reference[kept], distance[kept]
