"""Behind `fairlineup calibrate`: what is seen in the photographs, and what somebody has to decide."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from fairlineup import __version__
from fairlineup.cli.console import notice
from fairlineup.cli.enginechoice import engine_of
from fairlineup.evidence.calibration import (
    Compared,
    Doubt,
    doubts_csv,
    doubts_of,
    read_decisions,
)
from fairlineup.evidence.plan import Dataset, Finding, Half, Kind, inspect
from fairlineup.faces.engine import EngineDescription, EnginePool, described_engine, engine_settings
from fairlineup.faces.vectors import prepare_templates
from fairlineup.files import content_of, is_file, read_file, write_atomic
from fairlineup.labels import Decision
from fairlineup.records import BadInput, Outcome, Progress

TO_SETTLE = "to-settle.csv"
SECONDS_PER_PHOTOGRAPH = 0.025  # one core: a template, and looking for the same picture twice


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the command's options under their names."""

    dataset: Path
    out: Path
    manifest: str
    population: str
    capture: str
    name: str
    cite: Mapping[str, str]
    half: Half
    cross_fit: bool
    settled: Path | None
    keep_all: bool
    engine: str
    model: Path | None

    @property
    def description(self) -> EngineDescription:
        """The engine asked for. Raises: click.UsageError (two are named), BadInput (there is none)."""
        if self.engine and self.model:
            raise click.UsageError("--engine names one of ours and --model one of yours: give one of them")
        return described_engine(self.model) if self.model else engine_of(self.engine)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in the photographs; templates stay in memory."""

    dataset: Dataset
    findings: tuple[Finding, ...]
    compared: Compared
    digests: Mapping[str, str]
    facts: Mapping[str, Any]


def check_list(asked: Request) -> None:
    """Refuse to overwrite decisions that somebody filled in."""
    there = asked.out / TO_SETTLE
    if asked.settled or asked.keep_all or not is_file(there):
        return
    filled = len(read_decisions(content_of(there) or b"", str(there)))
    if filled:
        raise BadInput(
            f"{there} holds decisions",
            expected="the list to be given back",
            got=f"no --settled, and {filled} decided pairs that would be lost",
            remedy=f"add --settled {there}, or --out with another folder",
            code="file-exists",
        )


def look(dataset: Dataset, asked: Request, progress: Progress, *, quiet: bool) -> Looked:
    """Findings and templates. Raises: BadInput: fewer than two people with a face."""
    description = asked.description
    photos = [dataset.photograph(entry) for entry in dataset.entries]
    if not quiet:
        seconds = len(photos) * SECONDS_PER_PHOTOGRAPH / (os.cpu_count() or 1)
        notice(
            f"{len(photos):,} photographs: about {max(1, round(seconds)):,} s. Templates stay in memory: "
            "after an interruption it begins again."
        )
    seen = inspect(dataset, progress)
    with EnginePool(description) as pool:
        answers = list(pool.analyse_many(photos, progress=progress, stage="templates"))
    kept = [(e, a) for e, a in zip(dataset.entries, answers, strict=True) if a.outcome is Outcome.OK]
    information = description.information
    synthetic = any(e.population == "synthetic" for e in dataset.entries) or any(
        f.kind is Kind.SAYS_SYNTHETIC for f in seen.findings
    )
    facts = {
        "kind": "synthetic" if synthetic else "real",
        "model": {
            "name": information.name,
            "digest": information.digest,
            "pipeline": information.pipeline,
            "metric": information.metric,
            "licence": information.licence,
        },
        "made_with": {"fairlineup": __version__, **engine_settings(description)},
        "photographs_offered": len(photos),
    }
    templates = prepare_templates([analysis.templates[0] for _, analysis in kept], information)
    qualities = tuple(analysis.faces[0].quality for _, analysis in kept)
    entries = tuple(entry for entry, _ in kept)
    compared = Compared(entries, templates, qualities=qualities, cuts=description.cuts)
    return Looked(dataset, seen.findings, compared, seen.digests, facts)


def decisions_on(looked: Looked, asked: Request) -> tuple[tuple[Doubt, ...], dict[str, Decision]]:
    """What is doubtful, and the decision on each; blank where there is none."""
    doubts = doubts_of(looked.dataset, looked.findings, looked.compared)
    decided: dict[str, Decision] = {}
    if asked.settled is not None:
        name, expected = str(asked.settled), f"{TO_SETTLE} with its decisions filled in"
        remedy = "name another file with --settled"
        text = read_file(asked.settled, name, expected=expected, remedy=remedy)
        decided = read_decisions(text, name, doubts)
    kept = ("look_alike", "--keep-all: nobody looked") if asked.keep_all else ("", "")
    return doubts, {
        doubt.pair: decided.get(doubt.pair) or Decision(doubt.pair, "", *kept) for doubt in doubts
    }


def ask(asked: Request, doubts: Sequence[Doubt], decisions: Mapping[str, Decision], open_ones: int) -> int:
    """Write the list of what is to be settled, and say so; the exit status."""
    place = asked.out / TO_SETTLE
    write_atomic(place, doubts_csv(doubts, decisions))
    notice(
        f"{open_ones} pairs of people are to be settled before there is a table: {place}",
        "Look at the photographs of each. Under decision write label_error (one person, or a wrong",
        "photograph; with the reason) or look_alike, and your name under who; then give the command",
        f"again with --settled {place}",
    )
    return 2
