"""A published count of wrong flags, cross-examined: what follows from it, what does not, what it assumes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fairlineup.measures.arguments import BadArgument
from fairlineup.measures.differentials.contrasts import Contrast, Counts, compare_groups
from fairlineup.measures.differentials.power import people_needed, power_two_proportions
from fairlineup.measures.identification.identification import flagged_per_1000
from fairlineup.measures.proportions import clopper_pearson, proportion, zero_error_bound
from fairlineup.measures.verification.verification import (
    implied_false_match_rate,
    implied_false_positive_identification_rate,
)
from fairlineup.records import Estimate, Measured, NotMeasured

UNTOLD = "how many people were searched among is not told"
NOBODY = "nobody was flagged: there is a bound and no rate"
FARTHEST = 10  # times the gallery tested; beyond, only the model says so
MOVED = 2
MOST_FOR_BOSCHLOO = 4_000_000  # tables it goes through
AMAZON_GALLERY = 850_000
FBI_GALLERY = 30_000_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A count somebody published.

    Raises:
        BadInput: more flagged than searched, an empty gallery, groups that do not add up to the whole.
    """

    #: Searches that returned at least one person, though nobody searched for was there to be found.
    flagged: int
    searches: int  #: Searches, each for a different person.
    gallery: int | None = None  #: People searched among, N; None where not stated.
    one: Counts | None = None  #: Flagged and searched of a group, None where not stated.
    others: Counts | None = None  #: Flagged and searched of everybody else.
    level: float = 0.95  #: Coverage of intervals.

    def __post_init__(self) -> None:
        whole = Counts(self.flagged, self.searches)
        if self.searches < 1 or not 0 <= self.flagged <= self.searches:
            raise _impossible("the claim", "flagged/searches, as 28/535", _said(whole))
        if not 0.5 <= self.level < 1:
            raise _impossible("the level", "0.5 up to under 1, as 0.95", str(self.level))
        _check_gallery("the gallery", self.gallery)
        if (self.one is None) != (self.others is None):
            raise _impossible("the groups", "both groups, or neither", "one of them")
        if self.one is not None and self.others is not None:
            _check_sum(whole, self.one, self.others)


@dataclass(frozen=True, slots=True)
class AtSize:
    """The binomial model carried to another gallery."""

    gallery: int  #: People in it.
    times: float  #: How many times the gallery that was tested.
    fpir: float | NotMeasured  #: What the model gives at the claim's rate; NotMeasured for a result of zero.
    low: float  #: The same at the lower end of the claim's interval; 0 for a result of zero.
    high: float  #: The same at the upper end; at the one-sided bound for a result of zero.

    @property
    def too_far(self) -> bool:
        """Over ten times the gallery tested: only the model says so, no measurement supports it."""
        return self.times > FARTHEST


@dataclass(frozen=True, slots=True)
class Zero:
    """What a result of nobody flagged shows."""

    searches: int  #: As many as in the claim.
    bound: float  #: One-sided upper bound of FPIR.
    gallery: int | None  #: People searched among, None where not stated.
    fmr_bound: float | NotMeasured  #: What the bound means per comparison under the binomial model.
    at: tuple[AtSize, ...]  #: The bound at other galleries, under the same model.


@dataclass(frozen=True, slots=True)
class Sides:
    """Two groups in the claim."""

    contrast: Contrast  #: Ratio, p-values and what could have been found.
    one: Measured  #: FPIR of the first group.
    others: Measured  #: FPIR of the other.
    #: The same contrast if two of the flagged had been of the group less often flagged.
    moved: Contrast | NotMeasured
    #: Power of Fisher's exact test of as many people at these rates.
    power: float | NotMeasured
    people_needed: int | NotMeasured  #: People in each of two equal groups for a power of 0.8 at these rates.
    #: How many comparisons may be tried for this one still to hold (Bonferroni).
    comparisons_survived: int | NotMeasured
    boschloo: float | NotMeasured  #: Two-sided p-value of Boschloo's test, where it was asked for.


