"""Options several commands take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from fairlineup.evidence.asking import RunLimits
from fairlineup.evidence.pipeline import PageOptions

Command = Callable[..., Any]

PATH = click.Path(path_type=Path)

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
manifest_option = click.option(
    "--manifest", default="people.csv", show_default=True, help="CSV file in the data set."
)
photographs_option = click.option(
    "--photographs", type=PATH, help="Where the photographs are now, if they were moved."
)
system_option = click.option(
    "--system", default="local", show_default=True, help="Name of the system under test."
)


def cite_option(doc: str) -> Callable[[Command], Command]:
    """--cite, as label to source."""
    return click.option("--cite", metavar="LABEL=SOURCE", multiple=True, callback=_citations, help=doc)


def _citations(
    _context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]
) -> dict[str, str]:
    parts = [word.partition("=") for word in words]
    for word, part in zip(words, parts, strict=True):
        if not all(one.strip() for one in part):
            raise click.BadParameter(f"expected LABEL=SOURCE, got {word!r}", param_hint="--cite")
    return {label.strip(): source.strip() for label, _, source in parts}


def out_option(default: str) -> Callable[[Command], Command]:
    """--out, a run directory."""
    return click.option(
        "--out",
        type=PATH,
        default=default,
        show_default=True,
        help="Run directory; a run begun there goes on where it was.",
    )


def page_options(command: Command) -> Command:
    """--faces, --short: given to the command as `pages`."""

    @wraps(command)
    def with_pages(*words: Any, faces: bool, short: bool, **others: Any) -> Any:
        return command(*words, pages=PageOptions(faces, short), **others)

    return faces_option(short_option(with_pages))


def limit_options(command: Command) -> Command:
    """--max-cost, --max-searches, --at-once: given to the command as `limits`."""

    @wraps(command)
    def with_limits(
        *words: Any,
        max_cost: float | None,
        max_searches: int | None,
        at_once: int | None,
        **others: Any,
    ) -> Any:
        return command(*words, limits=RunLimits(max_cost, max_searches, at_once or 0), **others)

    for option in (
        click.option("--at-once", type=click.IntRange(1), help="Questions at the same time, across a wire."),
        click.option("--max-searches", type=click.IntRange(0), help="Refuse a plan of more searches."),
        click.option(
            "--max-cost", type=click.FloatRange(0), help="Refuse to spend more, in the currency of its price."
        ),
    ):
        with_limits = option(with_limits)
    return with_limits
