"""The numbers of a staged run computed again from its papers and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fairlineup.evidence.evaluation import measure
from fairlineup.evidence.plan import write_plan
from fairlineup.evidence.runs import FrozenRun
from fairlineup.files import parse_json
from fairlineup.seals import digest

RESULTS, TIMING = "results.json", "timing.json"


def compute(papers: FrozenRun) -> dict[str, bytes]:
    """Compute all numbers of a run and put them in place; the two files come back. Raises: BadInput."""
    measure(papers)
    return {name: papers.directory.read_document(name) for name in (RESULTS, TIMING)}


def digests_of(papers: FrozenRun) -> dict[str, str]:
    """Digests of the plan and the manifest that stand in a run, as run.json should name them."""
    nowhere = replace(papers.plan, dataset=replace(papers.plan.dataset, folder=""))
    return {
        "plan": digest(write_plan(nowhere).encode()),
        "photographs": digest(papers.directory.read_document("manifest.csv")),
    }


def value_of(content: bytes) -> Any:
    """A JSON file's value. Raises: ValueError."""
    return parse_json(content)
