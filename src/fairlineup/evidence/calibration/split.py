"""Which people a calibration is made from, under which key, and whom it shares with an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fairlineup.evidence.plan import Entry, Half, pictured
from fairlineup.faces.scale import Calibration, Overlap
from fairlineup.seals import digest_of

KEY_DIGITS = 32


def split_of(half: Half, manifest_digest: str) -> dict[str, Any]:
    """Which people were chosen, and by which rule, so that the others can check."""
    return {"rule": "first byte of SHA-256 of the person id", "half": half, "manifest": manifest_digest}


def key_of(half: Half, made_by: str, digests: Iterable[str]) -> str:
    """The key of a table's digests: the same whenever the table is made again, and no other table's.

    Args:
        half: of the people.
        made_by: digest of the pipeline.
        digests: of the photographs' bytes.
    """
    return digest_of([half, made_by, *sorted(digests)]).removeprefix("sha256:")[:KEY_DIGITS]


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
    return calibration.inside.overlap(pictured(entries, digests))
