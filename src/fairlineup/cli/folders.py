"""What a folder that was named is, before anything is written to it or read from it."""

from __future__ import annotations

from pathlib import Path

from fairlineup.evidence.scorefiles import SCHEMA
from fairlineup.files import is_file, is_folder, is_there, parse_json
from fairlineup.records import BadInput


def check_new(out: Path) -> None:
    """Raise BadInput for a folder that holds something."""
    if is_there(out) and (not is_folder(out) or any(out.iterdir())):
        raise BadInput(
            f"{out} is there already",
            expected="a new or empty folder",
            got="one that would be overwritten",
            remedy="choose another with --out",
        )


def check_is_run(path: Path) -> None:
    """Raise BadInput for a folder that `audit import` wrote: it has numbers and nothing behind them."""
    results = path / "results.json"
    if is_there(path / "run.json") or not is_file(results):
        return
    try:
        schema = parse_json(results.read_bytes())["schema"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if schema == SCHEMA:
        raise BadInput(
            f"{path} is no run",
            expected="a folder that `fairlineup audit run` wrote",
            got="one that `fairlineup audit import` wrote: an import has neither report nor labels",
            remedy=f"its numbers are in {results}",
        )
