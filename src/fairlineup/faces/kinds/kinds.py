"""Kinds of photograph on which faces lie nearer to each other: by measured quality, never by who it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np

from fairlineup.records import Quality

Kind = Literal["grey", "small", "blurred", "dark", "bright", "turned"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Detector = Literal["dlib", "yunet"]

GREY_BELOW: Final = 0.05  #: `Quality.colour`: grey and toned pictures stay below, colour begins at 0.065.
DARK_BELOW: Final = 64.0  #: `Quality.brightness`, a quarter of the scale.
BRIGHT_FROM: Final = 192.0  #: `Quality.brightness`.
TURNED_FROM: Final = 20.0  #: `Quality.yaw` in degrees, either way.


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where size and focus are cut: they depend on a detector's box and on the chip that its points cut."""

    small_below_px: int = 50  #: `Quality.face_px`; of the box of dlib's detector unless said otherwise.
    blurred_below: float = 20.0  #: `Quality.sharpness`.


CUTS: Final[Mapping[Detector, Cuts]] = MappingProxyType({"dlib": Cuts(), "yunet": Cuts(small_below_px=44)})
"""YuNet's box is 0.87 times as wide as that of dlib's detector; its chips are as sharp (docs/quality.md)."""


def cuts_said(detector: object) -> Cuts:
    """The cuts that fit the detector which the settings of a run name; dlib's for any that is not YuNet."""
    return CUTS["yunet" if str(detector).startswith("YuNet") else "dlib"]


def words(cuts: Cuts) -> Mapping[Kind, str]:
    """Each kind as it ends a phrase that begins with "photographs", or "photographs that are"."""
    return {
        "grey": "grey or toned",
        "small": f"of a face under {cuts.small_below_px} px wide",
        "blurred": f"out of focus (sharpness under {cuts.blurred_below:g})",
        "dark": f"dark (light under {DARK_BELOW:g} of 255)",
        "bright": f"overexposed (light {BRIGHT_FROM:g} of 255 or more)",
        "turned": f"of a head turned {TURNED_FROM:g}° or more",
    }


SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of photographs that have at most what `KindsSeen.quantiles` says."""


def kinds_of(quality: Quality, cuts: Cuts) -> tuple[Kind, ...]:
    """The kinds that a photograph is of, in the order of `KINDS`; none for a plain portrait in colour."""
    is_of: dict[Kind, bool] = {
        "grey": quality.colour < GREY_BELOW,
        "small": quality.face_px < cuts.small_below_px,
        "blurred": quality.sharpness < cuts.blurred_below,
        "dark": quality.brightness < DARK_BELOW,
        "bright": quality.brightness >= BRIGHT_FROM,
        "turned": abs(quality.yaw) >= TURNED_FROM,
    }
    return tuple(kind for kind in KINDS if is_of[kind])


@dataclass(frozen=True, slots=True)
class KindsSeen:
    """What kinds of photograph there are in a set, counted."""

    photographs: int  #: measured.
    counts: Mapping[str, int]  #: kind to how many are of it; a photograph may be of several.
    #: measure to its value at each of `SHARES` of the photographs.
    quantiles: Mapping[str, tuple[float, ...]]
    cuts: Cuts = Cuts()  #: by which they were counted.

    def share(self, kind: Kind) -> float:
        """Of the photographs, how many are of the kind."""
        return self.counts[kind] / self.photographs


def kinds_seen(qualities: Iterable[Quality], cuts: Cuts) -> KindsSeen | None:
    """The kinds of some photographs; None where there is none."""
    measured = list(qualities)
    if not measured:
        return None
    found = [kinds_of(one, cuts) for one in measured]
    names = [field.name for field in fields(Quality)]
    columns = {name: [getattr(one, name) for one in measured] for name in names}
    return KindsSeen(
        len(measured),
        {kind: sum(kind in one for one in found) for kind in KINDS},
        {
            name: tuple(round(at, 3) for at in np.quantile(values, SHARES).tolist())
            for name, values in columns.items()
        },
        cuts,
    )