@dataclass(frozen=True, slots=True)
class Argument:
    """Everything that follows from a claim."""

    claim: Claim  #: As it was made.
    fpir: Estimate  #: Flagged over searches, with Clopper-Pearson's interval.
    wilson: Measured  #: The same with Wilson's.
    per_1000: Measured  #: People flagged in 1,000 searches.
    fmr: Measured  #: FMR that the binomial model needs to give this FPIR; a statement about the model.
    at: tuple[AtSize, ...]  #: FPIR at other galleries under the same model.
    sides: Sides | None  #: The groups, None where none were stated.
    zero: Zero  #: What would follow had nobody been flagged.
    is_congress_2018: bool  #: These are the counts of the Congress test of 2018.
    reconstructed: bool  #: The groups are those reconstructed from its published percentages.


@dataclass(frozen=True, slots=True)
class Questions:
    """What else is asked of a claim."""

    #: Gallery sizes the binomial model is carried to; empty: some that were in the news.
    at: tuple[int, ...] = ()
    #: Gallery of a test that flagged nobody; None: that of the claim, or for the Congress test of 2018 the
    #: 850,000 of the answer it got.
    zero_gallery: int | None = None
    boschloo: bool = False  #: Whether Boschloo's test is made; it takes long for large groups.


def examine(claim: Claim, questions: Questions | None = None) -> Argument:
    """Work out what follows from a claim.

    Args:
        claim: counts of non-mated searches, a row a person.
        questions: what else is asked.

    Raises: BadInput: a gallery of no people.
    Source: the test of the ACLU, July 2018. Not: a measurement; the counts are taken as they are told.
    """
    asked = questions or Questions()
    for size in (*asked.at, asked.zero_gallery):
        _check_gallery("a gallery size", size)
    congress = (claim.flagged, claim.searches, claim.gallery) == (28, 535, CONGRESS_2018.gallery)
    same_groups = {claim.one, claim.others} == {CONGRESS_2018.one, CONGRESS_2018.others}
    x, n = claim.flagged, claim.searches
    fpir = Estimate(x / n, *clopper_pearson(x, n, claim.level), x, n, "Clopper-Pearson", claim.level, n)
    return Argument(
        claim=claim,
        fpir=fpir,
        wilson=proportion(x, n, people=n, level=claim.level, method="wilson"),
        per_1000=flagged_per_1000(fpir),
        fmr=_implied(fpir, claim.gallery),
        at=_at_sizes(claim, fpir, asked.at),
        sides=_sides(claim.one, claim.others, claim.level, boschloo=asked.boschloo)
        if claim.one and claim.others
        else None,
        zero=_zero(claim, asked, congress=congress),
        is_congress_2018=congress,
        reconstructed=(x, n) == (28, 535) and same_groups,
    )


def _implied(fpir: Estimate, gallery: int | None) -> Measured:
    """FMR under the binomial model, its interval the ends of FPIR's."""
    counts = (fpir.errors, fpir.trials, fpir.people)
    if gallery is None:
        return NotMeasured(UNTOLD, *counts)
    if fpir.errors == 0:
        return NotMeasured(NOBODY, *counts)
    if fpir.errors == fpir.trials:
        return NotMeasured("every search was flagged: any higher rate would do the same", *counts)
    value, low, high = (implied_false_match_rate(rate, gallery) for rate in (fpir.value, fpir.low, fpir.high))
    method = f"{fpir.method}, carried over by 1 - (1 - FPIR)^(1/N)"
    return replace(fpir, value=value, low=low, high=high, method=method)


def _at_sizes(claim: Claim, fpir: Estimate, sizes: tuple[int, ...]) -> tuple[AtSize, ...]:
    if claim.gallery is None or fpir.errors in (0, fpir.trials):
        return ()
    base = claim.gallery
    wanted = sizes or _in_the_news(base, (100_000, AMAZON_GALLERY))
    return tuple(
        AtSize(n, n / base, *(_carried(rate, base, n) for rate in (fpir.value, fpir.low, fpir.high)))
        for n in wanted
    )


