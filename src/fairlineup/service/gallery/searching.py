"""The nearest faces of a collection, exactly: order and ties are those of float64 distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import GallerySnapshot, PreparedTemplates, exact_distances, nearest
from fairlineup.service.gallery.records import Search

Near = list[tuple[int, float]]
"""Face and distance, nearest first."""


def found(snapshot: GallerySnapshot, probes: PreparedTemplates, search: Search) -> list[Near]:
    """For each probe the nearest faces within the threshold, ties in the order the faces came."""
    if search.among is not None:
        return _among(snapshot, probes, search)
    rows, distances = nearest(probes, snapshot.templates, search.most)
    return [
        [
            (int(snapshot.ids[int(row)]), float(distance))
            for row, distance in zip(one_rows, one_distances, strict=True)
            if distance <= search.threshold
        ]
        for one_rows, one_distances in zip(rows, distances, strict=True)
    ]


def _among(snapshot: GallerySnapshot, probes: PreparedTemplates, search: Search) -> list[Near]:
    """The same among some faces alone."""
    chosen = search.among or frozenset()
    templates = snapshot.templates
    present = np.isfinite(templates.squares[: len(templates)])
    rows = np.array(
        [row for row in np.flatnonzero(present) if int(snapshot.ids[int(row)]) in chosen], np.intp
    )
    return [_one(snapshot, probes, (probe, rows), search) for probe in range(len(probes))]


def _one(
    snapshot: GallerySnapshot, probes: PreparedTemplates, pair: tuple[int, NDArray[np.intp]], search: Search
) -> Near:
    probe, rows = pair
    distances = exact_distances(probes, snapshot.templates, np.full(len(rows), probe, np.intp), rows)
    order = np.lexsort((snapshot.templates.ties(rows), distances))[: search.most]
    return [
        (int(snapshot.ids[int(rows[i])]), float(distances[i]))
        for i in order
        if distances[i] <= search.threshold
    ]
