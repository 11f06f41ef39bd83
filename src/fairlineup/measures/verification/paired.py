"""Two systems on the same people: who goes wrong with both, with one only, and how the rates differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.arguments import BadArgument, check_column
from fairlineup.measures.proportions import garwood, wilson
from fairlineup.measures.repeats import Repeats
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

FEWEST_FOR_A_RATIO = 10  # people with an error on either side
MOST_STEPS = 30  # of the search for a detectable difference
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedPeople:
    """People by what two systems did to them; with several searches an error in any of them counts."""

    both: int  #: People with an error of either system.
    first_only: int  #: People with an error of the first system alone.
    second_only: int  #: People with an error of the second alone.
    neither: int  #: People with no error of either.

    @property
    def people(self) -> int:
        """Everybody."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def discordant(self) -> int:
        """People with an error of one system alone."""
        return self.first_only + self.second_only


def paired_people(first: Flags, second: Flags, person: NDArray[np.int64]) -> PairedPeople:
    """Count people by the outcomes of the same searches put to two systems.

    Args:
        first: whether each search is an error of the first system, shape (n_searches,).
        second: of the second, in the same order.
        person: probe person of each search.

    Raises: BadInput: the columns do not fit each other.
    """
    _check(first, second, person)
    people, at = np.unique(person, return_inverse=True)
    one, other = np.zeros((2, len(people)), np.bool_)
    one[at[first]] = True
    other[at[second]] = True
    return PairedPeople(
        int((one & other).sum()),
        int((one & ~other).sum()),
        int((~one & other).sum()),
        int((~one & ~other).sum()),
    )


def mcnemar_exact(first_only: int, second_only: int) -> float:
    """McNemar's exact p-value, two-sided: chance of so uneven a split of errors if both systems err alike.

    Args:
        first_only: people with an error of the first system alone; a person counts once.
        second_only: people with an error of the second alone.

    Returns: p in (0, 1]; 1 where nobody has an error of one system alone.
    Raises: BadInput: counts below 0.
    Source: McNemar 1947, by the binomial. Not: the size of the difference, nor the chance that there is none.
    """
    if min(first_only, second_only) < 0:
        raise _wrong("counts of 0 or more", f"{first_only} and {second_only}")
    fewer, people = min(first_only, second_only), first_only + second_only
    return float(min(1.0, 2 * special.bdtr(fewer, people, 0.5))) if people else 1.0


def paired_difference(
    first: Flags, second: Flags, person: NDArray[np.int64], level: float = 0.95
) -> Measured:
    """How much higher the second system's error rate is on the same searches, with the person as the unit.

    Newcombe's interval on effective counts: where people were searched for more than once, the table of
    searches is scaled to as many independent searches as they are worth for the difference (`Repeats`). A
    bootstrap by person was tried beside it: with few people on whom the systems differ it covers far too
    little, and with nobody it claims certainty (`fairlineup help measures/versus`).

    Args:
        first: whether each search is an error of the first system, shape (n_searches,).
        second: of the second, in the same order.
        person: probe person of each search.
        level: two-sided coverage.

    Returns: second rate less first, in [-1, 1]; `errors` counts searches on which they differ.
    Raises: BadInput: the columns do not fit each other.
    Source: Newcombe 1998 (paired), method 10. Not: a difference between people who were not searched for.
    """
    _check(first, second, person)
    if not len(person):
        return NotMeasured("no searches in common", 0, 0, 0)
    repeats = Repeats.of(person)
    apart = second.astype(np.float64) - first
    effective = _worth(apart - apart.mean(), first != second, repeats, level)
    cells = [int(one.sum()) for one in (first & second, second & ~first, first & ~second)]
    table = np.array([*cells, len(person) - sum(cells)]) * (effective / len(person))
    low, high = newcombe_paired(table, level)
    value = (cells[1] - cells[2]) / len(person)
    words = "Newcombe's paired interval on people"
    if not repeats.once:
        words += (
            f" ({len(person)} searches of {repeats.people} people count as {effective:.6g} independent ones)"
        )
    behind = cells[1] + cells[2], len(person), words, level, repeats.people
    return Estimate(value, min(low, value), max(high, value), *behind)


def newcombe_paired(table: Floats, level: float = 0.95) -> tuple[float, float]:
    """Interval of (second + both) / n less (first + both) / n.

    Args:
        table: both, second only, first only, neither; need not be whole, so that effective counts can be
            given.
        level: two-sided coverage.

    Source: Newcombe 1998, Statistics in Medicine 17, 2635, method 10. Raises: BadInput: nobody in the table.
    """
    n = float(table.sum())
    if n <= 0 or (table < 0).any():
        raise _wrong("counts of 0 or more, some above 0", f"{table.tolist()}")
    both, second, first, neither = (float(one) for one in table)
    p, q = (both + second) / n, (both + first) / n
    (p_low, p_high), (q_low, q_high) = wilson(p * n, n, level), wilson(q * n, n, level)
    margins = (both + second) * (first + neither) * (both + first) * (second + neither)
    product = both * neither - second * first
    product = max(product - n / 2, 0.0) if product > 0 else product
    phi = product / math.sqrt(margins) if margins > 0 else 0.0
    down = _away(p - p_low, q_high - q, phi)
    up = _away(p_high - p, q - q_low, phi)
    return max(-1.0, p - q - down), min(1.0, p - q + up)


