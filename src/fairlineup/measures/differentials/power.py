"""What Fisher's exact test can find: its exact power for two groups, and the people or the ratio it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import TooLittleData, check_least, check_rate, out_of_range
from fairlineup.records import NotMeasured

TIE = 1e-9  # relative; tables this close in probability count as equal
HOLDS = 20  # sizes beyond the one returned that must keep the power
MOST_PEOPLE = 10**18
FARTHEST = 1000  # times the first group: more people in the other make no visible difference
MANY = 3000  # errors, and people without, of both groups: beyond, the normal approximation is as good
BLOCK = 400_000  # tables held at once; where there are more, some totals of errors are skipped

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def power_two_proportions(p_a: float, n_a: int, p_b: float, n_b: int, level: float = 0.95) -> float:
    """Chance that Fisher's exact test, two-sided, of n_a against n_b people finds two true rates differ.

    Exact: every outcome is gone through but for some 1e-9 of the probability. It takes about a millisecond
    for some hundred people, two for 300 against 3,000, and 40 for 25,000 against 25,000 at 8 and 4 %: it
    grows with the errors to be expected, not with the people. Over 3,000 expected errors in both groups it
    is Yates's normal approximation, which then differs by under 0.005. Between a small group and a very
    large one it skips numbers of errors in all that differ too little to matter (1e-4).

    Raises: BadInput: no people, or a rate outside 0 to 1.
    Source: Fisher 1935; two-sided by the probability of tables, as `scipy.stats.fisher_exact`. Not: the
        chance that a difference found is real; nor the power of a test without Fisher's condition.
    """
    return _Test(n_a, n_b, 1 - level).power(p_a, p_b)


def people_needed(p_a: float, p_b: float, power: float = 0.8, level: float = 0.95) -> int:
    """People in each of two equal groups for Fisher's exact test, two-sided, to find this difference.

    Power is a sawtooth in people: one more can lower it. The number given has the power, one fewer has not,
    and none of the next 20 sizes loses it again.

    Raises: BadInput: two equal rates, a rate outside 0 to 1, a power outside (level's error, 1).
    Source: `power_two_proportions`, searched. Not: `people_needed_approximately`, which is smaller.
    """
    fewest = people_needed_approximately(p_a, p_b, power, level)

    def lacks(n: int) -> bool:
        return power_two_proportions(p_a, n, p_b, n, level) < power

    while fewest > 0 and not lacks(fewest):
        fewest = fewest * 3 // 4
    found = _least(lacks, fewest, MOST_PEOPLE)
    if found is None:
        raise out_of_range(
            "the difference", f"one that {MOST_PEOPLE:,} people show", f"{p_a:g} against {p_b:g}"
        )
    return found


def people_needed_approximately(p_a: float, p_b: float, power: float = 0.8, level: float = 0.95) -> int:
    """People in each of two equal groups by the closed formula that textbooks and other tools give.

    Raises: BadInput: two equal rates.
    Source: normal approximation, unpooled. Not: people for Fisher's exact test, which asks for more of equal
        groups, and of unequal ones for fewer where the smaller has the higher rate.
    """
    _differ(p_a, p_b)
    z = float(-special.ndtri((1 - level) / 2) + special.ndtri(power))
    return max(1, math.ceil(z**2 * (p_a * (1 - p_a) + p_b * (1 - p_b)) / (p_a - p_b) ** 2))


def others_needed(
    n_a: int, p_a: float, p_b: float, power: float = 0.8, level: float = 0.95
) -> int | NotMeasured:
    """People of group b to set against n_a of group a, for Fisher's exact test; found as `people_needed` is.

    NotMeasured where no number up to 1,000 times n_a has the power: chance in the first group alone is then
    too much.

    Raises: BadInput: no people in group a, two equal rates, or a rate outside 0 to 1.
    Source: `power_two_proportions`, searched in steps of a fifth and then between two of them.
    """
    _differ(p_a, p_b)
    check_least("the number of people in the first group", n_a)

    def lacks(n: int) -> bool:
        return power_two_proportions(p_a, n_a, p_b, n, level) < power

    reason = f"{n_a:,} people are too few, even against {FARTHEST:,} times as many"
    return _least(lacks, 0, FARTHEST * n_a) or NotMeasured(reason, people=n_a)


def detectable_risk_ratio(
    n_a: int, n_b: int, base_rate: float, power: float = 0.8, level: float = 0.95
) -> float | NotMeasured:
    """Least ratio above 1 that Fisher's exact test of n_a against n_b people finds with this power.

    It belongs beside every result that found nothing. NotMeasured where even the largest would be missed.
    It takes some ten times as long as `power_two_proportions`, less what is worked out once.

    Source: `power_two_proportions`, solved for the rate of a. Not: a bound on the true ratio.
    """
    if min(n_a, n_b) < 1 or not 0 < base_rate < 1:
        return NotMeasured("needs people in both groups and a base rate between 0 and 1", people=n_a + n_b)
    from scipy import optimize

    test = _Test(n_a, n_b, 1 - level)

    def lacking(ratio: float) -> float:
        return test.power(min(base_rate * ratio, 1.0), base_rate) - power

    low, high, most = 1.0, min(1.2, 1 / base_rate), 1 / base_rate
    while test.approximate(min(base_rate * high, 1.0), base_rate) < power and high < most:
        low, high = high, min(1.2 * high, most)
    while lacking(high) < 0:
        if high >= most:
            return NotMeasured("so few people could not have found any difference", people=n_a + n_b)
        low, high = high, min(1.1 * high, most)
    while low > 1 and lacking(low) > 0:
        low, high = max(1.0, low / 1.1), low
    return float(optimize.brentq(lacking, low, high, xtol=1e-6, rtol=1e-6))


@dataclass(slots=True)
class _Test:
    """Fisher's exact test of two sizes: for each total of errors, which counts in a are no finding."""

    n_a: int  #: People of the first group.
    n_b: int  #: People of the second.
    alpha: float  #: It finds at a p-value of at most this.
    step: int = 1  #: From one number of errors in all to the next.
    start: int = 0  #: The least that was worked out.
    #: For each from there on, fewest errors in a that are no finding.
    least: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    greatest: Whole = field(default_factory=lambda: np.zeros(0, np.int64))  #: The most.

    def __post_init__(self) -> None:
        check_least("a number of people", min(self.n_a, self.n_b))

    def power(self, p_a: float, p_b: float) -> float:
        """Chance of a finding at two true rates."""
        check_rate("a rate", p_a)
        check_rate("a rate", p_b)
        if min(n * min(p, 1 - p) for n, p in ((self.n_a, p_a), (self.n_b, p_b))) > MANY:
            return self.approximate(p_a, p_b)
        (low_a, chance_a), (low_b, chance_b) = _binomial(self.n_a, p_a), _binomial(self.n_b, p_b)
        low, many = low_a + low_b, len(chance_a) + len(chance_b) - 1
        step = self._step(low + many // 2, many)
        low -= low % step
        totals = np.arange(low, low_a + low_b + many, step)
        self._work_out(low, int(totals[-1]) + step, step)
        place = (totals - self.start) // step
        least, greatest = self.least[place], self.greatest[place]
        errors_a = least[:, None] + np.arange(int((greatest - least).max()) + 1)
        missed = _at(chance_a, errors_a - low_a) * _at(chance_b, totals[:, None] - errors_a - low_b)
        return float(np.clip(1 - step * missed[errors_a <= greatest[:, None]].sum(), 0, 1))

    def approximate(self, p_a: float, p_b: float) -> float:
        """Normal approximation, pooled, with Yates's correction, as comes nearest to Fisher's test."""
        pooled = (self.n_a * p_a + self.n_b * p_b) / (self.n_a + self.n_b)
        each = 1 / self.n_a + 1 / self.n_b
        needed = -special.ndtri(self.alpha / 2) * math.sqrt(pooled * (1 - pooled) * each) + each / 2
        error = math.sqrt(p_a * (1 - p_a) / self.n_a + p_b * (1 - p_b) / self.n_b)
        if error == 0:
            return float(abs(p_a - p_b) > needed)
        return float(special.ndtr((abs(p_a - p_b) - needed) / error))

    def _step(self, total: int, many: int) -> int:
        """A power of 2; over 1 only for too many tables and groups so unequal that skipping is harmless."""
        tables = many * _width(self.n_a, self.n_b, total)
        alike = (self.n_a + self.n_b) // (4 * min(self.n_a, self.n_b))
        return 1 << max(0, min(tables // BLOCK, alike).bit_length() - 1)

    def _work_out(self, start: int, end: int, step: int) -> None:
        """Extend `least` and `greatest` to cover `start` up to `end`, keeping what was worked out before."""
        known = self.start + len(self.least) * step
        if not len(self.least) or step != self.step or start > known or end < self.start:
            self.start, known, self.step = start, start, step
            self.least = self.greatest = np.zeros(0, np.int64)
        before, after = _no_finding(self, start, self.start), _no_finding(self, known, end)
        self.least = np.concatenate([before[0], self.least, after[0]])
        self.greatest = np.concatenate([before[1], self.greatest, after[1]])
        self.start = min(self.start, start)


def _no_finding(test: _Test, start: int, end: int) -> tuple[Whole, Whole]:
    """For each total of errors from `start` up to `end`, the counts in a between which nothing is found."""
    ends: list[tuple[Whole, Whole]] = []
    while start < end:
        upto = min(end, start + test.step * max(1, BLOCK // _width(test.n_a, test.n_b, start)))
        ends.append(_block(test, np.arange(start, upto, test.step)))
        start = upto
    if not ends:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate([low for low, _ in ends]), np.concatenate([high for _, high in ends])


def _block(test: _Test, totals: Whole) -> tuple[Whole, Whole]:
    """The same for a block of totals, from the hypergeometric probabilities of the plausible tables."""
    n_a, n_b = test.n_a, test.n_b
    width = max(_width(n_a, n_b, int(totals[0])), _width(n_a, n_b, int(totals[-1])))
    first = totals * n_a // (n_a + n_b) - width // 2
    errors = first[:, None] + np.arange(width)
    ways_a = _Ways.of(n_a, int(first[0]), int(first[-1]) + width)
    ways_b = _Ways.of(n_b, int(totals[0] - first[0]) - width, int(totals[-1] - first[-1]) + 1)
    logs = ways_a.at(errors) + ways_b.at(totals[:, None] - errors)
    chance = np.exp(logs - logs.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    mode = chance.argmax(axis=1)
    left = _first_kept(chance, mode, test.alpha)
    right = _first_kept(chance[:, ::-1], width - 1 - mode, test.alpha)
    return first + left, first + width - 1 - right


def _first_kept(chance: Floats, mode: Whole, alpha: float) -> Whole:
    """In each row, the first place whose two-sided p-value is over alpha; bisection over all rows at once."""
    row, width = np.arange(len(mode)), chance.shape[1]
    up_to = np.pad(np.cumsum(chance, axis=1), ((0, 0), (1, 0)))
    low, high = np.full(len(mode), -1), mode.copy()
    for _ in range(width.bit_length()):
        middle = (low + high) // 2
        inside = middle > low
        at = np.maximum(middle, 0)
        as_rare = chance[row, at] * (1 + TIE)
        near, far = mode.copy(), np.full(len(mode), width)
        for _ in range(width.bit_length()):
            between = (near + far) // 2
            rarer = chance[row, np.minimum(between, width - 1)] <= as_rare
            moves = between > near
            far = np.where(moves & rarer, between, far)
            near = np.where(moves & ~rarer, between, near)
        finds = up_to[row, at + 1] + (1 - up_to[row, far]) <= alpha * (1 + TIE)
        low = np.where(inside & finds, middle, low)
        high = np.where(inside & ~finds, middle, high)
    return high


@dataclass(frozen=True, slots=True)
class _Ways:
    """Logarithm of the number of ways to pick x of n, up to a constant; no way outside 0 to n."""

    start: int
    logs: Floats

    @classmethod
    def of(cls, n: int, start: int, end: int) -> _Ways:
        """For x from `start` up to `end`."""
        low, high = max(start, 0), min(end, n + 1)
        picked = np.arange(low + 1, max(high, low + 1), dtype=np.float64)
        return cls(low, np.concatenate([[0.0], np.cumsum(np.log((n + 1 - picked) / picked))]))

    def at(self, x: Whole) -> Floats:
        """At each x; minus infinity where there is no way."""
        return _at(self.logs, x - self.start, -math.inf)


def _binomial(n: int, p: float) -> tuple[int, Floats]:
    """The first count of errors worth keeping, and probabilities from there on; the rest is under 1e-9."""
    far = 6.5 * math.sqrt(n * p * (1 - p)) + 12
    low, high = max(0, math.floor(n * p - far)), min(n, math.ceil(n * p + far))
    x = np.arange(low, high + 1)
    logs = _Ways.of(n, low, high + 1).logs + special.xlogy(x, p) + special.xlog1py(n - x, -p)
    chance = np.exp(logs - logs.max())
    return low, chance / chance.sum()


def _width(n_a: int, n_b: int, total: int) -> int:
    """How many counts of errors in a are plausible for a total of errors; the others are under 1e-13."""
    n = n_a + n_b
    variance = total * (n_a / n) * (n_b / n) * max(0.0, (n - total) / max(1, n - 1))
    return min(2 * math.ceil(7.5 * math.sqrt(variance) + 15), 2 * min(n_a, n_b) + 3)


def _at(values: Floats, place: NDArray[np.int64], outside: float = 0.0) -> Floats:
    padded = np.concatenate([[outside], values, [outside]])
    found: Floats = padded[np.clip(place + 1, 0, len(values) + 1)]
    return found


def _least(lacks: Callable[[int], bool], fewest: int, farthest: int) -> int | None:
    """Least size over `fewest` that has the power, and keeps it for the next sizes; None up to `farthest`.

    Steps grow up to a fifth of the size; between the last two the search halves.
    """
    lost: int | None = fewest
    while lost is not None:
        low, step = lost, 1
        while lacks(low + step):
            low, step = low + step, min(2 * step, low // 5 + 1)
            if low >= farthest:
                return None
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if lacks(middle) else (low, middle)
        lost = next((n for n in range(high + 1, high + 1 + HOLDS) if lacks(n)), None)
    return high


def _differ(p_a: float, p_b: float) -> None:
    check_rate("a rate", p_a)
    check_rate("a rate", p_b)
    if p_a == p_b:
        raise TooLittleData(
            "no difference to find",
            expected="two rates that differ",
            got=f"{p_a} twice",
            remedy="change one",
        )
