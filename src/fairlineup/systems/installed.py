"""What an adapter needs, and whether it is here: packages of its extra, credentials; never their values."""

from __future__ import annotations

import os
import re
from importlib import metadata

from fairlineup.systems.facts import Facts

PACKAGE = "fairlineup"
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")


def extra_installed(extra: str) -> bool | None:
    """Whether every package of an extra is installed; None if the installed package has no such extra."""
    needed = _packages(extra, _requirements())
    if not needed:
        return None
    return all(_is_installed(package) for package in needed)


def credentials_set(facts: Facts) -> dict[str, bool | None]:
    """Whether each place of credentials is filled; None where it is no environment variable."""
    return {
        name: bool(os.environ.get(name)) if VARIABLE.fullmatch(name) else None for name in facts.credentials
    }


def _requirements() -> list[str]:
    try:
        return metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []


def _packages(extra: str, requirements: list[str]) -> set[str]:
    """Names of the packages an extra brings, those of extras it names in turn among them."""
    found: set[str] = set()
    marker = re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]")
    for requirement in requirements:
        head, _, condition = requirement.partition(";")
        named = REQUIREMENT.match(head)
        if named is None or not marker.search(condition):
            continue
        if named[1].lower() == PACKAGE:
            for inner in (named[2] or "").split(","):
                found |= _packages(inner.strip(), requirements)
        else:
            found.add(named[1])
    return found


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True
