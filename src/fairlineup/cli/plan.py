"""`fairlineup plan`: what an audit takes, before money is spent on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.argument import Paragraph, wrapped
from fairlineup.cli.console import say, show_json, watching
from fairlineup.cli.explain import plain
from fairlineup.cli.options import PATH, json_option, quiet_option
from fairlineup.evidence.pipeline import ContrastSize, LimitRow, LimitSize, PlanSize, plan_size
from fairlineup.evidence.plan import read_plan
from fairlineup.measures import ClaimSize, RatioSize, claim_size, people_for_ratio
from fairlineup.records import NotMeasured, escaped, percent


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of a question."""

    ratio: float | None
    base: float | None
    power: float
    level: float
    group_people: int | None
    claim_fmr: float | None
    claim_fpir: float | None
    design_effect: float


@dataclass(frozen=True, slots=True)
class _SizeAnswers:
    """What was asked for; None for the rest."""

    ratio: RatioSize | None
    fmr: ClaimSize | None
    fpir: ClaimSize | None
    plan: PlanSize | None


@click.command()
@click.argument("plan_file", metavar="[PLAN]", type=PATH, required=False)
@click.option("--ratio", type=float, help="Find that a group's rate is this many times another's.")
@click.option("--base", type=float, help="Rate of that other group, as 0.04; of a PLAN's contrasts too.")
@click.option("--power", default=0.8, show_default=True, help="Chance to find the ratio.")
@click.option("--group-people", type=int, help="People there are in the first group; how many others?")
@click.option("--claim-fmr", type=float, help="Claim a false match rate of at most this, as 1e-6.")
@click.option("--claim-fpir", type=float, help="Claim an FPIR of at most this, as 0.003.")
@click.option(
    "--design-effect", default=1.0, show_default=True, help="Variance over that of independent comparisons."
)
@click.option("--level", default=0.95, show_default=True, help="Confidence; a PLAN has its own.")
@json_option
@quiet_option
def size(plan_file: Path | None, *, as_json: bool, quiet: bool, **options: Any) -> None:
    """How many people a question takes; with a PLAN, which of its limits and contrasts its people can decide.

    Questions can be asked together. Nothing is searched and no system is asked.
    """
    asked = _Asked(**options)
    _check(plan_file, asked)
    answers = _answer(plan_file, asked, quiet=quiet)
    if as_json:
        show_json(_json(answers))
    else:
        say(*"\n\n".join(_words(answers)).split("\n"))


def _check(plan_file: Path | None, asked: _Asked) -> None:
    """Raises: click.UsageError (nothing asked, or half a question)."""
    if not plan_file and all(one is None for one in (asked.ratio, asked.claim_fmr, asked.claim_fpir)):
        raise click.UsageError(
            "Nothing was asked: give a PLAN, --ratio with --base, --claim-fmr or --claim-fpir"
        )
    if asked.ratio is not None and asked.base is None:
        raise click.UsageError("--ratio needs --base, the rate of the group compared with, as 0.04")
    if asked.group_people is not None and asked.ratio is None:
        raise click.UsageError("--group-people needs --ratio and --base")


def _answer(plan_file: Path | None, asked: _Asked, *, quiet: bool) -> _SizeAnswers:
    ratio = fmr = fpir = planned = None
    if asked.ratio is not None and asked.base is not None:
        ratio = people_for_ratio(asked.ratio, asked.base, asked.power, asked.level, asked.group_people)
    if asked.claim_fmr is not None:
        fmr = claim_size(asked.claim_fmr, asked.level, asked.design_effect)
    if asked.claim_fpir is not None:
        fpir = claim_size(asked.claim_fpir, asked.level)
    if plan_file:
        chosen = read_plan(plan_file)
        with watching(quiet=quiet) as progress:
            planned = plan_size(chosen, asked.base, asked.power, progress)
    return _SizeAnswers(ratio, fmr, fpir, planned)


