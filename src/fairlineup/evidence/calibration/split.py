"""Which half of the people a calibration is made from, and whether an audit shares people with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from fairlineup.evidence.plan import Dataset
from fairlineup.faces.scale import Calibration
from fairlineup.records import NotMeasured

Half = Literal["all", "even", "odd"]


def half_of(person: str) -> Half:
    """Which half a person falls in: whether the first byte of the SHA-256 of their id is even."""
    return "even" if hashlib.sha256(person.encode()).digest()[0] % 2 == 0 else "odd"


def only_half(dataset: Dataset, half: Half) -> Dataset:
    """The data set with one half of its people."""
    if half == "all":
        return dataset
    return replace(dataset, entries=tuple(e for e in dataset.entries if half_of(e.person) == half))


def split_of(dataset: Dataset, half: Half, manifest_digest: str) -> dict[str, Any]:
    """The rule by which people were chosen, so that others can be held against it without a list of ids."""
    return {
        "rule": "first byte of SHA-256 of the person id",
        "half": half,
        "manifest": manifest_digest,
        "id_forms": sorted({id_form(entry.person) for entry in dataset.entries}),
    }


def id_form(person: str) -> str:
    """The form of an id: every digit as 9, every letter as a."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", person))


def calibration_overlap(
    calibration: Calibration, people: Iterable[str], manifest_digest: str
) -> int | NotMeasured:
    """At most how many of an audit's people the calibration was made from; more than none forbids a verdict.

    Those who fall in the calibration's half, on the data set it was made from or on another whose ids have
    the same form: people whose photographs gave no face, or were left out, are counted too. NotMeasured where
    ids cannot tell.

    Args:
        calibration: the one whose rates or similarities an audit uses.
        people: person ids of everyone in the audit.
        manifest_digest: of the audit's manifest, "sha256:…".
    Source: no system is judged on its own training ground. Not: a search for the same faces under other ids.
    """
    split = calibration.about["split"]
    same_set = split["manifest"] == manifest_digest
    known = {one for one in people if same_set or id_form(one) in split["id_forms"]}
    if not known:
        return NotMeasured(
            "the calibration's people have ids of another form, so ids cannot tell who is in both"
        )
    if split["half"] == "all" and not same_set:
        return NotMeasured("the calibration names no half of its people, so ids cannot tell who is in both")
    return sum(1 for one in known if split["half"] in ("all", half_of(one)))
