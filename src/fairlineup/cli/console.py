"""What a person at a terminal sees: progress with rate and time left, and errors in one line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click

from fairlineup.cli.forecast import Forecasts, duration
from fairlineup.cli.streams import can_show, painted
from fairlineup.records import Forecast, escaped, escaped_in_json

EXIT_LIMIT_BROKEN = 1
EXIT_FAILED = 3
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
    "gallery pairs": "Comparing the gallery with itself",
    "enrol-absent": "Enrolling people who are no probe",
    "search-absent": "Searching, target absent",
    "enrol-mates": "Enrolling mates",
    "search-present": "Searching, everybody enrolled",
    "enrol-absent again": "Restoring the gallery",
    "enrol-mates again": "Restoring the mates",
    "faces": "Looking for faces",
    "templates": "Making templates",
    "contract": "Checking the contract",
    "compare": "Comparing everybody with everybody",
    "thresholds": "Measuring at each threshold",
    "ahead": "Measuring on all cores",
    "likelihood": "Measuring what a score is worth",
    "sweep": "Measuring at thresholds over all of the recorded range",
    "tones": "Reading the skin's lightness and colour",
}


def say(*lines: str) -> None:
    """Put out the result, a line each. Words from outside neither end a line nor paint the terminal."""
    for line in lines:
        click.echo(escaped(line))


def notice(*lines: str) -> None:
    """Tell the person something that is not the result: on standard error, where anybody still reads it."""
    for line in lines:
        click.echo(escaped(line), err=True)


def show_json(value: Any) -> None:
    """The result for a machine: on standard output."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    text = "\n".join(map(escaped_in_json, text.split("\n")))
    click.echo(text if can_show(text) else json.dumps(value, indent=1, allow_nan=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The result as a table, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(escaped(cell)) for cell in row))
    Console(file=painted(sys.stdout), highlight=False).print(table)


class Watch(Protocol):
    """Progress that is also told what work will take, and in a few words how it stands."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` things of this stage are finished."""
        ...

    def expect(self, forecast: Forecast) -> None:
        """Work of several stages begins."""
        ...

    def note(self, text: str) -> None:
        """How it stands now: shown beside what is under way."""
        ...


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watch]:
    """Progress for whoever watches: bars on a terminal, a line now and then elsewhere, nothing if quiet."""
    if quiet:
        yield _Nobody()
    elif sys.stderr is not None and sys.stderr.isatty():
        with _bars() as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=Console(file=painted(sys.stderr)),
    ) as bars:
        yield bars


class _Nobody:
    """Nobody watches."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell nobody."""

    def expect(self, forecast: Forecast) -> None:
        """Tell nobody."""

    def note(self, text: str) -> None:
        """Tell nobody."""


class _Bars:
    """A bar a stage on a terminal."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, tuple[Any, float, int]] = {}
        self._forecasts, self._note = Forecasts(), ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            task = self._bars.add_task(STAGES.get(stage, escaped(stage)), total=total, rate="", note="")
            self._tasks[stage] = (task, time.monotonic(), done)
        task, began, first = self._tasks[stage]
        now = time.monotonic()
        rate = _rate((done - first) / (now - began)) if now - began > 0.5 else ""
        note = self._note or self._forecasts.following(stage, done / max(total, 1), now)
        self._bars.update(task, completed=done, total=total, rate=rate, note=note)
        self._note = ""

    def expect(self, forecast: Forecast) -> None:
        """Said above the bars."""
        notice(*filter(None, [self._forecasts.expect(forecast, time.monotonic())]))

    def note(self, text: str) -> None:
        """Stands beside the bar at its next step."""
        self._note = escaped(text)


class _Lines:
    """Progress where there is no terminal: a line a stage, and one every five seconds."""

    def __init__(self, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._began: dict[str, tuple[float, int]] = {}
        self._said: dict[str, float] = {}
        self._forecasts, self._note = Forecasts(), ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(stage, (now, done))
        last = done >= total
        if not last and now - self._said.setdefault(stage, now) < self._every_s:
            return
        self._said[stage] = now
        pace = _pace(now - began, done - first, total - done)
        following = self._forecasts.following(stage, done / max(total, 1), now)
        notes, self._note = "".join(f"; {one}" for one in (following, self._note) if one), ""
        notice(f"{STAGES.get(stage, stage)}: {done:,} of {total:,}{pace}{notes}")

    def expect(self, forecast: Forecast) -> None:
        """A line of its own."""
        notice(*filter(None, [self._forecasts.expect(forecast, time.monotonic())]))

    def note(self, text: str) -> None:
        """Stands at the end of the next line."""
        self._note = text


def _rate(a_second: float) -> str:
    return f"{a_second:,.1f}/s" if a_second < 10 else f"{a_second:,.0f}/s"


def _pace(elapsed_s: float, done: int, left: int) -> str:
    if elapsed_s < 0.5 or done == 0:
        return ""
    rate = done / elapsed_s
    return f", {_rate(rate)}" + (f", {duration(left / rate)} left" if left else "")