# --- as JSON -------------------------------------------------------------------------------------


def _json(answers: _SizeAnswers) -> dict[str, Any]:
    fpir = answers.fpir
    named = {
        "ratio": plain(answers.ratio),
        "claim_fmr": plain(answers.fmr),
        "claim_fpir": fpir
        and {
            "limit": fpir.limit,
            "level": fpir.level,
            "people_to_claim": fpir.to_claim.trials,
            "people_to_measure": fpir.to_measure.trials,
        },
        "plan": plain(answers.plan),
    }
    return {name: value for name, value in named.items() if value is not None}


# --- in words ------------------------------------------------------------------------------------


def _words(answers: _SizeAnswers) -> Iterator[str]:
    if answers.ratio:
        yield _section(_ratio(answers.ratio))
    if answers.fmr:
        yield _section(_fmr(answers.fmr))
    if answers.fpir:
        yield _section(_fpir(answers.fpir))
    if answers.plan:
        yield from _plan(answers.plan)


def _section(lines: Iterator[Paragraph]) -> str:
    return "\n".join([str(next(lines)).upper(), *(wrapped(line) for line in lines)])


def _ratio(found: RatioSize) -> Iterator[Paragraph]:
    yield f"To find a ratio of {found.ratio:g}"
    yield f"""If one group is flagged at {percent(found.base)} and another at
        {percent(found.ratio * found.base)}, Fisher's exact test (two-sided, at {1 - found.level:.2g})
        finds the difference with a chance of {percent(found.power)} when it searches for
        {found.each:,} people of each group, {2 * found.each:,} in all."""
    if isinstance(found.others, int) and found.people is not None:
        yield f"""With {found.people:,} people in the first group it takes {found.others:,} in the one it is
            compared with."""
    elif isinstance(found.others, NotMeasured):
        yield f"No number of others will do: {found.others.reason}."
    yield """Count people, each in one group: more photographs of the same people do not count. Several
        groups or contrasts take more."""


def _fmr(found: ClaimSize) -> Iterator[Paragraph]:
    claim, measure = found.to_claim, found.to_measure
    rows: list[tuple[Any, ...]] = [
        ("", "to claim it", "to measure it"),
        ("false matches counted on", claim.errors, measure.errors),
        ("independent comparisons", claim.trials, measure.trials),
        (f"with a design effect of {found.design_effect:g}", claim.comparisons, measure.comparisons),
        ("people, every pair compared*", claim.people_all_pairs, measure.people_all_pairs),
        ("people, nobody compared twice", claim.people_disjoint, measure.people_disjoint),
    ]
    shared = found.design_effect > 1
    yield f"To claim a false match rate (FMR) of at most {found.limit:g}"
    yield _table(rows if shared else [*rows[:3], *rows[4:]])
    yield f"""To claim: no false match at all, then the rate is at most that with {percent(found.level)}
        confidence. To measure: the true rate lies within 30 % of the one found, with 90 % confidence."""
    if shared:
        yield """* A design effect says how much less comparisons tell that share people. It is measured on
            photographs like these, at a threshold with 30 false matches or more."""
    else:
        yield """* If comparisons that share a person told as much as others. They tell less, so it is too
            few; --design-effect says by how much."""
    yield f"""Nobody compared twice is the number to claim safety with: pairs of people, each person in one.
        With different people as probes and gallery it is {claim.people_each_set:,} of each to claim. Each
        group of people takes as many again."""


def _fpir(found: ClaimSize) -> Iterator[Paragraph]:
    claim, measure = found.to_claim.trials, found.to_measure.trials
    yield f"To claim an FPIR of at most {percent(found.limit)}"
    yield f"""{claim:,} searches for different people, none of whom is there, and not one that returns
        somebody: then the rate is at most that with {percent(found.level)} confidence. A verdict, whose
        interval has two sides, takes somewhat more; `fairlineup plan size PLAN` says how many."""
    yield f"""{measure:,} searches for different people to measure it: 30 that return somebody place the true
        rate within 30 %, with 90 % confidence."""
    yield "It holds for the gallery searched and its size. Each group of people takes as many again."


