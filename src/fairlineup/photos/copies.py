"""All photographs of a set that are copies of one picture, whoever they are said to show."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from fairlineup.photos.candidates import same_picture_candidates
from fairlineup.photos.errors import UnreadablePhotograph
from fairlineup.photos.fingerprint import Fingerprint, fingerprint
from fairlineup.photos.limits import DEFAULT_LIMITS, Limits
from fairlineup.photos.registration import Registration, register
from fairlineup.records import Photograph, Progress, no_progress
from fairlineup.workers import Crew, crew, one_blas_thread


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
        synthetic: photographs that say they show nobody, by index.
    """

    pairs: tuple[SamePicture, ...]
    unreadable: tuple[Unreadable, ...]
    registered: int
    synthetic: tuple[int, ...] = ()


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
        progress: told of fingerprints, candidates and registrations.
        workers: processes, by default one a processor; the answer does not depend on them.

    Returns: pairs in order of index. A bad file is reported, and does not end the search.
    """
    count, cores = len(photos), workers or os.cpu_count() or 1
    extra = {(min(pair), max(pair)) for pair in extra_pairs if pair[0] != pair[1]}
    with one_blas_thread(), crew(cores, count) as hands:
        reading = partial(_read, limits=limits)
        read = hands.each(reading, photos, _told(progress, "fingerprints", count))
        prints = {index: found for index, found in enumerate(read) if isinstance(found, Fingerprint)}
        ordered = _ordered(prints, extra, hands, progress)
        pairs = [(prints[a], prints[b]) for a, b in ordered]
        results = hands.each(_registered, pairs, _told(progress, "registrations", len(ordered)))
    found = zip(ordered, results, strict=True)
    return Copies(
        tuple(SamePicture(a, b, result) for (a, b), result in found if result.same_picture),
        tuple(Unreadable(index, found) for index, found in enumerate(read) if isinstance(found, str)),
        len(ordered),
        tuple(index for index, found in prints.items() if found.synthetic),
    )


def _ordered(
    prints: dict[int, Fingerprint], extra: set[tuple[int, int]], hands: Crew, progress: Progress
) -> list[tuple[int, int]]:
    """Pairs to register, by their places in the set."""
    places = list(prints)
    near = same_picture_candidates(list(prints.values()), hands=hands, progress=progress)
    wanted = {(a, b) for a, b in extra if a in prints and b in prints}
    return sorted({(places[a], places[b]) for a, b in near} | wanted)


def _registered(pair: tuple[Fingerprint, Fingerprint]) -> Registration:
    return register(*pair)


def _read(photo: Photograph, limits: Limits) -> Fingerprint | str:
    try:
        return fingerprint(photo.read(), limits=limits, name=photo.id)
    except (UnreadablePhotograph, OSError) as fault:
        return str(fault)


def _told(progress: Progress, stage: str, total: int) -> Callable[[int], None]:
    return lambda done: progress(stage, done, total)
