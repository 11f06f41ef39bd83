"""`fairlineup demo`: the whole audit on people who do not exist, offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fairlineup.cli.audit import tell
from fairlineup.cli.auditing import Manner, audit_plan
from fairlineup.cli.options import json_option, out_option, quiet_option

if TYPE_CHECKING:
    from fairlineup.audit import Plan

PLANTED: dict[str, Any] = {
    "false_match_rate": {"circle": 5e-5, "square": 3e-4},
    "false_non_match_rate": {"": 0.03},
    "failure_rate": {"": 0.01},
    "unevenness": 0.7,
}


@click.command()
@out_option("demo")
@json_option
@quiet_option
def demo(out: Path, *, as_json: bool, quiet: bool) -> int:
    """Audit a simulated system on simulated people: no photographs, no network, a few seconds.

    Its error rates are planted, so that you can see whether the audit finds them.
    """
    from fairlineup.runs import writing
    from fairlineup.systems import Population, write_population

    cards = out / "cards"
    with writing(cards):
        cards.mkdir(parents=True, exist_ok=True)
        groups = {"circle": 90, "square": 60}
        write_population(cards, Population(groups, {"circle": 360, "square": 240}))
    results = audit_plan(demo_plan(cards), out / "run", Manner(quiet=quiet))
    status = tell(results, out / "run", None, as_json=as_json)
    if not as_json:
        click.echo(
            "planted: false match rate 0.005 % for circles, 0.03 % for squares; 3 % of mates missed; "
            "1 % of cards unreadable.\n"
            "try next:\n"
            f"  open {out / 'run' / 'report.html'}\n"
            f"  fairlineup audit run {out / 'run' / 'plan.toml'} --out another-run\n"
            "  fairlineup congress DIR   (a folder of photographs with a people.csv)"
        )
    return status


def demo_plan(cards: Path) -> Plan:
    """The demonstration's plan."""
    from fairlineup.audit import (
        ContrastChoice,
        DatasetChoice,
        LimitChoice,
        Plan,
        SystemChoice,
        ThresholdChoice,
    )

    return Plan(
        title="A demonstration on people who do not exist",
        dataset=DatasetChoice(
            str(cards.resolve()), capture="cards drawn by a program", population="nobody: these are simulated"
        ),
        system=SystemChoice("simulated", PLANTED),
        groups=("group",),
        threshold=(ThresholdChoice("default", "default"), ThresholdChoice("strict", 0.55)),
        contrast=(ContrastChoice("group", "square", "circle"),),
        limit=LimitChoice(at_most=0.01),
    )
