"""Packages by other people that parts of Fairlineup need, and how to install those that are not here.

Fairlineup itself stands in no public index, so no text may tell anybody to install it from one by its name.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib import metadata
from pathlib import Path

from fairlineup.records.errors import SystemFailed

PACKAGE = "fairlineup"
DEFAULT = "default"  # the extra that the commands for everybody need
BROUGHT_BY = {"PIL": "pillow", "dlib": "dlib-bin", "_dlib_pybind11": "dlib-bin"}  # where names differ
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?([^;]*)")


def extra_installed(extra: str) -> bool | None:
    """Whether every package of an extra is installed; None if the installed package has no such extra."""
    needed = _packages(extra)
    return all(map(_is_installed, needed)) if needed else None


def how_to_install(extra: str) -> str:
    """A remedy: the command that installs what an extra needs and this environment does not have."""
    needed = _packages(extra)
    missing = [spec for name, spec in needed.items() if not _is_installed(name)]
    specs = missing or list(needed.values())
    if not specs:
        return f"install the packages that pyproject.toml lists under the extra {extra}"
    return f"install what the extra {extra} needs: {_command(specs)}"


def extra_missing(what: str, extra: str, error: ImportError) -> SystemFailed:
    """The error where the packages of an extra are needed and not there."""
    return SystemFailed(
        what,
        code="extra-missing",
        expected=f"the packages of the extra {extra}",
        got=str(error),
        remedy=how_to_install(extra),
        facts={"extra": extra},
    )


def how_to_import(module: str) -> str:
    """A remedy: the command that installs whatever brings a module that could not be imported."""
    distribution = BROUGHT_BY.get(module.partition(".")[0], module.partition(".")[0])
    if _key(distribution) in {_key(name) for name in _packages(DEFAULT)}:
        return how_to_install(DEFAULT)
    extras = metadata.metadata(PACKAGE).get_all("Provides-Extra") or [] if _requirements() else []
    for extra in extras:
        for name, spec in _packages(extra).items():
            if _key(name) == _key(distribution):
                return f"install it: {_command([spec])}"
    return f"install the package that brings it where Fairlineup is installed ({sys.prefix})"


def _command(specs: list[str]) -> str:
    """What installs packages into the very environment that runs, with or without pip in it."""
    quoted = " ".join(f'"{spec}"' for spec in specs)
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").is_file():
        return f"pipx inject {prefix.name} {quoted}"
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    if importlib.util.find_spec("pip"):
        return f"{python} -m pip install {quoted}"
    return " ".join(["uv", "pip", "install", "--python", python, quoted])


def _requirements() -> list[str]:
    try:
        return metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []


def _packages(extra: str) -> dict[str, str]:
    """Packages an extra brings, by name, as it asks for them; those of extras it names in turn too."""
    found: dict[str, str] = {}
    marker = re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]")
    for requirement in _requirements():
        head, _, condition = requirement.partition(";")
        named = _REQUIREMENT.match(head)
        if named is None or not marker.search(condition):
            continue
        if _key(named[1]) == PACKAGE:
            for inner in (named[2] or "").split(","):
                found |= _packages(inner.strip())
        else:
            found[named[1]] = head.strip()
    return found


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True
