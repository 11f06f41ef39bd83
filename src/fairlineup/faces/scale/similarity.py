"""The similarity scale: a distance read as a false match rate in one named calibration, and back."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from fairlineup.faces.kinds import Kind, KindsSeen
from fairlineup.faces.scale.inside import PeopleInside
from fairlineup.records import BadInput, NotMeasured

PER_DECADE = 16.5


def similarity_of(fmr: float) -> float:
    """-16.5 · log10(FMR): 66 is 1 in 10,000, 82.5 is 1 in 100,000, 99 is 1 in a million.

    Raises: BadInput: not above 0, or above 1.
    Not: a percentage, a probability, or the number of the same name that Amazon returns.
    """
    if not 0 < fmr <= 1:
        raise BadInput(
            "no similarity",
            expected="a false match rate above 0 and at most 1",
            got=f"{fmr:g}",
            remedy="give a rate that was measured",
            code="argument-unusable",
        )
    return max(0.0, -PER_DECADE * math.log10(fmr))


def fmr_of(similarity: float) -> float:
    """The false match rate a similarity stands for. Raises: BadInput: not a finite number of 0 or more."""
    if not 0 <= similarity < math.inf:
        raise BadInput(
            "not a similarity",
            expected="a finite number of 0 or more",
            got=f"{similarity:g}",
            remedy="correct it",
            code="argument-unusable",
        )
    return float(10 ** (-similarity / PER_DECADE))


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One distance of a calibration."""

    distance: float  #: pairs at or below it match.
    fmr: float  #: false match rate.
    low: float | None  #: lower end of its 95 % interval; None where none was taken.
    high: float | None  #: upper end; None where none was taken.
    #: pairs counted; None where there are so few that they would tell of single pairs.
    errors: int | None = None
    effective: float | None = None  #: comparisons / design effect; None in the tail and where not taken.
    model: bool = False  #: tail model, not counted.


@dataclass(frozen=True, slots=True)
class GroupCurve:
    """False match rates within one group, at the distances where at least 10 errors stand behind them."""

    label: str
    value: str
    source: str
    people: int
    pairs: int
    rows: tuple[CalibrationRow, ...]


@dataclass(frozen=True, slots=True)
class GroupReading:
    """A group's own rate at a distance: its people compared with one another."""

    curve: GroupCurve  #: which group.
    row: CalibrationRow  #: its rate there.
    supported: int  #: groups that have a rate at this distance; the worst of all may be none of them.
    groups: int  #: groups there are.


