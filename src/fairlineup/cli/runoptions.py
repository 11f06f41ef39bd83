"""Options of commands that make a run: they are given to the command as the records its rooms take."""

from __future__ import annotations

from functools import wraps
from typing import Any

import click

from fairlineup.cli.options import Command, faces_option, short_option
from fairlineup.evidence.asking import RunLimits
from fairlineup.evidence.pipeline import PageOptions


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
