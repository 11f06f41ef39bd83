"""What a person at a terminal sees: progress with rate and time left, and errors in one line."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from fairlineup.records import Progress, no_progress

EXIT_LIMIT_BROKEN = 1
EXIT_INTERRUPTED = 130

STAGES = {
    "samples": "Photographing people who do not exist",
    "lists": "Reading who is who",
    "photographs": "Fetching photographs",
    "pictures": "Checking that each photograph can be decoded",
    "fingerprints": "Looking at each picture",
    "candidates": "Looking for the same picture twice",
    "registrations": "Laying likely copies over each other",
    "digests": "Taking digests",
    "enrol-absent": "Enrolling people who are no probe",
    "search-absent": "Searching, target absent",
    "enrol-mates": "Enrolling mates",
    "search-present": "Searching, target present",
    "enrol-absent again": "Restoring the gallery",
    "enrol-mates again": "Restoring the mates",
    "faces": "Looking for faces",
    "templates": "Making templates",
    "compare": "Comparing everybody with everybody",
    "tones": "Reading the skin's lightness and colour",
}


def say(text: str) -> None:
    """Tell the person something that is not the result: on standard error, where anybody still reads it."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:  # whoever watched went away: the work goes on unwatched
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def show_json(value: Any) -> None:
    """The result for a machine: on standard output."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


@contextmanager
def watching(*, quiet: bool) -> Iterator[Progress]:
    """Progress for whoever watches: bars on a terminal, a line now and then elsewhere, nothing if quiet."""
    if quiet:
        yield no_progress
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    with Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bars:
        tasks: dict[str, tuple[Any, float, int]] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                task = bars.add_task(STAGES.get(stage, stage), total=total, rate="")
                tasks[stage] = (task, time.monotonic(), done)
            task, began, first = tasks[stage]
            elapsed = time.monotonic() - began
            rate = f"{(done - first) / elapsed:,.0f}/s" if elapsed > 0.5 else ""
            bars.update(task, completed=done, total=total, rate=rate)

        yield progress


class _Lines:
    """Progress where there is no terminal: a line a stage, and one every five seconds."""

    def __init__(self, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._began: dict[str, tuple[float, int]] = {}
        self._said: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(stage, (now, done))
        last = done >= total
        if not last and now - self._said.setdefault(stage, now) < self._every_s:
            return
        self._said[stage] = now
        pace = _pace(now - began, done - first, total - done)
        say(f"{STAGES.get(stage, stage)}: {done:,} of {total:,}{pace}")


def _pace(elapsed_s: float, done: int, left: int) -> str:
    if elapsed_s < 0.5 or done == 0:
        return ""
    rate = done / elapsed_s
    return f", {rate:,.0f}/s" + (f", {left / rate:,.0f} s left" if left else "")


def percent(measured: Mapping[str, Any], digits: int = 1) -> str:
    """A rate from results.json as words: "84.4 % (81.1 to 87.4 %)", or why there is none."""
    if "not_measured" in measured:
        return f"not measured ({measured['not_measured']})"
    value, low, high = (100 * measured[key] for key in ("value", "low", "high"))
    return f"{value:.{digits}f} % ({low:.{digits}f} to {high:.{digits}f} %)"
