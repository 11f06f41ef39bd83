"""The command line: commands, exit statuses, and errors in one line.

Exit status: 0 done, 1 a declared limit failed or was inconclusive (with --fail-on), 2 bad input, 3 a system
failed, 4 refused, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from fairlineup import __version__
from fairlineup.cli.audit import audit
from fairlineup.cli.calibrate import calibrate
from fairlineup.cli.compare import compare
from fairlineup.cli.congress import congress
from fairlineup.cli.console import EXIT_INTERRUPTED, say
from fairlineup.cli.data import data
from fairlineup.cli.demo import demo
from fairlineup.cli.explain import explain
from fairlineup.cli.faces import faces
from fairlineup.cli.help import help_
from fairlineup.cli.plan import plan
from fairlineup.cli.samples import samples
from fairlineup.cli.systems import systems
from fairlineup.cli.threshold import threshold
from fairlineup.cli.tone import tone
from fairlineup.records import FairlineupError, how_to_import


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fairlineup")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def fairlineup(*, debug: bool) -> None:
    """Face recognition that has to answer for itself.

    Audit a system with the test the ACLU ran on Amazon Rekognition in 2018: search people among people who
    are not them, and count who is falsely matched.
    """


for command in (
    demo,
    congress,
    audit,
    faces,
    compare,
    calibrate,
    samples,
    systems,
    data,
    explain,
    plan,
    tone,
    threshold,
    help_,
):
    fairlineup.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status of its outcome."""
    sys.exit(_status(list(sys.argv[1:] if arguments is None else arguments)))


def _status(arguments: list[str]) -> int:  # noqa: PLR0911 - one return a way to end
    if "--debug" in arguments:  # wherever it was written
        arguments = ["--debug", *(word for word in arguments if word != "--debug")]
    try:
        result = fairlineup.main(arguments, prog_name="fairlineup", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return _misused(error)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted: what was finished is kept; give the same command again to go on")
        return EXIT_INTERRUPTED
    except FairlineupError as error:
        return _failed(str(error), error.exit_status, arguments)
    except ModuleNotFoundError as error:
        text = f"this needs the package {error.name}: {how_to_import(str(error.name))}"
        return _failed(text, 3, arguments)
    except (BrokenPipeError, SystemExit):  # click turns a reader that went away into an exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last place that can turn a fault into one line
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        return _failed(f"unexpected fault ({text}); --debug shows where", 3, arguments)
    return result if isinstance(result, int) else 0


def _failed(text: str, status: int, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        traceback.print_exc()
    say(f"fairlineup: {' '.join(text.split())}")
    return status


def _misused(error: click.ClickException) -> int:
    text = error.format_message()
    if "\n" in text:  # a group without a command: the message is its help
        say(text)
        return error.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    shown = f"; `{context.command_path} --help` shows how" if context else ""
    say(f"fairlineup: {text.rstrip('.')}{shown}")
    return error.exit_code
