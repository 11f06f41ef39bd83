"""Nothing that opens a door goes into a bundle: a last look, though no file of a run should hold any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fairlineup.files import is_file, is_there
from fairlineup.records import BadInput

SECRET = re.compile(r"(?:^|[-_])(?:api)?(?:key|token|secret|password|credentials?)(?:$|[-_])", re.IGNORECASE)
SHORTEST = 12


def check_options(options: Mapping[str, Any]) -> None:
    """Raise BadInput for options of a plan's system that are called like a credential."""
    named = sorted(name for name in _names(options) if SECRET.search(name))
    if named:
        raise BadInput(
            "the plan may hold a credential",
            expected="options of the system that name none: credentials come from the environment",
            got=f"one called {named[0]}",
            remedy="take it out of [system.options] and run the audit again; if it was real, change it",
            code="secret-in-bundle",
        )


def check_texts(folder: Path, said: str, environment: Mapping[str, str]) -> None:
    """Raise BadInput if the value of a variable that is called like a credential stands in a file.

    Args:
        folder: the staged run.
        said: the system's own words about single photographs, which stand in files that are no text.
        environment: variables and their values.
    """
    secrets = {
        name: value.encode()
        for name, value in environment.items()
        if SECRET.search(name) and len(value) >= SHORTEST and not is_there(Path(value))
    }
    if not secrets:
        return
    for where, content in _texts(folder, said):
        for name, value in secrets.items():
            if value in content:
                raise BadInput(
                    "a credential would go into the bundle",
                    expected=f"the value of {name} nowhere",
                    got=f"it in {where}",
                    remedy="change that credential, and take it out of where it stands",
                    code="secret-in-bundle",
                )


def _texts(folder: Path, said: str) -> Iterator[tuple[str, bytes]]:
    yield "what the system said", said.encode()
    for path in sorted(folder.rglob("*")):
        if is_file(path):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _names(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        yield name
        if isinstance(value, Mapping):
            yield from _names(value)
