"""The contract of every system, for the tests of one adapter."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from fairlineup.records import FaceSystem, Photograph
from fairlineup.systems import ContractReport, KnownPhotographs, Patience, check_system, known_cards


def run_contract(
    open_system: Callable[[], FaceSystem],
    photographs: KnownPhotographs | None = None,
    credentials: tuple[str, ...] = (),
) -> ContractReport:
    """Put the contract to a system and complain of every check that failed.

    Args:
        open_system: opens an instance; called twice where galleries are kept.
        photographs: of known people; cards of simulated ones by default.
        credentials: environment variables whose values nobody may see.
    Returns: the report, to see what was not applicable.
    """
    patience = Patience(sleep=lambda _: None)
    report = check_system(open_system, photographs or known_cards(), credentials, patience=patience)
    complaints = [f"{check.name}: expected {v.expected}, got {v.got}" for check, v in report.failed]
    assert not complaints, "\n".join(complaints)
    return report


def outcomes(report: ContractReport) -> dict[str, str]:
    """Each check's outcome by its name."""
    return {check.name: verdict.outcome for check, verdict in report.findings}


def portraits_of(folder: Path) -> KnownPhotographs:
    """Photographs of a data set: two people who are probes and have a mate, and two who are neither."""
    with (folder / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    probes = {row["person"]: row["photo"] for row in rows if row["role"] == "probe"}
    mates = {row["person"]: row["photo"] for row in rows if row["role"] == "gallery"}
    both = [person for person in probes if person in mates][:2]
    others = [person for person in mates if person not in probes][:2]
    return KnownPhotographs(
        tuple(Photograph(mates[person], folder / mates[person]) for person in (*both, *others)),
        tuple(Photograph(probes[person], folder / probes[person]) for person in both),
    )
