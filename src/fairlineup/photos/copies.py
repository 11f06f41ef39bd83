"""All photographs of a set that are copies of one picture, whoever they are said to show."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from fairlineup.photos.candidates import same_picture_candidates
from fairlineup.photos.errors import UnreadablePhotograph
from fairlineup.photos.fingerprint import Fingerprint, fingerprint
from fairlineup.photos.limits import DEFAULT_LIMITS, Limits
from fairlineup.photos.registration import Registration, register
from fairlineup.records import Photograph, Progress, no_progress

_STEP = 64

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class SamePicture:
    """Two photographs that are copies of one picture, by their places in the set; a before b."""

    a_index: int
    b_index: int
    registration: Registration


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photograph that was left out, and why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Copies:
    """What a search for copies found.

    Attributes:
        pairs: copies, by index; of three copies, three pairs.
        unreadable: photographs that could not be looked at.
        registered: how many pairs were laid over one another.
    """

    pairs: tuple[SamePicture, ...]
    unreadable: tuple[Unreadable, ...]
    registered: int


def find_same_pictures(
    photos: Sequence[Photograph],
    *,
    extra_pairs: Iterable[tuple[int, int]] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
    workers: int | None = None,
) -> Copies:
    """Find photographs that are one picture, cropped, scaled, mirrored or re-coloured.

    Args:
        photos: the set.
        extra_pairs: pairs of indices that are registered whether or not they are candidates, such as all
            photographs of one person.
        limits: what one file may cost.
        progress: told of fingerprints and registrations.
        workers: threads, by default one a processor; the answer does not depend on them.

    Returns: pairs in order of index. A bad file is reported, and does not end the search.
    """
    count = len(photos)
    extra = {(min(pair), max(pair)) for pair in extra_pairs if pair[0] != pair[1]}
    threads = workers or os.cpu_count() or 1
    read = _all(lambda photo: _read(photo, limits), photos, threads, _told(progress, "fingerprints", count))
    prints = {index: found for index, found in enumerate(read) if isinstance(found, Fingerprint)}
    places = list(prints)
    near = same_picture_candidates(list(prints.values()), workers=threads)
    pairs = {(places[a], places[b]) for a, b in near} | {
        (a, b) for a, b in extra if a in prints and b in prints
    }
    ordered = sorted(pairs)
    results = _all(
        lambda pair: register(prints[pair[0]], prints[pair[1]]),
        ordered,
        threads,
        _told(progress, "registrations", len(ordered)),
    )
    found = zip(ordered, results, strict=True)
    return Copies(
        tuple(SamePicture(a, b, result) for (a, b), result in found if result.same_picture),
        tuple(Unreadable(index, found) for index, found in enumerate(read) if isinstance(found, str)),
        len(ordered),
    )


def _read(photo: Photograph, limits: Limits) -> Fingerprint | str:
    try:
        return fingerprint(photo.read(), limits=limits, name=photo.id)
    except (UnreadablePhotograph, OSError) as fault:
        return str(fault)


def _told(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    return lambda done: progress(stage, done, total)


def _all(
    work: Callable[[In], Out], items: Sequence[In], threads: int, told: Callable[[int], None]
) -> list[Out]:
    """The work done on every item, in order, many items to a task."""
    steps = [items[at : at + _STEP] for at in range(0, len(items), _STEP)]
    results: list[Out] = []
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(lambda step: [work(item) for item in step], steps):
            results += part
            told(len(results))
    return results
