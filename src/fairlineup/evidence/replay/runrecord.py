"""A finished run read as a record: who was enrolled, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fairlineup.evidence.evaluation import observations_of
from fairlineup.evidence.runs import Attempt, FrozenRun, Observations
from fairlineup.records import Outcome

GALLERY_OF = {"search-absent": ("enrol-absent",), "search-present": ("enrol-absent", "enrol-mates")}
"""Stages of a run's searches, and the stages that had filled the gallery by then."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is asked."""

    observations: Observations  #: everything it observed.
    #: digest of a photograph's bytes to the photographs of the run that have them.
    ids: Mapping[str, Sequence[str]]
    enrolled: Mapping[str, Attempt]  #: what became of each photograph offered to a gallery.
    galleries: Mapping[str, frozenset[str]]  #: stage of searches to the photographs its gallery held.
    searches: Mapping[str, Sequence[int]]  #: photograph to its searches, as indices.
    starts: Sequence[int]  #: index of each search's first candidate, and the end; shape (n_searches + 1,).


def read_record(run: FrozenRun) -> RunRecord:
    """A run's answers, to be given again. Raises: BadInput (they are damaged)."""
    seen = observations_of(run)
    ids: dict[str, list[str]] = defaultdict(list)
    for photo, digest in run.digests.items():
        ids[digest].append(photo)
    searches: dict[str, list[int]] = defaultdict(list)
    for number, attempt in enumerate(seen.searches):
        searches[attempt.photo].append(number)
    galleries = {
        stage: frozenset(a.photo for a in seen.enrolments if a.stage in filled and a.outcome == Outcome.OK)
        for stage, filled in GALLERY_OF.items()
    }
    starts = np.searchsorted(seen.search, np.arange(len(seen.searches) + 1)).tolist()
    enrolled = {attempt.photo: attempt for attempt in seen.enrolments}
    return RunRecord(seen, dict(ids), enrolled, galleries, dict(searches), starts)