def _in_the_news(gallery: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The larger of these sizes, up to a hundredfold; else ten times the gallery."""
    return tuple(n for n in sizes if gallery < n <= 100 * gallery) or (FARTHEST * gallery,)


def _carried(fpir: float, gallery: int, size: int) -> float:
    return implied_false_positive_identification_rate(implied_false_match_rate(fpir, gallery), size)


def _zero(claim: Claim, asked: Questions, *, congress: bool) -> Zero:
    bound = zero_error_bound(claim.searches, claim.level)
    gallery = asked.zero_gallery or (AMAZON_GALLERY if congress else claim.gallery)
    if gallery is None:
        return Zero(claim.searches, bound, None, NotMeasured(UNTOLD), ())
    sizes = asked.at or _in_the_news(gallery, (FBI_GALLERY,))
    none = NotMeasured(NOBODY, 0, claim.searches, claim.searches)
    at = tuple(AtSize(n, n / gallery, none, 0.0, _carried(bound, gallery, n)) for n in sizes)
    return Zero(claim.searches, bound, gallery, implied_false_match_rate(bound, gallery), at)


def _sides(one: Counts, others: Counts, level: float, *, boschloo: bool) -> Sides:
    contrast = compare_groups(one.errors, one.people, others.errors, others.people, level)
    p, withheld = contrast.fisher_two_sided, _no_difference(one, others)
    return Sides(
        contrast=contrast,
        one=proportion(one.errors, one.people, people=one.people, level=level),
        others=proportion(others.errors, others.people, people=others.people, level=level),
        moved=_moved(one, others, level),
        power=withheld or power_two_proportions(one.rate, one.people, others.rate, others.people, level),
        people_needed=withheld or people_needed(one.rate, others.rate, level=level),
        comparisons_survived=p if isinstance(p, NotMeasured) else int((1 - level) / p + 1e-9),
        boschloo=boschloo_two_sided(one, others) if boschloo else NotMeasured("not asked for"),
    )


def _moved(one: Counts, others: Counts, level: float) -> Contrast | NotMeasured:
    """The contrast with two flagged people moved out of the group more often flagged; all else as it was."""
    if min(one.people, others.people) == 0 or one.rate == others.rate:
        return NotMeasured("the groups do not differ")
    step = MOVED if one.rate > others.rate else -MOVED
    a, b = one.errors - step, others.errors + step
    if not (0 <= a <= one.people and 0 <= b <= others.people):
        return NotMeasured(f"fewer than {MOVED} flagged people could have been in the other group")
    return compare_groups(a, one.people, b, others.people, level)


def _no_difference(one: Counts, others: Counts) -> NotMeasured | None:
    if min(one.people, others.people) == 0:
        return NotMeasured("a group has no people")
    if min(one.errors, others.errors) == 0:
        return NotMeasured("a group has no errors: its rate is not known well enough to plan with")
    return NotMeasured("the groups have the same rate") if one.rate == others.rate else None


def boschloo_two_sided(one: Counts, others: Counts) -> float | NotMeasured:
    """P-value of Boschloo's test, which takes the people of each group as given and the flagged as chance.

    Source: Boschloo 1970, two-sided as twice the lesser side. Not: Fisher's, which also takes as given how
    many were flagged in all.
    """
    if min(one.people, others.people) == 0:
        return NotMeasured("a group has no people")
    if (one.people + 1) * (others.people + 1) > MOST_FOR_BOSCHLOO:
        return NotMeasured("the groups are too large for this test; Fisher's serves as well")
    if one.errors + others.errors in (0, one.people + others.people):
        return 1.0
    from scipy import stats  # a second to load

    columns = np.array(  # scipy holds the sums of columns fixed, so a column is a group
        [[one.errors, others.errors], [one.people - one.errors, others.people - others.errors]]
    )
    return float(stats.boschloo_exact(columns).pvalue)


def _check_gallery(name: str, people: int | None) -> None:
    if people is not None and people < 1:
        raise _impossible(name, "1 person or more", str(people))


def _check_sum(whole: Counts, one: Counts, others: Counts) -> None:
    for group in (one, others):
        if group.people < 1 or not 0 <= group.errors <= group.people:
            raise _impossible("a group", "flagged/searched, as 11/107", _said(group))
    total = Counts(one.errors + others.errors, one.people + others.people)
    if total != whole:
        got = f"{_said(one)} and {_said(others)}, together {_said(total)}"
        raise _impossible("the groups", f"two that add up to {_said(whole)}", got)


def _said(counts: Counts) -> str:
    return f"{counts.errors}/{counts.people}"


def _impossible(what: str, expected: str, got: str) -> BadArgument:
    return BadArgument(f"{what} cannot be meant", expected=expected, got=got, remedy="correct the numbers")


CONGRESS_2018 = Claim(28, 535, 25_000, Counts(11, 107), Counts(17, 428))
