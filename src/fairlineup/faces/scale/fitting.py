"""Which table of a calibration to hold people against: one that was not made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fairlineup.faces.scale.similarity import Calibration

WHOLE, HALF = "the whole", "a half"


def fitting(
    calibration: Calibration, photographs: Mapping[str, Iterable[str]], named: str = "people"
) -> Calibration:
    """The whole table, or the first half that has none of these people; alone, without its halves.

    Where the whole and each half has some it is the whole, and its overlap forbids a verdict. What was
    chosen, and why, stands in its `about` under "chosen"; nothing does where there was nothing to choose.

    Args:
        calibration: with halves, or without.
        photographs: by person id, the digests of their photographs, "sha256:…"; "" for one not read.
        named: what these are.
    """
    if not calibration.halves:
        return calibration
    count = f"{len(photographs):,} {named}"
    shared = calibration.inside.overlap(photographs).people
    if not shared:
        return _alone(calibration, WHOLE, f"none of these {count} is among those it was made from")
    inside = f"{shared:,} of these {count} are among those of “{calibration.name}”"
    counts = [half.inside.overlap(photographs).people for half in calibration.halves]
    if 0 in counts:
        half = calibration.halves[counts.index(0)]
        return _alone(half, HALF, f"{inside}, and none is among those of this half")
    each = " and ".join(f"{one:,}" for one in counts)
    return _alone(calibration, WHOLE, f"{inside}, and each half has some of them, {each}")


def _alone(table: Calibration, part: str, why: str) -> Calibration:
    return replace(table, halves=(), about={**table.about, "chosen": {"part": part, "why": why}})
