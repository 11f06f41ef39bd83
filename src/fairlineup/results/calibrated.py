"""The calibration behind thresholds by similarity: whom it shares, and whether its rates hold here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairlineup.records import NotMeasured
from fairlineup.results.estimates import Share
from fairlineup.results.numbers import AtLeastZero, Count, Positive, Proportion

RateFound = Literal["agrees", "more", "less", "too few errors to tell"]


@dataclass(frozen=True, slots=True)
class CalibratedRate:
    """The false match rate that a threshold stands for, held against the one that was measured."""

    threshold: str  #: By name.
    at: float  #: On the system's scale.
    similarity: AtLeastZero  #: Of the rate it stands for; past the end of the calibration it is above this.
    fmr: Proportion  #: It stands for, by the calibration; past its end less than this.
    low: Proportion | None  #: Lower end of the calibration's 95 % interval; null where it has none.
    high: Proportion | None  #: Its upper end.
    censored: bool  #: Whether the threshold lies past the end of the calibration.
    modeled: bool  #: Whether the rate it stands for comes from the calibration's tail model, not from counts.
    measured: Share | NotMeasured  #: Here, probes against others.
    #: more or less where the intervals part; agrees where they meet; else too few errors to tell.
    found: RateFound


@dataclass(frozen=True, slots=True)
class KindCompared:
    """How many photographs are of one kind, by measured quality: here, and of those calibrated on."""

    kind: str  #: grey, small, blurred, dark, bright or turned.
    means: str  #: The same in words.
    probes: Proportion  #: Of the photographs searched with.
    gallery: Proportion  #: Of the photographs enrolled.
    calibration: Proportion  #: Of the calibration's photographs.
    differs: bool  #: Probes or gallery by more than a tenth of the photographs.


@dataclass(frozen=True, slots=True)
class CalibrationUsed:
    """The calibration whose similarities the plan used. Shared people forbid a verdict."""

    name: str  #: Of the calibration, or of the half of one that was chosen.
    #: Which table of a calibration that has halves was chosen, the whole or a half; blank without halves.
    part: str
    why: str  #: It was chosen, by whom of this audit each was made from; blank without halves.
    population: str  #: Whom it was made from, as it says.
    capture: str  #: On what kind of photographs, as it says.
    people: Positive | None  #: It was made from so many; null where it does not say.
    #: So many people of this audit it was made from, by their ids or photographs.
    calibration_overlap: Count
    #: So many of them certainly: with a photograph that it was made from, byte for byte.
    overlap_by_photograph: Count
    rates: tuple[CalibratedRate, ...]  #: One entry for each threshold.
    #: One entry for each kind of photograph; not measured where the system does not tell of them.
    kinds: tuple[KindCompared, ...] | NotMeasured
    #: The rates that do not hold here, and why that may be, in a sentence; blank where none was found wrong.
    warning: str