def paired_ratio(first: Flags, second: Flags, person: NDArray[np.int64], level: float = 0.95) -> Measured:
    """The second system's error rate over the first's, on the same searches.

    Returns: a ratio above 0; NotMeasured where either has under 10 people with an error.
    Raises: BadInput: the columns do not fit each other.
    Source: Desu and Raghavarao 2004, log scale, times the design effect of several searches of a person
        (`Repeats`); where the systems differ on nobody, as many as Poisson leaves possible.
    Not: how good either is.
    """
    _check(first, second, person)
    wrong = [len(np.unique(person[one])) for one in (first, second)]
    searches, people = len(person), len(np.unique(person))
    parted = int(np.count_nonzero(first != second))
    if min(wrong) < FEWEST_FOR_A_RATIO:
        reason = f"a ratio needs {FEWEST_FOR_A_RATIO} people with an error on both sides"
        return NotMeasured(reason, parted, searches, people)
    repeats = Repeats.of(person)
    a, b = np.count_nonzero(first), np.count_nonzero(second)
    if parted:
        each = searches / _worth(second / b - first / a, first != second, repeats, level)
        z = float(-special.ndtri((1 - level) / 2))
        factor = math.exp(z * math.sqrt(parted * each / (a * b)))
    else:
        factor = 1 + garwood(0, level)[1] * searches / repeats.worth_of_none(level) / a
    value = b / a
    words = "log-normal for paired rates, on people"
    return Estimate(value, value / factor, value * factor, parted, searches, words, level, people)


def difference_of_independent(one: Measured, other: Measured) -> Measured:
    """One number less another of other people, from the interval of each.

    Used for a gap between two groups, and for how a gap changed from one system to the next.

    Returns: NotMeasured where either is; `errors` and `trials` are of both.
    Source: MOVER (Zou and Donner 2008; Newcombe 1998 for two proportions).
    Not: for two numbers of the same people.
    """
    if isinstance(one, NotMeasured):
        return one
    if isinstance(other, NotMeasured):
        return other
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    people = None if one.people is None or other.people is None else one.people + other.people
    words = f"MOVER of two intervals ({one.method})"
    errors, trials = one.errors + other.errors, one.trials + other.trials
    return Estimate(value, low, high, errors, trials, words, one.level, people)


def detectable_difference(
    people: int, discordant: int, power: float = 0.8, level: float = 0.95
) -> float | NotMeasured:
    """Least difference of rates that McNemar's exact test of so many people finds with this power.

    It belongs beside every result that found nothing. Systems are taken to differ on as many people as they
    did, or on as many as the difference itself needs if that is more.

    Args:
        people: searched for.
        discordant: of them, those with an error of one system alone.
        power: chance to find it.
        level: of the test.

    Returns: in (0, 1]; NotMeasured where no difference could have been found.
    Raises: BadInput: more discordant people than people.
    Source: McNemar 1947, power by the exact binomial. Not: a bound on the true difference.
    """
    if not 0 <= discordant <= people:
        raise _wrong(f"0 to {people} people on whom the systems part", str(discordant))

    def lacking(difference: float) -> bool:
        return _power(people, max(discordant / people, difference), difference, 1 - level) < power

    if people == 0 or lacking(1.0):
        return NotMeasured("so few people could not have found any difference", people=people)
    low, high = 0.0, 1.0
    for _ in range(MOST_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if lacking(middle) else (low, middle)
    return high


def _power(people: int, parted: float, difference: float, alpha: float) -> float:
    """Chance that the test finds it, where systems part on a share of people."""
    numbers = np.arange(people + 1)
    often = special.bdtr(numbers, people, parted) - np.append(0.0, special.bdtr(numbers[:-1], people, parted))
    likely = numbers[often > 1e-9]
    share = min(1.0, (1 + difference / parted) / 2) if parted > 0 else 0.5
    most = _most_fewer(likely, alpha)
    found = special.bdtr(most, likely, 1 - share) + special.bdtr(most, likely, share)
    found = np.where(most >= 0, found, 0.0)
    return float(often[likely] @ found)


def _most_fewer(people: NDArray[np.int64], alpha: float) -> NDArray[np.int64]:
    """The most of the fewer kind with which the test still finds something; -1 where it never does."""
    most = np.floor(special.bdtrik(alpha / 2, np.maximum(people, 1), 0.5))
    most = np.where(np.isfinite(most), most, -1.0)
    for step in (1.0, -1.0, -1.0):  # the inverse is of the continued function: it may be one off
        inside = (most + step >= 0) & (most + step < people)
        tail = special.bdtr(np.where(inside, most + step, 0.0), np.maximum(people, 1), 0.5)
        here = special.bdtr(np.maximum(most, 0.0), np.maximum(people, 1), 0.5)
        if step > 0:
            most = np.where(inside & (2 * tail <= alpha), most + step, most)
        else:
            most = np.where((most >= 0) & (2 * here > alpha), most + step, most)
    return most.astype(np.int64)


def _worth(apart: Floats, parted: Flags, repeats: Repeats, level: float) -> float:
    """Independent searches that these are, for the mean of something of each that is 0 on the whole."""
    unit = float((apart**2).mean())
    if repeats.once:
        return float(repeats.searches)
    if unit == 0:
        return repeats.worth_of_none(level)
    effect = repeats.design_effect(repeats.sums(apart), unit, repeats.alike(repeats.sums(parted)), level)
    return 1 + (repeats.searches - 1) / effect


def _away(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(one**2 - 2 * phi * one * other + other**2, 0.0))


def _check(first: Flags, second: Flags, person: NDArray[np.int64]) -> None:
    check_column("first", first, len(person), "b")
    check_column("second", second, len(person), "b")
    check_column("person", person, len(person), "iu")


def _wrong(expected: str, got: str) -> BadInput:
    return BadArgument(
        "the outcomes of two systems do not fit",
        expected=expected,
        got=got,
        remedy="count people searched for with both systems, once each",
    )
