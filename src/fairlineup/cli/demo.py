"""`fairlineup demo`: the whole audit on people who do not exist, offline."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.auditing import Manner, audit_plan, exit_status, finding, short_report
from fairlineup.cli.console import say, show_json
from fairlineup.cli.folders import check_new
from fairlineup.cli.options import json_option, out_option, quiet_option, short_option
from fairlineup.cli.samples import make_samples
from fairlineup.evidence.plan import (
    ContrastChoice,
    DatasetChoice,
    LimitChoice,
    Plan,
    SystemChoice,
    ThresholdChoice,
)
from fairlineup.evidence.samples import SamplesRequest
from fairlineup.files import is_folder, writing
from fairlineup.systems import Population, open_system, write_population

PLANTED: dict[str, Any] = {
    "false_match_rate": {"circle": 5e-5, "square": 3e-4},
    "false_non_match_rate": {"": 0.03},
    "failure_rate": {"": 0.01},
    "unevenness": 0.7,
}
ENGINE = ("dlib", "onnxruntime")
PARTS = ("samples", "cards")  # what a demonstration begins with, by which one begun before is known
SAMPLES: dict[str, Any] = {"people": 750, "probes": 150, "photos": 2}


@click.command()
@out_option("demo")
@click.option("--simulated", is_flag=True, help="Audit a simulated system with planted error rates instead.")
@short_option
@json_option
@quiet_option
def demo(out: Path, *, simulated: bool, short: bool, as_json: bool, quiet: bool) -> int:
    """Audit the local engine on photographs of people who do not exist: no network, under a minute.

    150 people are searched among 600 others, then once more with another photograph of theirs added. With
    --simulated the system is simulated too, and its error rates are planted, so that you can see whether the
    audit finds them.
    """
    if not any(is_folder(out / part) for part in PARTS):
        check_new(out)
    if not (simulated or quiet):
        say(
            f"750 people who do not exist, photographed, enrolled and searched in {out}: about 25 MB, "
            "under a minute on two cores, no network"
        )
    plan = planted_plan(_cards(out)) if simulated else sampled_plan(_photographs(out, quiet=quiet))
    run = out / ("planted-run" if simulated else "run")
    results = audit_plan(plan, run, Manner(quiet=quiet, short=short))
    if as_json:
        show_json(results)
    else:
        click.echo(f"{finding(results)}\n{_PLANTED_TOLD if simulated else ''}{_next(run)}")
    return exit_status(results, None)


_PLANTED_TOLD = (
    "planted: false match rate 0.005 % for circles, 0.03 % for squares; 3 % of mates missed; "
    "1 % of cards unreadable.\n"
)


def _next(run: Path) -> str:
    return (
        f"every number: {run / 'results.json'}\n"
        f"report: {run / 'report.html'}\n"
        f"{f'in short: {short}{chr(10)}' if (short := short_report(run)) else ''}"
        "try next:\n"
        "  fairlineup samples sheet --out people.png   (look at a hundred of these people)\n"
        "  fairlineup data folder DIR --plan plan.toml   (your own photographs, a folder a person)\n"
        "  fairlineup demo --simulated   (does the audit find error rates that were planted?)\n"
        "  fairlineup data congress photographs && fairlineup congress photographs   (the real test)"
    )


def _photographs(out: Path, *, quiet: bool) -> Path:
    _check_engine()
    folder = out / "samples"
    make_samples(folder, SamplesRequest(**SAMPLES), quiet=quiet)
    return folder


def _check_engine() -> None:
    """Raises: ModuleNotFoundError, SystemFailed: the engine is not installed, found out first."""
    for package in ENGINE:
        import_module(package)
    open_system("local", {}).close()


def _cards(out: Path) -> Path:
    cards = out / "cards"
    with writing(cards):
        cards.mkdir(parents=True, exist_ok=True)
        groups = {"circle": 90, "square": 60}
        write_population(cards, Population(groups, {"circle": 360, "square": 240}))
    return cards


def sampled_plan(samples: Path) -> Plan:
    """The demonstration's plan: the local engine on made-up people."""
    return Plan(
        title="A demonstration on people who do not exist",
        dataset=DatasetChoice(
            str(samples.resolve()),
            capture="made-up studio portraits",
            population="nobody: these people do not exist",
            use="test",
        ),
        system=SystemChoice("local"),
        groups=("presentation", "tone_band"),
        threshold=(
            ThresholdChoice("default", "default"),
            ThresholdChoice("0.5", 0.5),
            ThresholdChoice("0.46", 0.46),
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
