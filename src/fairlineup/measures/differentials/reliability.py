"""How far repeated measurements of one person agree: ICC(1,1), and whether it is enough to sort people by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import BadArgument, TooLittleData
from fairlineup.records import NotMeasured

Values = NDArray[np.float64]
Members = NDArray[np.intp]

STRATA_GATE = 0.7
"""Least ICC at which a measurement may sort people into strata."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Agreement of measurements within people."""

    #: Intraclass correlation ICC(1,1), at most 1; below 0 where people differ less than chance has it.
    icc: float
    low: float  #: Lower end of its interval.
    high: float  #: Upper end.
    within_sd: float  #: Standard deviation between measurements of one person, in the measurement's unit.
    #: That between people, without what variation within them explains; 0 where nothing is left.
    between_sd: float
    people: int  #: People with two measurements or more.
    measurements: int  #: Of these people.
    method: str  #: How the interval was made, in words.
    level: float  #: Coverage the interval aims at.

    @property
    def sd_ratio(self) -> float | NotMeasured:
        """Within-person over between-person standard deviation; 1 means that they are alike."""
        if self.between_sd == 0:
            return NotMeasured("people differ no more than photographs of one person do")
        return self.within_sd / self.between_sd


@dataclass(frozen=True, slots=True)
class StrataVerdict:
    """Whether a measurement may sort people into strata."""

    #: "given", "refused", or "undecided", which is refused too.
    outcome: Literal["given", "refused", "undecided"]
    gate: float  #: The ICC that is asked for.
    deciding: Reliability | NotMeasured  #: The reliability that decided.
    reason: str  #: In words, with the interval.

    @property
    def allowed(self) -> bool:
        """Whether strata may be formed."""
        return self.outcome == "given"


def intraclass_correlation(
    values: ArrayLike, person: ArrayLike, *, level: float = 0.95
) -> Reliability | NotMeasured:
    """ICC(1,1): the share of variance that is between people, from a one-way random effects model.

    Each person counts once: the mean square between people is of the plain means, and the number of
    measurements a person is their harmonic mean. With as many for each it is Shrout and Fleiss's ICC(1,1).

    Args:
        values: measurements, shape (n,), finite, in any unit.
        person: who each is of, shape (n,); people with one measurement are left out.
        level: two-sided coverage.

    Returns: NotMeasured with fewer than two people measured twice, or where nothing varies within them.
    Raises: BadInput: lengths differ, a value is not finite, or the level is not between 0 and 1.
    Source: Shrout and Fleiss 1979, Psychological Bulletin 86:420, ICC(1,1) and its F interval; Thomas and
        Hultquist 1978, Annals of Statistics 6:582, for unequal numbers.
    Not: accuracy: a measurement can agree with itself and be wrong, or agree on a picture counted twice.
    """
    numbers, members = _repeated(*_checked(values, person, level))
    counts = np.bincount(members)
    people, freedom = len(counts), len(numbers) - len(counts)
    if people < 2:
        reason = "fewer than two people have two measurements or more"
        return NotMeasured(reason, trials=len(numbers), people=people)
    means = np.bincount(members, numbers) / counts
    within = float(((numbers - means[members]) ** 2).sum()) / freedom
    if within <= np.finfo(np.float64).eps * float(np.abs(numbers).max()) ** 2:
        return NotMeasured("nothing varies within a person", trials=len(numbers), people=people)
    each = people / float((1 / counts).sum())
    ratio = each * float(means.var(ddof=1)) / within
    tails = [float(special.fdtri(people - 1, freedom, tail)) for tail in ((1 + level) / 2, (1 - level) / 2)]
    return Reliability(
        icc=_icc(ratio, each),
        low=_icc(ratio / tails[0], each),
        high=_icc(ratio / tails[1], each),
        within_sd=math.sqrt(within),
        between_sd=math.sqrt(max(0.0, within * (ratio - 1) / each)),
        people=people,
        measurements=len(numbers),
        method="F interval of a one-way random effects model, people weighted alike",
        level=level,
    )


def strata_verdict(
    reliabilities: Sequence[Reliability | NotMeasured], gate: float = STRATA_GATE
) -> StrataVerdict:
    """Whether strata may be formed: only if every interval lies at or above the gate.

    Args:
        reliabilities: of the measurement, of all photographs and across capture types; the worst decides.
        gate: least ICC.

    Raises: BadInput: nothing to judge by.
    Source: the gate of 0.7 is this project's; Koo and Li 2016 call 0.5 to 0.75 moderate.
    Not: leave to call the strata groups of people: they sort photographs.
    """
    if not reliabilities:
        raise TooLittleData(
            "strata need a reliability",
            expected="at least one ICC",
            got="none",
            remedy="measure it first",
        )
    missing = next((one for one in reliabilities if isinstance(one, NotMeasured)), None)
    if missing is not None:
        return StrataVerdict("refused", gate, missing, f"strata refused: ICC not measured ({missing.reason})")
    found = [one for one in reliabilities if isinstance(one, Reliability)]
    worst = min(found, key=lambda one: (one.high >= gate, one.low))
    shown = f"ICC {worst.icc:.2f} ({worst.low:.2f} to {worst.high:.2f})"
    if worst.low >= gate:
        return StrataVerdict("given", gate, worst, f"strata given: {shown} is not under {gate:g}")
    if worst.high < gate:
        return StrataVerdict("refused", gate, worst, f"strata refused: {shown} is under {gate:g}")
    under = "is under" if worst.icc < gate else "may be under"
    reason = f"strata refused: {shown} {under} {gate:g}; undecided, for the interval includes {gate:g}"
    return StrataVerdict("undecided", gate, worst, reason)


def _icc(ratio: float, each: float) -> float:
    return (ratio - 1) / (ratio + each - 1)


def _repeated(numbers: Values, members: Members) -> tuple[Values, Members]:
    """Those of people with two or more, people numbered anew."""
    repeated = np.bincount(members)[members] >= 2
    return numbers[repeated], np.unique(members[repeated], return_inverse=True)[1]


def _checked(values: ArrayLike, person: ArrayLike, level: float) -> tuple[Values, Members]:
    """Values as floats, and people as numbers from 0."""
    try:
        numbers, names = np.asarray(values, dtype=np.float64).ravel(), np.asarray(person).ravel()
        members = np.unique(names, return_inverse=True)[1]
    except (TypeError, ValueError) as error:
        raise BadArgument(
            "measurements of people are unusable",
            expected="numbers, and a person for each",
            got=str(error),
            remedy="leave out photographs that were not measured",
        ) from error
    if len(numbers) != len(names) or not np.isfinite(numbers).all() or not 0 < level < 1:
        raise BadArgument(
            "measurements of people are unusable",
            expected="a finite value and a person for each, and a level between 0 and 1",
            got=f"{len(numbers)} values, {int((~np.isfinite(numbers)).sum())} not finite, {len(names)} "
            f"people, level {level:g}",
            remedy="leave out what was not measured",
        )
    return numbers, members
