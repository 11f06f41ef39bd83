"""What a plan from elsewhere may do in the name of whoever runs it: asked once, and remembered."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.machinery import PathFinder
from pathlib import Path

import click

from fairlineup.cli.console import notice
from fairlineup.evidence.plan import SystemChoice
from fairlineup.files import is_there, settings_folder, write_new
from fairlineup.records import BadInput, FairlineupError, Refused, escaped
from fairlineup.seals import digest
from fairlineup.systems import Entrusted, entrusted_by

STARTS = {
    "program": "starts a program",
    "module": "imports a Python module and calls it",
    "package": "runs the code of an installed package",
    "server": "sends photographs, and the credentials set for it, to a server",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who says which system is opened, and with what options."""

    file: Path | None = None  #: a plan, or a file of options; None for words of this command line.
    trust: bool = False  #: --trust was given.


TYPED = Origin()
"""What somebody types at the command line they may run."""


def check_trusted(system: SystemChoice, origin: Origin = TYPED) -> None:
    """Let a system be opened, or ask; what is allowed is remembered by what it is, not by its plan.

    Raises:
        Refused: a file names it, and nobody has allowed it: with --trust, at a terminal, or by typing it.
        BadInput: an argument or option that the system does not take.
    """
    entrusted = entrusted_by(system.name, system.options)
    if entrusted is None:
        return
    place = folder() / digest(_sealed(entrusted)).removeprefix("sha256:")
    if is_there(place):
        return
    if origin.file is not None and not origin.trust:
        _ask(entrusted, origin.file)
    _remember(place, entrusted, origin)


def folder() -> Path:
    """Where it is remembered: in the user's own folder of settings, or in the one FAIRLINEUP_CONFIG names."""
    try:
        return settings_folder() / "trusted"
    except RuntimeError:  # no home: nothing is remembered
        return Path(os.devnull) / "trusted"


def _sealed(entrusted: Entrusted) -> bytes:
    """What is allowed: code starts in a folder, where other files of the same names may lie."""
    where = "" if entrusted.kind == "server" else str(Path.cwd())
    said = {"kind": entrusted.kind, "words": entrusted.words, "given": dict(entrusted.given), "in": where}
    return json.dumps(said, sort_keys=True, default=repr).encode()


def _ask(entrusted: Entrusted, file: Path) -> None:
    """Show what would be done; at a terminal ask. Raises: Refused."""
    notice(f"{file} {STARTS[entrusted.kind]}:")
    for line in shown(entrusted):
        notice(f"  {line}")
    if entrusted.kind != "server":
        notice("It can do whatever you can do: read and change your files, and send them anywhere.")
    if _at_a_terminal() and click.confirm("Allow it, now and from now on?", default=False, err=True):
        return
    raise Refused(
        f"{file} {STARTS[entrusted.kind]}",
        expected="somebody here who allowed it before",
        got=f"nobody: {escaped(shlex.join(entrusted.words))}",
        remedy="read what it names, and allow it",
        code="plan-not-trusted",
    )


def shown(entrusted: Entrusted) -> Iterator[str]:
    """Exactly what would be done, a line each."""
    yield escaped(shlex.join(word for word in entrusted.words if word))
    if entrusted.given:
        given = json.dumps(dict(entrusted.given), default=repr, ensure_ascii=False)
        yield f"with {escaped(given)}"
    if entrusted.kind == "program":
        found = shutil.which(entrusted.words[0])
        yield f"which is {escaped(os.path.abspath(found)) if found else 'not found'}"  # noqa: PTH100 - no link followed
    if entrusted.kind == "module":
        yield f"found at {escaped(_origin(entrusted.words[0].partition(':')[0].partition('.')[0]))}"
    if entrusted.kind != "server":
        yield f"in the folder {escaped(str(Path.cwd()))}"


def _origin(package: str) -> str:
    """Where a module, or the package it is in, would be imported from; nothing is imported to find out."""
    found = PathFinder.find_spec(package, [str(Path.cwd()), *sys.path])
    if found is None:
        return "no file"
    return found.origin or ", ".join(found.submodule_search_locations or ())


def _at_a_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _remember(place: Path, entrusted: Entrusted, origin: Origin) -> None:
    """Write it down for its owner alone; where that fails, it is asked again the next time."""
    said = {
        STARTS[entrusted.kind]: list(shown(entrusted)),
        "allowed": datetime.now(UTC).isoformat(timespec="seconds"),
        "named by": str(origin.file.resolve()) if origin.file else "a command",
    }
    content = json.dumps(said, indent=1, ensure_ascii=True).encode()
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(place, content, mode=0o600)
    except (OSError, FairlineupError) as error:
        if origin.trust:
            got = error.got if isinstance(error, BadInput) else str(error)
            notice(f"this could not be remembered ({got}): give --trust the next time too")
