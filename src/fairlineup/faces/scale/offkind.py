"""Whether a calibration's rate holds for two photographs, by what kinds they are of."""

from __future__ import annotations

from collections.abc import Sequence

from fairlineup.faces.kinds import KINDS, Kind, KindsSeen, words
from fairlineup.faces.scale.similarity import Calibration

MIN_OF_A_KIND = 10  # photographs like one, under which a calibration says nothing about it
RARE = 0.02  # of its photographs, under which it says as little
USUAL = 0.9  # of a calibration's photographs are of a kind: its pairs are pairs of that kind


def strange(calibration: Calibration, kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Why a photograph of these kinds is none that the calibration was made from, in words; none where it is.

    A photograph of no rare kind can be strange too: one in colour, where nearly all were grey.
    """
    seen = calibration.kinds
    rare = [kind for kind in KINDS if kind in kinds and _few(seen.counts[kind], seen)]
    usual = [kind for kind in KINDS if kind not in kinds and _few(seen.photographs - seen.counts[kind], seen)]
    told = words(seen.cuts)
    return tuple(
        f"{'' if kind in kinds else 'not '}{told[kind]}, as {seen.counts[kind]:,} of the calibration's "
        f"{seen.photographs:,} are"
        for kind in (*rare, *usual)
    )


def shared_kinds(calibration: Calibration, one: Sequence[Kind], other: Sequence[Kind]) -> tuple[Kind, ...]:
    """Kinds that two photographs share and the calibration's pairs do not: such two lie nearer to each other.

    Where one photograph is of a kind, the rate is about that of all pairs (docs/calibration.md). Kinds that
    are strange to the calibration are left out.
    """
    seen = calibration.kinds
    both = (kind for kind in KINDS if kind in one and kind in other)
    return tuple(kind for kind in both if not _few(seen.counts[kind], seen) and seen.share(kind) < USUAL)


def _few(alike: int, seen: KindsSeen) -> bool:
    return alike < min(max(MIN_OF_A_KIND, RARE * seen.photographs), seen.photographs / 2)