@dataclass(frozen=True, slots=True)
class DistanceReading:
    """What a calibration says of a distance."""

    row: CalibrationRow  #: the rates; where censored those of the table's end: the rate is below them.
    censored: bool  #: the distance lies beyond the table's end.
    worst: GroupReading | NotMeasured  #: the worst group with a rate of its own at this distance.

    @property
    def similarity(self) -> float:
        """Of the rate; where censored it is above this."""
        return similarity_of(self.row.fmr)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A table distance → false match rate of non-mated pairs of one population and kind of photograph."""

    name: str  #: what it is called.
    made_by: str  #: digest of the pipeline or model whose distances it reads: `ModelInformation.made_by`.
    population: str  #: who the people are.
    capture: str  #: what kind of photographs they are.
    rows: tuple[CalibrationRow, ...]  #: by distance, ascending, with rates that never fall; the headline.
    every_pair: tuple[CalibrationRow, ...]  #: the same with no pair left out as a label error.
    groups: tuple[GroupCurve, ...]  #: rates within groups whose labels cite a source.
    ungrouped: Mapping[str, str]  #: why there are no more groups, label by label; "" for none at all.
    kinds: KindsSeen  #: what kinds of photograph it was made from.
    #: rates among photographs of one kind, label "kind": two of a kind lie nearer than two of any.
    kind_rates: tuple[GroupCurve, ...]
    inside: PeopleInside  #: the people it was made from, as keyed digests.
    about: Mapping[str, Any]  #: everything else the file says: counts, split, what was settled, the tail.
    #: tables of either half of these people, for audits of the other; none where they were not made.
    halves: tuple[Calibration, ...] = ()

    def __post_init__(self) -> None:
        curves = [curve.rows for curve in (*self.groups, *self.kind_rates) if curve.rows]
        for rows in (self.rows, self.every_pair, *curves):
            rising = all(a.distance < b.distance and a.fmr <= b.fmr for a, b in pairwise(rows))
            if not rows or not rising or not all(map(_is_possible, rows)):
                raise BadInput(
                    f"the calibration {self.name} is no table",
                    expected="rows of rising distance whose rates are above 0 and never fall, each with an "
                    "interval between 0 and 1 or none",
                    got="other rows" if rows else "none",
                    remedy="make it anew",
                    code="file-malformed",
                    facts={"calibration": self.name},
                )

    @property
    def end(self) -> CalibrationRow:
        """The strictest row; nothing is said beyond it."""
        return self.rows[0]

    @property
    def counted(self) -> CalibrationRow:
        """The strictest row that was counted; what is stricter is tail model."""
        return next(row for row in self.rows if not row.model)

    def read(self, distance: float) -> DistanceReading:
        """The false match rate at a distance, between rows on a log scale; censored beyond the end.

        Raises: BadInput: a distance that is not a number of 0 or more.
        Not: the probability that two photographs show one person, or that they do not.
        """
        if not distance >= 0:
            raise BadInput(
                "not a distance",
                expected="a number of 0 or more",
                got=f"{distance}",
                remedy="correct it",
                code="argument-unusable",
            )
        censored = distance < self.end.distance
        row = replace(self.end, low=None) if censored else read_rows(self.rows, distance)
        return DistanceReading(row, censored, self._worst(distance))

    def read_kind(self, kind: Kind, distance: float) -> GroupReading | NotMeasured:
        """The rate among photographs that are all of one kind; NotMeasured under 10 false matches."""
        curve = next((one for one in self.kind_rates if one.value == kind), None)
        if curve is None or not curve.rows or distance < curve.rows[0].distance:
            return NotMeasured("fewer than 10 false matches of such two at this distance")
        return GroupReading(curve, read_rows(curve.rows, distance), 1, len(self.kind_rates))

    def distance_at(self, similarity: float) -> float:
        """The distance whose false match rate a similarity stands for: a threshold.

        Raises: BadInput: beyond the end of the table, which supports no such threshold.
        """
        fmr = fmr_of(similarity)
        if fmr < self.end.fmr * (1 - 1e-12):
            end = f"{math.floor(10 * similarity_of(self.end.fmr)) / 10:g}"
            raise BadInput(
                f"the calibration {self.name} does not reach similarity {similarity:g}",
                expected=f"at most {end}, where its people "
                f"stop bearing it out (false match rate {self.end.fmr:.2g})",
                got=f"{similarity:g} (false match rate {fmr:.2g})",
                remedy="ask for less, or calibrate on more people",
                code="calibration-does-not-fit",
                facts={"end": end},
            )
        logs = [math.log(row.fmr) for row in self.rows]
        return float(np.interp(math.log(fmr), logs, [row.distance for row in self.rows]))

    def _worst(self, distance: float) -> GroupReading | NotMeasured:
        if not self.groups:
            reasons = "; ".join(f"{label}: {why}" if label else why for label, why in self.ungrouped.items())
            return NotMeasured(reasons or "no group has 30 people")
        near = [curve for curve in self.groups if curve.rows and curve.rows[0].distance <= distance]
        read = [(read_rows(curve.rows, distance), curve) for curve in near]
        if not read:
            return NotMeasured("no group has 10 false matches at this distance")
        row, curve = max(read, key=lambda one: one[0].fmr)
        return GroupReading(curve, row, len(read), len(self.groups))


def _is_possible(row: CalibrationRow) -> bool:
    low, high = (row.low or 0.0, 1.0 if row.high is None else row.high)
    return row.distance >= 0 and sys.float_info.min <= row.fmr <= 1 and 0 <= low <= high <= 1


def read_rows(rows: Sequence[CalibrationRow], distance: float) -> CalibrationRow:
    """The rate at a distance at or past the first row: between two rows on a log scale; 1 past the last."""
    if distance > rows[-1].distance:
        return CalibrationRow(distance, 1.0, rows[-1].low, 1.0)
    after = next(index for index, row in enumerate(rows) if row.distance >= distance)
    if rows[after].distance == distance:
        return rows[after]
    a, b = rows[after - 1], rows[after]
    part = (distance - a.distance) / (b.distance - a.distance)
    fmr = _between(a.fmr, b.fmr, part)
    low, high = _between(a.low, b.low, part), _between(a.high, b.high, part)
    return CalibrationRow(distance, fmr or 1.0, low, high, model=a.model)


def _between(one: float | None, other: float | None, part: float) -> float | None:
    if not one or not other:
        return None
    return math.exp((1 - part) * math.log(one) + part * math.log(other))
