"""The command line: commands, exit statuses, and errors in one line.

Exit status: 0 done, 1 a declared limit failed or was inconclusive (with --fail-on), 2 bad input, 3 a system,
a disk or a measure failed, 4 refused, 130 interrupted (143 by a request to end).
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import click

from fairlineup.cli.commands import fairlineup
from fairlineup.cli.console import EXIT_INTERRUPTED, notice
from fairlineup.cli.errors import exit_status_of, worded
from fairlineup.cli.interrupts import interrupted, interruption
from fairlineup.cli.streams import forgiving
from fairlineup.records import FairlineupError, SystemFailed, how_to_import, kind_of, place_in_ours

KEPT = "what was finished is kept: give the same command again"


def status_of(arguments: list[str]) -> int:
    """Run a command and return its exit status."""
    if "--debug" in arguments:  # wherever it was written
        arguments = ["--debug", *(word for word in arguments if word != "--debug")]
    try:
        with forgiving():
            return _outcome(arguments)
    except SystemFailed as error:  # what was put out could not be written
        return _failed(error, worded(error), exit_status_of(error), arguments)


def _outcome(arguments: list[str]) -> int:
    try:
        result = fairlineup.main(arguments, prog_name="fairlineup", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except BaseException as error:  # noqa: BLE001 - the last place that can turn it into a line
        if interrupted() or isinstance(error, click.Abort | KeyboardInterrupt):
            notice(interruption())
            return interrupted() or EXIT_INTERRUPTED
        return _told(error, arguments)
    return result if isinstance(result, int) else 0


def _told(error: BaseException, arguments: list[str]) -> int:
    if isinstance(error, click.ClickException):
        return _misused(error)
    if isinstance(error, FairlineupError):
        return _failed(error, worded(error), exit_status_of(error), arguments)
    return _failed(error, _unforeseen(error), 3, arguments)


def _unforeseen(error: BaseException) -> str:
    """What is said of an error that no room turned into one of ours, by whose fault it is."""
    if isinstance(error, ModuleNotFoundError):
        return f"the package {error.name} is not installed: {how_to_import(str(error.name))}"
    if isinstance(error, MemoryError):
        return f"there is not enough memory ({kind_of(error)}); {KEPT}, with less or on a larger machine"
    if isinstance(error, OSError) and error.errno is not None:
        where = f"{error.filename}: " if error.filename else ""
        return f"the operating system refused ({where}{error.strerror}); {KEPT} once that is repaired"
    return (
        f"unexpected fault ({kind_of(error)}, at {place_in_ours(error)}): this is a bug of ours; what was "
        "finished is kept; please report it where you got fairlineup from, with what --debug shows"
    )


def _failed(error: BaseException, text: str, status: int, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        notice(*"".join(traceback.format_exception(error)).rstrip().split("\n"))
    for note in getattr(error, "__notes__", ()):
        notice(*note.split("\n"))
    notice(f"fairlineup: {' '.join(text.split())}")
    return status


def _misused(error: click.ClickException) -> int:
    text = error.format_message()
    if "\n" in text:  # a group without a command: the message is its help
        notice(*text.split("\n"))
        return error.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    shown = f"; `{context.command_path} --help` shows how" if context else ""
    notice(f"fairlineup: {text.rstrip('.')}{shown}")
    return error.exit_code
