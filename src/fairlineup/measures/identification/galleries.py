"""FPIR for galleries like the one searched: the people in it are a draw too, and probes share them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures.identification.searches import (
    Over,
    Searches,
    distinct,
    listed_people,
    require_non_mated,
)
from fairlineup.measures.proportions import clopper_pearson
from fairlineup.measures.repeats import Repeats
from fairlineup.measures.student import student
from fairlineup.measures.verification.dyads import MIN_FALSE_MATCHES
from fairlineup.measures.verification.resampling import USUAL, Resampling, draw_people
from fairlineup.records import Estimate, Measured, NotMeasured, so_many_people

FEWEST = 2.0  # people that a rate of galleries like this one is worth, or it is not supported
METHOD = (
    "Clopper-Pearson on effective people (probe people, and gallery people they share); "
    "kinds of people that are rarer than 3 in {people:,} of a gallery may be missing here"
)


@dataclass(frozen=True, slots=True, eq=False)
class MatchCounts:
    """Who matched whom in non-mated searches at one threshold, photographs consolidated to people."""

    #: Gallery people at or below the threshold in each search, shape (n_searches,).
    matched: NDArray[np.int64]
    person: NDArray[np.int64]  #: Probe person of each search, renumbered from 0, shape (n_searches,).
    row: NDArray[np.int64]  #: Search of each match, shape (n_matches,).
    gallery: NDArray[np.int64]  #: Gallery person of each match, renumbered from 0, shape (n_matches,).
    gallery_people: int  #: N.
    #: Probe person that each gallery person is, -1 for one who is not a probe; shape (matched gallery
    #: people,). None where probes and gallery are two sets of people.
    same: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, searches: Searches, threshold: float, over: Over = "all") -> MatchCounts:
        """The matches of these searches.

        Raises: MatedCandidateError: a candidate is the probe's own person.
        """
        require_non_mated(searches)
        used = searches.counted(over)
        row, listed = listed_people(used, threshold)
        probes, person = np.unique(used.person, return_inverse=True)
        known, gallery = np.unique(listed, return_inverse=True)
        return cls(
            matched=np.bincount(row, minlength=len(used)).astype(np.int64),
            person=person.astype(np.int64),
            row=row,
            gallery=gallery.astype(np.int64),
            gallery_people=used.gallery_people,
            same=_places(known, probes) if used.own_left_out else None,
        )

    def __len__(self) -> int:
        """How many searches there are."""
        return len(self.matched)

    @property
    def people(self) -> int:
        """Probe people."""
        return int(self.person.max(initial=-1)) + 1

    @property
    def flagged_people(self) -> int:
        """Probe people with a match in any of their searches."""
        return len(np.unique(self.person[self.row]))

    @property
    def flagged(self) -> int:
        """Searches in which anybody matched."""
        return int((self.matched > 0).sum())

    @property
    def numbers(self) -> NDArray[np.int64]:
        """0, 1, ... up to the most people matched in a search."""
        return np.arange(int(self.matched.max(initial=0)) + 1)

    @property
    def any_matched(self) -> NDArray[np.float64]:
        """Whether anybody matched, at 0, 1, ... matches."""
        return np.minimum(self.numbers, 1).astype(np.float64)

    def covariance(self, terms: NDArray[np.float64], of: NDArray[np.int64] | None = None) -> Covariance:
        """Covariance of means over searches of functions of how many people matched.

        With r_i the deviations of probe person i and c_j what all searches lose without gallery person j, of
        which d_ij falls on person i: sum_i r_i r_i' n / (n - 1) + sum_j c_j c_j' - sum_ij d_ij d_ij'. The
        last takes off the chance of a single pair, which the first already holds. The gallery's part is never
        below 0. With g_j = c_j^2 - sum_i d_ij^2, what gallery person j adds to it, as many gallery people are
        behind it as (sum g)^2 / sum g^2. Where probes and gallery are one set, r and c of one person are
        added before they are squared, and so are both directions of a pair: two people alike flag each other.

        Args:
            terms: each function at 0, 1, ... matches, shape (most matches + 1, functions).
            of: function of each search's group, so that functions are means over groups of searches, shape
                (n_searches,), negative for none; None where all are means over all searches.

        Source: Hoeffding's projections on both sides; the dyadic variance of `cell_rates`, for searches.
        """
        functions = terms.shape[1]
        member = np.ones((len(self), functions)) if of is None else np.equal.outer(of, np.arange(functions))
        share = member / np.maximum(member.sum(axis=0), 1)
        values = terms[self.matched]
        mean = (share * values).sum(axis=0)
        rows = _sums(self.person, share * (values - mean), self.people)
        taking_part = _sums(self.person, member.astype(np.float64), self.people) > 0
        n = np.maximum(taking_part.sum(axis=0), 2)
        rows *= np.sqrt(n / (n - 1))
        lost = share[self.row] * (values[self.row] - terms[np.maximum(self.matched[self.row] - 1, 0)])
        columns = _sums(self.gallery, lost, int(self.gallery.max(initial=-1)) + 1)
        pair, which = np.unique(
            self.person[self.row] * (len(columns) + 1) + self.gallery, return_inverse=True
        )
        pairs = _sums(which, lost, len(pair))
        added = columns**2 - _sums(pair % (len(columns) + 1), pairs**2, len(columns))
        if self.same is not None:
            pairs = _sums(np.unique(self._pairs(self.same), return_inverse=True)[1], lost, len(lost))
        total = columns.sum(axis=0)
        gallery = columns.T @ columns - np.outer(total, total) / max(self.gallery_people, 1) - pairs.T @ pairs
        if self.same is not None:
            there = np.flatnonzero(self.same >= 0)
            both = rows[self.same[there]].T @ columns[there]
            gallery += both + both.T
        return Covariance(mean, rows.T @ rows, _positive_part(gallery), _effective(added))

    def _pairs(self, same: NDArray[np.int64]) -> NDArray[np.int64]:
        """A number for the two people of each match of one set, the same either way round."""
        one, other = self.person[self.row], same[self.gallery]
        other = np.where(other >= 0, other, self.gallery + self.people)
        span = self.people + int(self.gallery.max(initial=-1)) + 1
        return np.minimum(one, other) * span + np.maximum(one, other)


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """Means over searches, with what chance in the probes and chance in the gallery do to them."""

    mean: NDArray[np.float64]  #: Shape (functions,).
    probes: NDArray[np.float64]  #: Covariance for this gallery, shape (functions, functions).
    gallery: NDArray[np.float64]  #: What is added for galleries like it, the same shape.
    #: Effective number of gallery people whom several probes share, shape (functions,); infinite where nobody
    #: is shared.
    behind: NDArray[np.float64]

    def total(self, level: float = 0.95) -> NDArray[np.float64]:
        """For galleries like it, for intervals of some level.

        The gallery's part is known as well as so many gallery people tell it. It is widened by Student's t of
        two degrees of freedom or more, since two matches of one person may be chance.
        """
        freedom = np.maximum(self.behind, 2.0)
        wide = np.array([student(one, level) for one in freedom]) / student(math.inf, level)
        both: NDArray[np.float64] = self.probes + self.gallery * np.outer(wide, wide)
        return both


def few_carry_it(rate: float, variance: float) -> str:
    """Why a rate of galleries like this one is not supported; blank where it is.

    Args:
        rate: of false positives, in [0, 1].
        variance: of it for galleries like this one, in all.
    """
    if 0 < rate < 1 and rate * (1 - rate) >= FEWEST * variance:
        return ""
    return "few gallery people are behind the false positives: how other galleries differ is not supported"


def fpir_for_galleries_like_it(
    searches: Searches, threshold: float, *, over: Over = "all", level: float = 0.95
) -> Measured:
    """FPIR(N) with the interval for other galleries of as many people drawn from where this one came from.

    The variance is that of the probe people plus sum_j u_j (u_j - 1) / n^2, with u_j the searches that
    gallery person j alone makes false positives: searches that share a gallery person go wrong together. It
    is read as an effective number of people, never more than there are, for Clopper-Pearson. The second part
    is widened by Student's t where few gallery people are behind it. Planted truth: covers 93 to 98 % with
    wolves and lambs on both sides, where resampling both sides covers 98 to 100 % (recentred) or 46 to 72 %
    (not recentred); 90 to 99 % where gallery people differ very much.

    Args:
        searches: non-mated searches.
        threshold: a candidate counts when distance <= threshold.
        over: "all" searches, or only those "processed".
        level: two-sided coverage.

    Returns: the same value as `false_positive_identification_rate`; NotMeasured under 10 flagged people or 10
        who are not, and where so few gallery people are behind the flags that two people would say as much.
    Raises: MatedCandidateError: a candidate is the probe's own person.
    Source: Hoeffding 1948 (projections); Korn and Graubard 1998 (effective Clopper-Pearson).
    Not: galleries of another size or another mix of people, nor this very gallery, for which
        `false_positive_identification_rate` is narrower. Kinds of gallery people of whom this gallery holds
        none (up to 3 in N people may be of such a kind) are not in it.
    """
    counts = MatchCounts.of(searches, threshold, over)
    errors, trials, people = counts.flagged, len(counts), counts.people
    value, found = errors / max(trials, 1), counts.covariance(counts.any_matched[:, None])
    worth = Repeats.of(counts.person).worth(counts.matched > 0, level)
    more = max(0.0, value * (1 - value) / max(worth, 1.0) - float(found.probes[0, 0]))
    variance = float(found.total(level)[0, 0]) + more
    reason = _too_few(counts) or few_carry_it(value, variance)
    if reason:
        return NotMeasured(reason, errors, trials, people)
    effective = value * (1 - value) / variance
    low, high = clopper_pearson(value * effective, effective, level)
    words = METHOD.format(people=counts.gallery_people)
    return Estimate(value, low, high, errors, trials, words, level, people)


def _too_few(counts: MatchCounts) -> str:
    for words, found in (
        ("flagged", counts.flagged_people),
        ("not flagged", counts.people - counts.flagged_people),
    ):
        if found < MIN_FALSE_MATCHES:
            return f"only {so_many_people(found)} {words}: how galleries differ takes {MIN_FALSE_MATCHES}"
    return ""


def fpir_replicates(
    counts: MatchCounts,
    group: NDArray[np.int64],
    groups: int,
    resampling: Resampling = USUAL,
    *,
    gallery: bool = True,
) -> NDArray[np.float64]:
    """False positive searches of each group had other people been drawn, shape (groups, replicates).

    Probe people are drawn within their groups. Drawing gallery people with replacement keeps only about 63 %
    of them, so each group's draws are brought back to its own rate. They are for how groups go together
    (max-T); their spread counts the chance of a single pair more than once and is too wide for an interval.

    Args:
        counts: matches of non-mated searches.
        group: of each search, shape (n_searches,); all searches of a person have the same.
        groups: how many there are.
        resampling: replicates and seed.
        gallery: whether gallery people are drawn too, for galleries like it.

    Source: two-way bootstrap by person, Owen 2007.
    """
    rng = np.random.default_rng(resampling.seed)
    strata = np.full(counts.people, -1, np.int64)
    strata[counts.person] = group
    weights = draw_people(rng, strata, resampling.replicates)[counts.person]
    flagged = np.zeros((len(counts), resampling.replicates), np.bool_)
    rows = np.unique(counts.row)
    if gallery and len(rows):
        there = drawn_at_all(rng, counts, resampling.replicates)
        first = np.flatnonzero(np.diff(counts.row, prepend=-1))
        flagged[rows] = np.maximum.reduceat(there[counts.gallery], first, axis=0)
    else:
        flagged[rows] = True
    wrong, times = np.where(flagged, weights, 0), np.asarray(weights, np.float64)
    rates = np.zeros((groups, resampling.replicates))
    for g in range(groups):
        here = group == g
        drawn = times[here].sum(axis=0)
        rates[g] = np.divide(wrong[here].sum(axis=0), drawn, out=np.zeros_like(drawn), where=drawn > 0)
        value, mean = float((counts.matched[here] > 0).mean()) if here.any() else 0.0, float(rates[g].mean())
        rates[g] *= value / mean if mean > 0 else 1.0
    return rates


def drawn_at_all(rng: np.random.Generator, counts: MatchCounts, replicates: int) -> NDArray[np.bool_]:
    """Whether each matched gallery person is among N drawn with replacement, shape (matched, replicates)."""
    matched = int(counts.gallery.max(initial=-1)) + 1
    times = rng.binomial(counts.gallery_people, matched / max(counts.gallery_people, 1), replicates)
    replicate = np.repeat(np.arange(replicates), times)
    there = np.zeros((matched, replicates), np.bool_)
    there[rng.integers(0, max(matched, 1), len(replicate)), replicate] = True
    return there


def searches_by_pair(counts: MatchCounts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different pairs (probe person, gallery person) that matched."""
    return distinct(counts.person[counts.row], counts.gallery)


def _places(of: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each code among sorted codes, -1 where it is not among them."""
    if not len(among):
        return np.full(len(of), -1, np.int64)
    at = np.minimum(np.searchsorted(among, of), len(among) - 1)
    return np.where(among[at] == of, at, -1).astype(np.int64)


def _effective(added: NDArray[np.float64]) -> NDArray[np.float64]:
    """Effective number of people behind sums over people, shape (sums,)."""
    some = np.maximum(added, 0.0)
    squares = (some**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        people: NDArray[np.float64] = np.where(squares > 0, some.sum(axis=0) ** 2 / squares, np.inf)
    return people


def _positive_part(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric matrix without its negative eigenvalues."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    kept: NDArray[np.float64] = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return kept


def _sums(at: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    total = np.zeros((size, values.shape[1]))
    np.add.at(total, at, values)
    return total
