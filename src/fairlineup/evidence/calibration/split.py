"""Which half of the people a calibration is made from, and whether an audit shares people with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from fairlineup.evidence.plan import Dataset, Entry
from fairlineup.faces.scale import Calibration, Overlap

Half = Literal["all", "even", "odd"]


def half_of(person: str) -> Half:
    """Which half a person falls in: whether the first byte of the SHA-256 of their id is even."""
    return "even" if hashlib.sha256(person.encode()).digest()[0] % 2 == 0 else "odd"


def only_half(dataset: Dataset, half: Half) -> Dataset:
    """The data set with one half of its people."""
    if half == "all":
        return dataset
    return replace(dataset, entries=tuple(e for e in dataset.entries if half_of(e.person) == half))


def split_of(half: Half, manifest_digest: str) -> dict[str, Any]:
    """Which people were chosen, and by which rule, so that the others can check."""
    return {"rule": "first byte of SHA-256 of the person id", "half": half, "manifest": manifest_digest}


def calibration_overlap(
    calibration: Calibration, entries: Iterable[Entry], digests: Mapping[str, str]
) -> Overlap:
    """How many of an audit's people the calibration was made from; more than none forbids a verdict.

    Args:
        calibration: the one whose rates or similarities an audit uses.
        entries: the photographs of the audit, with who is on them.
        digests: of their bytes, "sha256:…", by photograph.
    Source: no system is judged on its own training ground. Not: a search for the same faces under other ids
        and on other files.
    """
    own: dict[str, list[str]] = {}
    for entry in entries:
        own.setdefault(entry.person, []).append(digests.get(entry.photo, ""))
    return calibration.inside.overlap(own)
