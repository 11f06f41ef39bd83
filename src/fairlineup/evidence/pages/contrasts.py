"""Declared comparisons of two groups in sentences: ratio, chance, and the gap told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.figures import SIGNED, interval
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.sweep import UNDECLARED
from fairlineup.records import NotMeasured
from fairlineup.results import (
    Amount,
    ContrastTests,
    DeclaredContrast,
    Effect,
    FalseCandidates,
    GroupContrast,
    PublishedDecomposition,
)


class ContrastInWords(NamedTuple):
    """A declared comparison of two groups in words: whom against whom, and what was found."""

    heading: str
    says: list[str]


def comparison(subject: Report, declared: DeclaredContrast) -> ContrastInWords:
    """A declared comparison in words."""
    contrast = declared.contrast
    one, other = sides(contrast)
    a, b = contrast.one_counts, contrast.other_counts
    counts = (
        f"{words.count(a.errors)} of {words.count(a.people)} people flagged in {one}, "
        f"{words.count(b.errors)} of {words.count(b.people)} among {other}."
    )
    return ContrastInWords(f"{one} against {other}", [counts, *_says(subject, declared, one, other)])


def sides(contrast: GroupContrast) -> tuple[str, str]:
    """Both groups as a sentence names them."""
    other = "everyone else with a label" if contrast.other == "others" else f"“{contrast.other}”"
    return f"“{contrast.one}”", other


def _says(subject: Report, declared: DeclaredContrast, one: str, other: str) -> Iterator[str]:
    ratios, tests = declared.contrast.ratios, declared.p_values
    if isinstance(ratios, NotMeasured):
        yield f"Not compared: {ratios.reason}."
        return
    yield _ratio_sentence(subject, ratios.risk_ratio, one, other)
    yield from _together(subject, declared.simultaneous)
    yield _per_comparison(subject, ratios.fmr_ratio, one, other)
    if tests is None:
        yield f"No p-value: {UNDECLARED.reason}."
    elif isinstance(tests.fisher_two_sided, NotMeasured):
        yield f"No p-value: {tests.fisher_two_sided.reason}."
    else:
        yield _chance_sentence(declared, tests, tests.fisher_two_sided, one)
        if tests.fisher_two_sided > 1 - subject.results.statistics.level:
            yield _power_sentence(tests.detectable_ratio)


def _ratio_sentence(subject: Report, ratio: Amount | NotMeasured, one: str, other: str) -> str:
    if isinstance(ratio, NotMeasured):
        return f"How many times as likely was not measured: {ratio.reason}."
    value, low, high = (words.ratio_number(end) for end in (ratio.value, ratio.low, ratio.high))
    return (
        f"Someone in {one} was {value} times as likely to be flagged as someone among {other} "
        f"({subject.level} interval {low} to {high}; {ratio.method})."
    )


def _together(subject: Report, found: Amount | NotMeasured | None) -> Iterator[str]:
    """The interval that holds for all declared comparisons at once."""
    if found is None or len(listed(subject.deployed.contrasts)) < 2:
        return
    if isinstance(found, NotMeasured):
        yield f"No interval that holds together with the other comparisons: {found.reason}."
        return
    low, high = words.ratio_number(found.low), words.ratio_number(found.high)
    yield f"With every declared comparison held at once, the {subject.level} interval is {low} to {high}."


def _per_comparison(subject: Report, found: Amount | NotMeasured, one: str, other: str) -> str:
    if isinstance(found, NotMeasured):
        return f"False matches per comparison were not compared: {found.reason}."
    value, low, high = (words.ratio_number(end) for end in (found.value, found.low, found.high))
    return (
        f"A single comparison was {value} times as likely to be falsely accepted for {one} as for {other} "
        f"({subject.level} interval {low} to {high}; {found.method})."
    )


def _chance_sentence(declared: DeclaredContrast, tests: ContrastTests, fisher: float, one: str) -> str:
    others = "; ".join(
        f"{name} {f'not measured, {p.reason}' if isinstance(p, NotMeasured) else words.p_value(p)}"
        for name, p in (
            (f"one-sided, that {one} is flagged more, hypergeometric p", tests.hypergeometric_one_sided),
            ("mid-p", tests.mid_p),
        )
    )
    if fisher < 0.0001:
        often = "fewer than 1 in 10,000"
    elif fisher >= 0.995:
        often = "practically all"
    else:
        many, base = words.of_every(fisher)
        often = f"about {many} in {base}"
    return (
        f"If both had the same true rate, {often} such tests would show a difference at least this large "
        f"(Fisher, two-sided p {words.p_value(fisher)}{_holm(declared)}; {others})."
    )


def _holm(declared: DeclaredContrast) -> str:
    adjusted, tests = declared.holm_p, declared.tests
    if adjusted is None or tests < 2:
        return ""
    return f"; adjusted for {words.plural(tests, 'comparison')} by Holm, p {words.p_value(adjusted)}"


def _power_sentence(detectable: float | NotMeasured) -> str:
    if isinstance(detectable, NotMeasured):
        return f"That is no finding of equality: {detectable.reason}."
    least = words.ratio_number(detectable)
    return (
        f"That is no finding of equality: with so many people this test could only have detected a ratio of "
        f"{least} or more (four times in five)."
    )


# --- the gap told apart: the algorithm's part, and that of who is in the gallery -------------------

NONE_DECLARED = "The plan declared no comparison of two groups, so there is no gap to tell apart."


@dataclass(frozen=True, slots=True)
class Split:
    """All gaps at the current threshold."""

    at: str  #: the threshold, as a caption names it.
    #: those told apart: in sentences, and each group with its expected false candidates.
    gaps: list[tuple[str, list[tuple[str, FalseCandidates]]]]
    reasons: list[str]  #: sentences on the others.


def split(subject: Report) -> Split:
    """Algorithm against gallery, for each declared comparison at the current threshold."""
    threshold = subject.current
    at = f"“{threshold.name}”" if threshold.name else subject.at(threshold)
    if isinstance(threshold.contrasts, NotMeasured):
        return Split(at, [], [f"No gap was told apart: {threshold.contrasts.reason}."])
    if not threshold.contrasts:
        return Split(at, [], [NONE_DECLARED])
    gaps = []
    unmeasured: dict[str, list[str]] = {}
    for one in (declared.contrast for declared in threshold.contrasts):
        found = one.ratios if isinstance(one.ratios, NotMeasured) else one.ratios.decomposition
        if isinstance(found, NotMeasured):
            unmeasured.setdefault(found.reason, []).append(" and ".join(sides(one)))
        else:
            gaps.append(
                (_gap_says(subject, one, found), list(zip(sides(one), (found.one, found.other), strict=True)))
            )
    reasons = [
        f"The gap between {'; '.join(names)} could not be told apart: {reason}."
        for reason, names in unmeasured.items()
    ]
    return Split(at, gaps, reasons)


def _gap_says(subject: Report, contrast: GroupContrast, found: PublishedDecomposition) -> str:
    one, other = sides(contrast)
    gap, algorithm, gallery = (_effect(subject, part) for part in (found.gap, found.algorithm, found.gallery))
    return (
        f"{_gallery(subject, found)}Photographs of other people matched per search among these, {one} less "
        f"{other}: {gap}. With equally many of each group it would be {algorithm}: the algorithm’s part. That"
        f" the groups are not equally many adds {gallery}."
    )


def _effect(subject: Report, measured: Effect | NotMeasured) -> str:
    if isinstance(measured, NotMeasured):
        return f"not measured ({measured.reason})"
    return interval(measured, SIGNED, subject.level)


def _gallery(subject: Report, found: PublishedDecomposition) -> str:
    """Whose photographs these are, and that they are not the gallery searched above where they are not."""
    counted = ", ".join(f"“{value}” {words.count(n)}" for value, n in found.composition.items())
    photographs = words.plural(sum(found.composition.values()), "labeled photograph")
    said = f"Counted among the {photographs} ({counted}) of {found.of}"
    if found.searched:
        return f"{said}. "
    return (
        f"{said}: another and smaller gallery than the {words.count(subject.gallery_people)} people above. "
    )