def _plan(found: PlanSize) -> Iterator[str]:
    head = f"{found.probes:,} people are searched for among {found.gallery:,} who are not them."
    if found.made_up:
        head += " Some or all do not exist: no verdict will be given, whatever their number."
    yield wrapped(head)
    for limit in found.limits:
        yield _section(_limit(limit, found.level))
    if found.limits:
        yield _section(_columns(found.level))
    for contrast in found.contrasts:
        yield _section(_contrast(contrast, found.power))


def _limit(limit: LimitSize, level: float) -> Iterator[Paragraph]:
    of = f", every {limit.of}" if limit.of else ""
    at = "" if limit.measure == "fte" else f" at {limit.threshold}"
    yield f"Limit: {limit.measure} at most {percent(limit.at_most)}{at}{of}"
    yield f"Counted: {limit.unit}."
    head = ("", "people", "best bound", "can pass", "passes to", "fails from", "needs")
    yield _table([head, *(_row(row) for row in limit.rows)])
    if not limit.can_pass:
        yield """OUT OF REACH: whatever the system does, it cannot pass this limit with these people. It can
            only fail or stay inconclusive."""
    if any(not row.decides for row in limit.rows):
        yield "The limit is about everyone. The other rows say what could be shown of each group by itself."
    if limit.of and len(limit.rows) > 1:
        yield f"""Every group must pass. To fail, one of them takes somewhat more than its row says, since
            {len(limit.rows)} are looked at (Holm)."""
    for reason in dict.fromkeys(row.withheld for row in limit.rows if row.withheld):
        who = ", ".join(row.who for row in limit.rows if row.withheld == reason)
        yield f"No figure of {who}: {reason}."


def _columns(level: float) -> Iterator[Paragraph]:
    yield "What the columns say"
    yield f"""Best bound: the upper end of the interval ({percent(level)}; of a group, a one-sided bound) if
        nobody at all has an error. Passes to: most people with an error for a pass. Fails from: fewest people
        with an error for a fail; between them it is inconclusive. Needs: people for a pass with no error;
        of a group, no fewer than a figure takes."""


def _row(row: LimitRow) -> tuple[Any, ...]:
    reach, bound = row.reach, row.reach.least_upper
    if row.withheld or isinstance(bound, NotMeasured):
        return (row.who, reach.people, "no figure", "no", "-", "-", reach.people_needed)
    ends = ("-" if isinstance(end, NotMeasured) else end for end in (reach.pass_up_to, reach.fail_from))
    passes = "yes" if reach.reachable else "NO"
    return (row.who, reach.people, percent(bound), passes, *ends, reach.people_needed)


def _contrast(contrast: ContrastSize, power: float) -> Iterator[Paragraph]:
    a, b = contrast.people
    ratio, base = contrast.detectable_ratio, contrast.base
    yield f"Contrast: {contrast.label} {contrast.one} against {contrast.other}"
    if isinstance(ratio, NotMeasured) or isinstance(base, NotMeasured):
        reason = ratio.reason if isinstance(ratio, NotMeasured) else ""
        yield f"{a:,} against {b:,} people. No ratio can be named that they find: {reason}."
        return
    yield f"""{a:,} against {b:,} people find a ratio of {ratio:.3g} or more with a chance of
        {percent(power)} (Fisher's exact test), if {percent(base)} of the second are flagged. A smaller one
        is missed more often: finding nothing will not show that there is nothing."""


def _table(rows: list[tuple[Any, ...]]) -> list[str]:
    """Columns in line: names to the left, numbers to the right."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else escaped(str(cell)) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in texts) for i in range(len(texts[0]))]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in texts
    ]
