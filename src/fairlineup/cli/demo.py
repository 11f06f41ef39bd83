"""`fairlineup demo`: the whole audit on people who do not exist, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import audit_plan, where
from fairlineup.cli.congress import thresholds_for
from fairlineup.cli.console import notice, say, show_json
from fairlineup.cli.enginechoice import on_engine
from fairlineup.cli.finding import exit_status, finding
from fairlineup.cli.options import engine_option, json_option, out_option, quiet_option, short_option
from fairlineup.cli.samples import make_samples
from fairlineup.evidence.pipeline import PageOptions, check_new
from fairlineup.evidence.plan import (
    ContrastChoice,
    DatasetChoice,
    LimitChoice,
    Plan,
    SystemChoice,
    ThresholdChoice,
)
from fairlineup.evidence.samples import SamplesRequest
from fairlineup.files import is_folder, make_folder, writing
from fairlineup.results import to_json
from fairlineup.systems import CardPopulation, open_system, write_population

PLANTED: dict[str, Any] = {
    "false_match_rate": {"circle": 5e-5, "square": 3e-4},
    "false_non_match_rate": {"": 0.03},
    "failure_rate": {"": 0.01},
    "unevenness": 0.7,
}
PLANTED_SAID = (
    "planted: false match rate 0.005 % for circles, 0.03 % for squares; 3 % of mates missed; "
    "1 % of cards unreadable."
)
TRY_NEXT = """try next:
  fairlineup samples sheet --out people.png   (look at a hundred of these people)
  fairlineup data folder DIR --plan plan.toml   (your own photographs, a folder a person)
  {other}
  fairlineup data congress photographs && fairlineup congress photographs   (the real test)"""
OTHER_DEMO = {  # by whether the demonstration just seen was simulated
    False: "fairlineup demo --simulated   (does the audit find error rates that were planted?)",
    True: "fairlineup demo   (the same audit on photographs of people who do not exist)",
}
PARTS = ("samples", "cards")  # what a demonstration begins with, by which one begun before is known
SAMPLES: dict[str, Any] = {"people": 750, "probes": 150, "photos": 2, "probe_capture": "doorbell"}


@click.command()
@out_option("demo")
@engine_option
@click.option("--simulated", is_flag=True, help="Audit a simulated system with planted error rates instead.")
@short_option
@json_option
@quiet_option
def demo(out: Path, engine: str, *, simulated: bool, short: bool, as_json: bool, quiet: bool) -> int:
    """Audit the local engine on photographs of people who do not exist: no network, under a minute.

    150 people, pictured by a doorbell camera, are searched among studio portraits of 600 others, then once
    more with one of their own added. With --simulated the system is simulated too, and its error rates are
    planted, so that you can see whether the audit finds them.
    """
    if not any(is_folder(out / part) for part in PARTS):
        check_new(out)
    if not (simulated or quiet):
        notice(
            f"{SAMPLES['people']} people who do not exist, photographed, enrolled and searched in {out}: "
            "about 25 MB, under a minute on two cores, no network"
        )
    run = out / ("planted-run" if simulated else "run")
    if simulated:
        plan = planted_plan(_cards(out))
    else:
        system = on_engine(SystemChoice("local"), engine, run)
        plan = sampled_plan(_photographs(out, system, quiet=quiet), system)
    found = audit_plan(plan, run, PageOptions(short=short), quiet=quiet)
    if as_json:
        show_json(to_json(found.results))
    else:
        planted = [PLANTED_SAID] if simulated else []
        try_next = TRY_NEXT.format(other=OTHER_DEMO[simulated])
        say(*finding(found.results).split("\n"), *planted, *where(found), *try_next.split("\n"))
    return exit_status(found.results, None)


def _photographs(out: Path, system: SystemChoice, *, quiet: bool) -> Path:
    open_system(system.name, system.options).close()  # finds out first whether the engine is installed
    folder = out / "samples"
    make_samples(folder, SamplesRequest(**SAMPLES), quiet=quiet)
    return folder


def _cards(out: Path) -> Path:
    cards = out / "cards"
    with writing(cards):
        make_folder(cards)
        groups = {"circle": 90, "square": 60}
        write_population(cards, CardPopulation(groups, {"circle": 360, "square": 240}))
    return cards


def sampled_plan(samples: Path, system: SystemChoice) -> Plan:
    """The demonstration's plan: an engine of ours on made-up people."""
    return Plan(
        title="A demonstration on people who do not exist",
        dataset=DatasetChoice(
            str(samples.resolve()),
            capture="made-up pictures of a doorbell camera, searched among made-up studio portraits",
            population="nobody: these people do not exist",
            use="test",
        ),
        system=system,
        groups=("presentation", "tone_band"),
        threshold=tuple(
            ThresholdChoice(said, said if said == "default" else float(said))
            for said in thresholds_for(system, ())
        ),
        contrast=(
            ContrastChoice("presentation", "feminine", "masculine"),
            ContrastChoice("tone_band", "dark", "light"),
        ),
    )


def planted_plan(cards: Path) -> Plan:
    """The plan of the planted demonstration."""
    return Plan(
        title="A demonstration with planted error rates",
        dataset=DatasetChoice(
            str(cards.resolve()), capture="cards drawn by a program", population="nobody: these are simulated"
        ),
        system=SystemChoice("simulated", PLANTED),
        groups=("group",),
        threshold=(ThresholdChoice("default", "default"), ThresholdChoice("strict", 0.55)),
        contrast=(ContrastChoice("group", "square", "circle"),),
        limit=(LimitChoice(at_most=0.01, source="this demonstration"),),
    )
