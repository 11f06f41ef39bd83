"""A finished run read as a record: who was enrolled, what was answered, what the system said of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fairlineup.evidence.runs import Attempt, Observations, RunDirectory
from fairlineup.records import ModelInformation, Outcome, Price, Scale, SystemInformation, Threshold

GALLERY_OF = {"search-absent": ("enrol-absent",), "search-present": ("enrol-absent", "enrol-mates")}
"""Stages of a run's searches, and the stages that had filled the gallery by then."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it is asked.

    Attributes:
        observations: everything it observed.
        ids: digest of a photograph's bytes to the photographs of the run that have them.
        enrolled: what became of each photograph offered to a gallery.
        galleries: stage of searches to the photographs its gallery held.
        searches: photograph to its searches, as indices.
        starts: index of each search's first candidate, and the end; shape (n_searches + 1,).
    """

    observations: Observations
    ids: Mapping[str, Sequence[str]]
    enrolled: Mapping[str, Attempt]
    galleries: Mapping[str, frozenset[str]]
    searches: Mapping[str, Sequence[int]]
    starts: Sequence[int]


def read_record(directory: RunDirectory, rows: Sequence[Mapping[str, str]]) -> RunRecord:
    """A run's answers, with its manifest's rows. Raises: BadInput, KeyError (a paper is damaged)."""
    took_part = [row for row in rows if row["takes_part"] == "yes"]
    person_of = {row["photo"]: row["person"] for row in took_part}
    stages = sorted({stage for some in GALLERY_OF.values() for stage in some})
    seen = directory.observations(stages, tuple(GALLERY_OF), person_of)
    ids: dict[str, list[str]] = defaultdict(list)
    for row in took_part:
        ids[row["sha256"]].append(row["photo"])
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


def information_of(said: Any) -> SystemInformation:
    """What run.json says of the system, without what is not known of it here."""
    known = {f.name for f in fields(SystemInformation)}
    row = {name: value for name, value in said.items() if name in known}
    row["scale"] = Scale(**row["scale"])
    for name in ("default_threshold", "recommended_threshold"):
        row[name] = Threshold(**row[name]) if row.get(name) else None
    row["sample_thresholds"] = tuple(Threshold(**one) for one in row.get("sample_thresholds", ()))
    row["models"] = tuple(ModelInformation(**one) for one in row.get("models", ()))
    row["price"] = Price(**row["price"]) if row.get("price") else None
    row["terms"] = tuple(row.get("terms", ()))
    return SystemInformation(**row)
