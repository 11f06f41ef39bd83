"""Options several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

PATH = click.Path(path_type=Path)

data_option = click.option("--data", required=True, metavar="DIR", type=PATH, help="The data directory.")
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
trust_option = click.option(
    "--trust",
    is_flag=True,
    help="Allow what the plan starts or sends, now and from now on; see `fairlineup help security`.",
)
engine_option = click.option(
    "--engine",
    default="",
    metavar="NAME",
    help="Engine by its name; `fairlineup engines` lists them, the default first.",
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


def half_option(doc: str) -> Callable[[Command], Command]:
    """--half, of the people in a data set."""
    return click.option(
        "--half",
        type=click.Choice(["all", "even", "odd"]),
        default="all",
        show_default=True,
        help=f"The people whose id's SHA-256 begins with an even (odd) byte. {doc}",
    )


def out_option(default: str) -> Callable[[Command], Command]:
    """--out, a run directory."""
    return click.option(
        "--out",
        type=PATH,
        default=default,
        show_default=True,
        help="Run directory; a run begun there goes on where it was.",
    )
