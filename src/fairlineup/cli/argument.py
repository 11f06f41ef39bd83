"""The words of `fairlineup explain`: an argument for somebody who has to decide, not compute."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fairlineup.measures import Argument, AtSize, Contrast, Sides, Zero
from fairlineup.records import Measured, NotMeasured, percent

WIDTH = 92
ALIKE = "that every comparison is as likely to go wrong as every other and that none depends on another"
ELSEWHERE = "that the other gallery holds the same kind of people, in the same kind of photographs"
FBI_GALLERY = 30_000_000

Paragraph = str | list[str]  # a list is a table, line by line


def argument_words(argument: Argument) -> str:
    """The whole argument, a heading a question."""
    sections = [
        ("", _head(argument)),
        ("How often it goes wrong", _how_often(argument)),
        ("What a vendor may call it", _per_comparison(argument)),
        ("Among more people", _elsewhere(argument)),
        *(_of_groups(argument, argument.sides) if argument.sides else ()),
        (_zero_heading(argument), _nobody(argument)),
        ("Where the numbers come from", _sources(argument)),
    ]
    return "\n\n".join(filter(None, (_section(heading, body) for heading, body in sections)))


def accuracy(fmr: float) -> str:
    """One minus a rate per comparison in percent, two digits after the nines; never rounded up."""
    digits = _digits(fmr) + 1
    wrong = math.ceil(100 * fmr * 10**digits * (1 - 1e-12))
    return f"{(100 - Decimal(wrong).scaleb(-digits)).normalize():f}"


def rounded_accuracy(fmr: float) -> str:
    """The same with a digit less, rounded as is customary; blank where that would add a nine."""
    digits = _digits(fmr)
    wrong = 100 * fmr * 10**digits
    text = f"{100 - Decimal(round(wrong)).scaleb(-digits):f}"
    return "" if wrong < 1.5 or text == accuracy(fmr) else text


def _digits(fmr: float) -> int:
    """Decimals of a percentage up to the first that is not a nine."""
    return max(0, math.ceil(-math.log10(100 * fmr)))


def wrapped(paragraph: Paragraph) -> str:
    """A paragraph at the width of the page; a table as it is."""
    if isinstance(paragraph, list):
        return "\n".join(f"    {line}".rstrip() for line in paragraph)
    text = " ".join(paragraph.split())
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _section(heading: str, body: Iterator[Paragraph]) -> str:
    paragraphs = [wrapped(paragraph) for paragraph in body]
    return "\n".join(([heading.upper()] if heading else []) + paragraphs) if paragraphs else ""


def _head(argument: Argument) -> Iterator[Paragraph]:
    claim = argument.claim
    among = f" among {claim.gallery:,} people" if claim.gallery else ""
    count = f"{claim.flagged:,}" if claim.flagged else "None"
    yield f"""{claim.searches:,} people were searched for{among}. None of them was there to be found, so
        every match is a match with the wrong person. {count} of the {claim.searches:,} searches had one."""


def _how_often(argument: Argument) -> Iterator[Paragraph]:
    fpir, per = argument.fpir, argument.per_1000
    if isinstance(per, NotMeasured):
        return
    one_in = f"about one in {1 / fpir.value:,.0f}, or " if 0 < fpir.value < 0.4 else ""
    yield f"""{percent(fpir.value)} of searches returned somebody innocent: {one_in}{_few(per.value)} of every
        1,000. The name of this rate is FPIR, the false positive identification rate."""
    yield f"""With {fpir.trials:,} people searched for, the rate behind it may be from
        {_range(fpir.low, fpir.high)} ({_level(fpir.level)} interval by Clopper and Pearson; by Wilson
        {_span(argument.wilson)}): {_few(per.low)} to {_few(per.high)} of every 1,000. This supposes that each
        search was for another person. It holds for this gallery, this threshold and people like these."""


def _per_comparison(argument: Argument) -> Iterator[Paragraph]:
    fmr, gallery = argument.fmr, argument.claim.gallery
    if gallery is None:
        yield """A rate per comparison (FMR) needs the number of people searched among. Give it with
            --gallery."""
        return
    if isinstance(fmr, NotMeasured):
        yield f"No rate per comparison (FMR) follows: {fmr.reason}."
        return
    yield f"""Each search compares one face with {gallery:,} others. Suppose {ALIKE}. Then about one
        comparison in {float(f"{1 / fmr.value:.2g}"):,.0f} goes wrong: a false match rate (FMR) of
        {fmr.value:.3g} ({fmr.low:.3g} to {fmr.high:.3g})."""
    rounded = rounded_accuracy(fmr.value)
    also = f", in round numbers {rounded} %" if rounded else ""
    yield f"""So a vendor may truthfully say "{accuracy(fmr.value)} % accurate"{also}. It is the same
        result. It counts comparisons, and every search makes {gallery:,} of them: of every 1,000 people
        searched for, {_few(1000 * argument.fpir.value)} are still matched with somebody they are not."""
    yield """Faces do not keep to the supposition: some people look like many others, some pictures match
        much. This FMR was not measured. It is what would explain the searches if the supposition held."""


def _elsewhere(argument: Argument) -> Iterator[Paragraph]:
    if not argument.at:
        return
    yield f"""The same threshold, under the same supposition and another, {ELSEWHERE}; and with no other
        evidence:"""
    yield [line for one in argument.at for line in _at(one)]
    yield """This is arithmetic on suppositions, not a forecast. Only searches of galleries of growing size
        show how the rate grows; and of a gallery of other people or other photographs, only searches of
        it."""


def _at(one: AtSize) -> Iterator[str]:
    rate = "" if isinstance(one.fpir, NotMeasured) else percent(one.fpir)
    yield f"{one.gallery:>13,} people of the same kind: {rate} of searches ({_range(one.low, one.high)})"
    if one.too_far:
        yield f"{'':>13} ({one.times:,.0f} × the gallery tested, too far to rely on)"


# --- the groups ----------------------------------------------------------------------------------


def _of_groups(argument: Argument, sides: Sides) -> Sequence[tuple[str, Iterator[Paragraph]]]:
    return (
        ("The two groups", _groups(argument, sides)),
        ("Could it be chance?", _chance(argument, sides)),
        ("Was the test large enough?", _strength(sides)),
    )


def _groups(argument: Argument, sides: Sides) -> Iterator[Paragraph]:
    contrast, ratio = sides.contrast, sides.contrast.risk_ratio
    coloured = argument.reconstructed and contrast.a.errors == 11
    names = ("people of color", "others") if coloured else ("the group", "the others")
    rows = ((names[0], contrast.a, sides.one), (names[1], contrast.b, sides.others))
    yield [f"{name:<17} {_counted(c.errors, c.people):>16}  {_rate(rate)}" for name, c, rate in rows]
    if isinstance(ratio, NotMeasured):
        yield f"How many times as often cannot be said: {ratio.reason}."
    else:
        yield f"""The first were flagged {ratio.value:.3g} times as often as the second
            ({_level(ratio.level)} interval {ratio.low:.3g} to {ratio.high:.3g})."""
    yield """This does not say why. The system may confuse people of one group more easily, or the gallery may
        hold more people of that group to be confused with. Counts alone cannot tell these apart."""


def _chance(argument: Argument, sides: Sides) -> Iterator[Paragraph]:
    contrast, p = sides.contrast, sides.contrast.fisher_two_sided
    if isinstance(p, NotMeasured):
        return
    if contrast.a.rate > contrast.b.rate and not isinstance(contrast.hypergeometric_one_sided, NotMeasured):
        one_way = contrast.hypergeometric_one_sided
        yield f"""If belonging to a group had nothing to do with it, {contrast.a.errors} or more of the
            {argument.claim.flagged} flagged would belong to the first in {_of_100(one_way)} such tests
            (p = {_p(one_way)}, hypergeometric, one direction; mid-p {_p(contrast.mid_p)})."""
    yield f"Differences as rare in either direction: p = {_p(p)} (Fisher's exact test{_boschloo(sides)})."
    yield _held(sides.comparisons_survived, p, 1 - argument.claim.level)
    if not isinstance(sides.moved, NotMeasured) and p <= 1 - argument.claim.level:
        yield _had_two_moved(contrast, sides.moved, 1 - argument.claim.level)
    yield """A p-value is how often chance alone would do this. It is not the chance that the system treats
        both groups alike."""


def _held(tried: int | NotMeasured, p: float, alpha: float) -> str:
    if isinstance(tried, NotMeasured) or tried < 1:
        return f"""That is not under the customary {alpha:.2g}: these counts do not show that the groups
            differ. They do not show that they are alike either."""
    stricter = "under 0.01 too" if p < 0.01 else "not under the stricter 0.01"
    text = f"That is under the customary {alpha:.2g} and {stricter}."
    if tried > 100:
        return text
    many = "the only comparison tried" if tried == 1 else f"one of at most {tried} comparisons tried"
    return f"""{text} It holds if it was {many}: whoever compares many groups finds a difference by chance
        (Bonferroni)."""


def _had_two_moved(found: Contrast, moved: Contrast, alpha: float) -> str:
    one_way = ""
    if found.a.rate > found.b.rate:
        one_way = f"{_p(moved.hypergeometric_one_sided)} in one direction and "
    hangs = ""
    if _number(found.fisher_two_sided) <= alpha < _number(moved.fisher_two_sided):
        hangs = ": the finding hangs on two people"
    return f"""Had two of the flagged belonged to the other group ({moved.a.errors}/{moved.a.people} against
        {moved.b.errors}/{moved.b.people}), p would have been {one_way}{_p(moved.fisher_two_sided)} in
        either{hangs}."""


def _boschloo(sides: Sides) -> str:
    if isinstance(sides.boschloo, NotMeasured):
        return "" if sides.boschloo.reason == "not asked for" else f"; Boschloo's: {sides.boschloo.reason}"
    return f"; Boschloo's {_p(sides.boschloo)}"


def _strength(sides: Sides) -> Iterator[Paragraph]:
    a, b, least = sides.contrast.a, sides.contrast.b, sides.contrast.detectable_ratio
    if isinstance(sides.power, NotMeasured):
        yield f"The chance to find such a difference cannot be worked out: {sides.power.reason}."
    else:
        yield f"""If the true rates were {percent(a.rate)} and {percent(b.rate)}, Fisher's exact test of
            {a.people:,} against {b.people:,} people would find the difference with a chance of
            {percent(sides.power, 2)} (its power)."""
    if isinstance(sides.people_needed, int):
        yield f"""To find it with a chance of 80 % takes {sides.people_needed:,} people in each of two equal
            groups."""
    if isinstance(least, NotMeasured):
        yield f"The least ratio such a test finds four times in five is not known: {least.reason}."
    else:
        yield f"""A test of this size finds ratios of {least:.3g} and more four times in five. Where it finds
            nothing, a smaller ratio may well be there."""


# --- nobody flagged ------------------------------------------------------------------------------


def _zero_heading(argument: Argument) -> str:
    if argument.claim.flagged == 0:
        return "What it shows that nobody was flagged"
    return "If the answer is that a test flagged nobody"


def _nobody(argument: Argument) -> Iterator[Paragraph]:
    zero = argument.zero
    if argument.is_congress_2018:
        yield """Amazon answered that its own test, among 850,000 faces at a threshold of 99 %, matched nobody
            falsely (as the press reported). The default, which the ACLU had used, was 80 %."""
    yield f"""Nobody in {zero.searches:,} searches is not never. The rate may still be as high as
        {percent(zero.bound, 2)}, or {_few(1000 * zero.bound)} of every 1,000 searches
        ({_level(argument.claim.level)} bound). {zero.searches:,} people cannot show that it is lower."""
    yield from _bound_elsewhere(zero)
    yield """A threshold that flags nobody may find nobody either. Without the share of people who are there
        and are missed (FNIR), at the same threshold, it is half an answer."""


def _bound_elsewhere(zero: Zero) -> Iterator[Paragraph]:
    if isinstance(zero.fmr_bound, NotMeasured) or zero.gallery is None:
        return
    yield f"""Among {zero.gallery:,} people that bound is an FMR of at most {zero.fmr_bound:.2g}, if one
        supposes {ALIKE}."""
    for one in zero.at:
        fbi = (
            " (the FBI's system held over 30 million photographs in 2016)"
            if one.gallery == FBI_GALLERY
            else ""
        )
        far = (
            f" That is {one.times:,.0f} × the gallery tested: only a test there would tell."
            if one.too_far
            else ""
        )
        yield f"""Among {one.gallery:,} people{fbi}, were they and their photographs of the same kind, the
            same bound and supposition still allow up to {percent(one.high)} of searches to return somebody
            innocent.{far}"""


def _sources(argument: Argument) -> Iterator[Paragraph]:
    if argument.is_congress_2018:
        yield """28 of 535 members of Congress, falsely matched among 25,000 arrest photographs by Amazon
            Rekognition at its default settings: published by the ACLU in July 2018. Each photograph is taken
            as a person here."""
    if argument.reconstructed:
        yield """11 of 28 and 107 of 535 people of color were not published as counts. They are reconstructed
            from percentages: about 40 % of the false matches, about 20 % of Congress. The counts may be a
            little off, and with them every number that compares the groups."""
    if not (argument.is_congress_2018 or argument.reconstructed):
        yield "The counts are taken as they were given. Nothing was searched and nothing checked."
    yield """A match is a lead for people to check, not an identification; and no rate, however low, says
        whether a use of face recognition is right."""


# --- numbers as words ----------------------------------------------------------------------------


def _counted(errors: int, people: int) -> str:
    return f"{errors:,} of {people:,}"


def _level(level: float) -> str:
    return f"{100 * level:g} %"


def _range(low: float, high: float) -> str:
    if percent(low, 2) == percent(high, 2):
        return percent(low, 2)
    return f"{percent(low, 2).removesuffix(' %')} to {percent(high, 2)}"


def _few(count: float) -> str:
    """A count of 1,000, to a tenth where that is more than nothing."""
    return f"{count:,.0f}" if count >= 100 or count == 0 else f"{count:.2g}" if count < 10 else f"{count:.1f}"


def _span(measured: Measured) -> str:
    return measured.reason if isinstance(measured, NotMeasured) else _range(measured.low, measured.high)


def _rate(measured: Measured) -> str:
    if isinstance(measured, NotMeasured):
        return measured.reason
    return f"{percent(measured.value):>7} ({_range(measured.low, measured.high)})"


def _number(value: float | NotMeasured) -> float:
    return 1.0 if isinstance(value, NotMeasured) else value


def _p(value: float | NotMeasured) -> str:
    if isinstance(value, NotMeasured):
        return "not known"
    return f"{value:.3g}" if value >= 1e-4 else "under 0.0001"


def _of_100(value: float) -> str:
    return f"{100 * value:.2g} of 100" if value >= 0.001 else "fewer than 1 of 1,000"
