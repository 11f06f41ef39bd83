"""Options several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress.")
faces_option = click.option(
    "--faces/--no-faces",
    default=True,
    help="Show photographs in the report; names stand in it either way. [default: faces]",
)
short_option = click.option(
    "--short",
    is_flag=True,
    help="Also write report-short.html: three or four pages to print or to send, without photographs.",
)
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["fail", "inconclusive"]),
    help="Exit with 1 if a limit of the plan failed; with `inconclusive` also if one was inconclusive or got "
    "no verdict.",
)


def out_option(default: str) -> Callable[[Command], Command]:
    """--out, a run directory."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=default,
        show_default=True,
        help="Run directory; a run begun there goes on where it was.",
    )


def most_options(command: Command) -> Command:
    """--max-cost, --max-searches, --at-once: what a run may take."""
    for option in (
        click.option("--at-once", type=click.IntRange(1), help="Questions at the same time, across a wire."),
        click.option("--max-searches", type=click.IntRange(0), help="Refuse a plan of more searches."),
        click.option(
            "--max-cost", type=click.FloatRange(0), help="Refuse to spend more, in the currency of its price."
        ),
    ):
        command = option(command)
    return command
