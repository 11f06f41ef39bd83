"""People searched for more than once: how much their searches are worth.

Two searches for one person tend to go the same way. How much so is estimated from the searches themselves.
Where few errors leave it open, the interval stays wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.measures import special
from fairlineup.measures.student import student

Floats = NDArray[np.float64]
ALIKE = np.array(
    [0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97]
)
PRIOR = np.gradient(ALIKE) / np.sqrt(ALIKE)  # Beta(1/2, 1), by the width of each step


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """How often each person was searched for."""

    at: NDArray[np.int64]  #: Which person each search is for, from 0, shape (n_searches,).
    times: NDArray[np.int64]  #: Searches of each person, shape (n_people,).

    @classmethod
    def of(cls, person: NDArray[np.int64]) -> Repeats:
        """From the probe person of each search."""
        dense = len(person) > 0 and person.min() >= 0 and person.max() < 4 * len(person)
        if dense:  # no sorting
            times = np.bincount(person)
            there = times > 0
            return cls((np.cumsum(there) - 1)[person], times[there])
        _, at, times = np.unique(person, return_inverse=True, return_counts=True)
        return cls(at, times)

    @property
    def people(self) -> int:
        """How many different people."""
        return len(self.times)

    @property
    def searches(self) -> int:
        """How many searches."""
        return len(self.at)

    @property
    def once(self) -> bool:
        """Whether nobody was searched for twice."""
        return self.people == self.searches

    def sums(self, of_search: NDArray[np.bool_] | Floats) -> Floats:
        """Total of each person, shape (n_people,)."""
        weights = np.asarray(of_search, np.float64)
        return np.bincount(self.at, weights, self.people).astype(np.float64, copy=False)

    def worth_of_none(self, level: float = 0.95) -> float:
        """Number of independent searches with the same upper end after no error as these searches.

        After no error the interval has to hold the highest rate that would still have a chance of
        (1 - level) / 2 to give none, whoever the people are and however their searches go together: those who
        err then are the ones searched for most. As many as the people where all were searched for equally
        often, as many as the searches where nobody was twice.

        Source: Clopper and Pearson 1934 for people with rates of their own, maximized (Lagrange).
        """
        if not self.searches:
            return 0.0
        most = np.sort(self.times)[::-1].astype(np.float64)
        if most[0] == most[-1]:
            return float(self.people)
        chance = math.log((1 - level) / 2)
        kept = np.exp((chance + np.cumsum(np.log(most))) / np.arange(1, self.people + 1))
        last = int(np.argmax(kept >= np.append(most[1:], 0.0)))
        bound = float((most[: last + 1] - kept[last]).sum()) / self.searches
        return chance / math.log1p(-bound)

    def alike(self, errors: Floats) -> float:
        """Correlation of two searches of a person: mean over its beta-binomial likelihood.

        Args:
            errors: of each person, shape (n_people,).

        Returns: from 0, where nobody was searched for twice, to 1, which also stands where all searches went
            one way.
        Source: Williams 1975 (beta-binomial), prior Beta(1/2, 1) on the correlation.
        """
        share = float(errors.sum()) / max(self.searches, 1)
        several = self.times > 1
        if not several.any():
            return 0.0
        if not 0 < share < 1:
            return 1.0
        span = int(self.times.max()) + 1
        codes, people = np.unique(
            self.times[several] * span + np.rint(errors[several]).astype(np.int64), return_counts=True
        )
        times, wrong = np.divmod(codes, span)
        likelihood = np.exp(_log_likelihood(times, wrong, people, share)) * PRIOR
        return float(likelihood @ ALIKE / likelihood.sum())

    def design_effect(self, residuals: Floats, unit: float, alike: float, level: float = 0.95) -> float:
        """Variance of a mean over searches, over that of as many independent searches.

        It is the greater of two: what follows from the correlation of a person's searches, and what people's
        totals show (which counts that people searched for often may be other people). The second is trusted
        as far as its degrees of freedom go.

        Args:
            residuals: a person's total less what they would have at the mean, shape (n_people,).
            unit: variance of a single search; above 0.
            alike: correlation of two searches of a person.
            level: of the interval that it is for.

        Returns: 1 or more; 1 where nobody was searched for twice, infinite for one person.
        Source: Kish 1965; Korn and Graubard 1998 (effective trials, with t for few people);
            degrees of freedom by Satterthwaite 1946.
        """
        if self.once:
            return 1.0
        if self.people < 2:
            return math.inf
        n, people = self.searches, self.people
        weights = self.times * (1 + alike * (self.times - 1.0))
        model = (n - 1) / max(n**2 / float(weights.sum()) - 1, 1e-9)
        found = float(residuals @ residuals) * people / (people - 1) * (n - 1) / (n**2 * unit)
        freedom = float(weights.sum()) ** 2 / float(weights @ weights) - 1
        behind = (n - 1) / max(found, model)
        beyond = max(0.0, found - model)
        return model * _reach(people - 1, behind, level) + beyond * _reach(freedom, behind, level)

    def worth(self, of_search: NDArray[np.bool_] | Floats, level: float = 0.95) -> float:
        """Independent searches that these are, for the share of some outcome.

        Args:
            of_search: true or false, or a probability in [0, 1], shape (n_searches,).
            level: of the interval that it is for.
        """
        if self.once:
            return float(self.searches)
        errors = self.sums(of_search)
        share = min(float(errors.sum()) / self.searches, 1.0)
        unit = share * (1 - share)
        if unit <= 0:
            return self.worth_of_none(level)
        effect = self.design_effect(errors - share * self.times, unit, self.alike(errors), level)
        return 1 + (self.searches - 1) / effect


def _log_likelihood(
    times: NDArray[np.int64], wrong: NDArray[np.int64], people: NDArray[np.int64], share: float
) -> Floats:
    """Log likelihood of each correlation, up to a constant, shape (correlations,)."""
    every = (1 / ALIKE - 1)[:, None]
    yes, no = share * every, (1 - share) * every
    log = special.gammaln
    terms = log(wrong + yes) - log(yes) + log(times - wrong + no) - log(no) - log(times + every) + log(every)
    found: Floats = terms @ people
    less: Floats = found - found.max()
    return less


def _reach(freedom: float, behind: float, level: float) -> float:
    """By how much to widen a variance of so few degrees of freedom, beside independent searches."""
    return 1.0 if freedom >= behind else (student(freedom, level) / student(behind, level)) ** 2
