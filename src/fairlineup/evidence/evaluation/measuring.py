"""A run measured: results.json and timing.json put in place, wherever it is asked for."""

from __future__ import annotations

from fairlineup.evidence.evaluation.evaluate import evaluate
from fairlineup.evidence.evaluation.joined import observations_of
from fairlineup.evidence.evaluation.sections import OnFailure, ignore_failure
from fairlineup.evidence.evaluation.timing import timing
from fairlineup.evidence.runs import FrozenRun
from fairlineup.records import Progress, no_progress
from fairlineup.results import AuditResults


def measure(
    frozen: FrozenRun, on_failure: OnFailure = ignore_failure, progress: Progress = no_progress
) -> AuditResults:
    """Measure a run whose searches are done and put its numbers in place. Raises: BadInput."""
    observations = observations_of(frozen)
    frozen.directory.write_timing(timing(frozen, on_failure, observations))
    results = evaluate(frozen, on_failure, observations, progress)
    frozen.directory.write_results(results)
    return results
