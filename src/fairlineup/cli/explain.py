"""`fairlineup explain`: what a published count of wrong matches says, and what it does not say."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

import click

from fairlineup.cli.argument import ALIKE, ELSEWHERE, argument_words
from fairlineup.cli.console import say, show_json
from fairlineup.cli.options import json_option
from fairlineup.measures import Argument, Claim, Counts, Questions, Sides, examine
from fairlineup.records import BadInput, Estimate, Measured, NotMeasured

FRACTION = re.compile(r"([\d,_]+)\s*/\s*([\d,_]+)")


class Fraction(click.ParamType[Any]):
    """A count of people out of a count of people."""

    name = "x/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The counts. Raises: BadInput."""
        found = FRACTION.fullmatch(str(value).strip())
        if isinstance(value, Counts):
            return value
        if not found:
            raise BadInput(
                "that is no count of searches",
                expected="flagged/searched in whole numbers, as 28/535",
                got=repr(value),
                remedy="count people, not shares",
                code="usage",
            )
        return Counts(*(int(re.sub("[,_]", "", part)) for part in found.groups()))


FRACTION_TYPE = Fraction()


@click.command()
@click.argument("claim", metavar="FLAGGED/SEARCHED", type=FRACTION_TYPE)
@click.option("--gallery", type=int, metavar="N", help="People searched among.")
@click.option("--group", type=FRACTION_TYPE, help="Flagged and searched of a group.")
@click.option("--others", type=FRACTION_TYPE, help="Flagged and searched of everybody else.")
@click.option("--at", type=int, multiple=True, metavar="N", help="Another gallery size; may be repeated.")
@click.option("--zero-gallery", type=int, metavar="N", help="Gallery of a test that flagged nobody.")
@click.option("--boschloo", is_flag=True, help="Boschloo's test of the two groups too; slow for large ones.")
@click.option("--level", default=0.95, show_default=True, help="Coverage of intervals.")
@json_option
def explain(  # noqa: PLR0913, PLR0917 - a command's options
    claim: Counts,
    gallery: int | None,
    group: Counts | None,
    others: Counts | None,
    at: tuple[int, ...],
    zero_gallery: int | None,
    level: float,
    *,
    boschloo: bool,
    as_json: bool,
) -> None:
    """Explain a published count: so many searched for, none of them there, so many flagged.

    The test the ACLU ran on Amazon Rekognition in 2018 is
    `fairlineup explain 28/535 --gallery 25000 --group 11/107 --others 17/428`.
    """
    argument = examine(
        Claim(claim.errors, claim.people, gallery, group, others, level),
        Questions(at, zero_gallery, boschloo),
    )
    if as_json:
        show_json(argument_json(argument))
    else:
        say(*argument_words(argument).split("\n"))


# --- as JSON -------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A frozen value as JSON has it: ten significant digits, a reason where there is no number."""
    if isinstance(value, NotMeasured):
        return {"not_measured": value.reason}
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def argument_json(argument: Argument) -> dict[str, Any]:
    """Every number of the argument under its name."""
    claim, zero = argument.claim, argument.zero
    row: dict[str, Any] = {
        "flagged": claim.flagged,
        "searches": claim.searches,
        "gallery": claim.gallery,
        "level": claim.level,
        **_pair("fpir", argument.fpir),
        "fpir_interval_wilson": _ends(argument.wilson),
        **_pair("flagged_per_1000", argument.per_1000),
        **_pair("fmr", argument.fmr),
        "fmr_assumes": f"{ALIKE}; it is implied by fpir, not measured",
        "other_galleries_assume": f"{ALIKE}; and {ELSEWHERE}",
        "at_other_galleries": [{**plain(one), "too_far": one.too_far} for one in argument.at],
        "zero_bound": plain(zero.bound),
        "zero_gallery": zero.gallery,
        "zero_fmr_bound": plain(zero.fmr_bound),
        "zero_at_other_galleries": [{**plain(one), "too_far": one.too_far} for one in zero.at],
        "is_congress_2018": argument.is_congress_2018,
        "groups_reconstructed": argument.reconstructed,
    }
    return {**row, **(_sides_json(argument.sides) if argument.sides else {})}


def _sides_json(sides: Sides) -> dict[str, Any]:
    contrast = sides.contrast
    return {
        "group": plain(contrast.a),
        **_pair("group_fpir", sides.one),
        "others": plain(contrast.b),
        **_pair("others_fpir", sides.others),
        **_pair("ratio", contrast.risk_ratio),
        "hypergeometric_p": plain(contrast.hypergeometric_one_sided),
        "mid_p": plain(contrast.mid_p),
        "fisher_p": plain(contrast.fisher_two_sided),
        "boschloo_p": plain(sides.boschloo),
        "comparisons_survived": plain(sides.comparisons_survived),
        "two_moved": _moved_json(sides),
        "power": plain(sides.power),
        "detectable_ratio": plain(contrast.detectable_ratio),
        "people_needed_per_group": plain(sides.people_needed),
    }


def _moved_json(sides: Sides) -> dict[str, Any]:
    moved = sides.moved
    if isinstance(moved, NotMeasured):
        return {"not_measured": moved.reason}
    return {
        "group": plain(moved.a),
        "others": plain(moved.b),
        "hypergeometric_p": plain(moved.hypergeometric_one_sided),
        "fisher_p": plain(moved.fisher_two_sided),
    }


def _pair(name: str, measured: Measured) -> dict[str, Any]:
    value = plain(measured.value) if isinstance(measured, Estimate) else plain(measured)
    return {name: value, f"{name}_interval": _ends(measured)}


def _ends(measured: Measured) -> list[float] | None:
    return [plain(measured.low), plain(measured.high)] if isinstance(measured, Estimate) else None
