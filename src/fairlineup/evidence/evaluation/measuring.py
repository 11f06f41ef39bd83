"""A run measured, and its numbers put in place: what a pipeline does, and whoever checks a bundle."""

from __future__ import annotations

from fairlineup.evidence.evaluation.evaluate import evaluate
from fairlineup.evidence.evaluation.sections import OnFailure, ignore_failure
from fairlineup.evidence.evaluation.timing import timing
from fairlineup.evidence.runs import FrozenRun
from fairlineup.results import AuditResults


def measure(run: FrozenRun, on_failure: OnFailure = ignore_failure) -> AuditResults:
    """Measure a run whose searches are done and write results.json and timing.json. Raises: BadInput."""
    run.directory.write_timing(timing(run, on_failure))
    results = evaluate(run, on_failure)
    run.directory.write_results(results)
    return results
