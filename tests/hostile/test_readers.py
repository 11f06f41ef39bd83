"""Whatever a reader is given, it gives a value or says what is wrong: no other exception, and an end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fairlineup.records import CODES, FairlineupError

from .readers import Reader

EXAMPLES = int(os.environ.get("FAIRLINEUP_EXAMPLES", "10"))  # of each reader; tests_long takes thousands
LONGEST_S = 120
SLOW = ("bundle, ", "run, ", "answers of")  # a whole run is read each time, or a program started


def some(examples: int = EXAMPLES) -> settings:
    """So many examples, made smaller only where there is time."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,) if examples < 100 else (Phase.generate, Phase.shrink),
    )


NAMES = (
    *(f"photograph, {kind}" for kind in ("JPEG", "PNG", "WEBP")),
    *("card of a simulated person", "scores to import", "scores of a system", "failures of a system"),
    *("manifest", "labels of people", "reviewer's sheet", "settled pairs", "list of pairs"),
    *("plan", "plan of a run", "options of a system", "description of a model", "calibration"),
    *("log of decisions", "acts of a disclosure", "private key", "public key", "bundle"),
    *(f"run, {name}" for name in ("run.json", "plan.toml", "manifest.csv", "findings.json", "results.json")),
    *(f"run, {name}" for name in ("timing.json", "observations.parquet")),
    *("bundle, its description", "bundle, run.json", "bundle, plan.toml", "bundle, manifest.csv"),
    *("answers of a program", "journal of a run", "record of a download", "listings of a download"),
    *("list of legislators", "list of portraits", "list of member ids"),
    *("bundle, findings.json", "bundle, results.json", "bundle, observations.parquet", "bundle, timing.json"),
)


@contextmanager
def watched(seconds: int = LONGEST_S) -> Iterator[None]:
    """Ends what hangs, where the platform can: a watchdog, far beyond what any of it takes."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def hung(*_: object) -> None:
        raise AssertionError(f"it took over {seconds} s")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def survived() -> Iterator[None]:
    """Nothing, or an error of ours of a known kind."""
    code = "usage"
    with watched():
        try:
            yield
        except FairlineupError as error:
            code = error.code
    assert code in set(CODES) - {"unspecified"}


@pytest.mark.parametrize("name", NAMES)
def test_a_value_or_an_error_of_ours(all_readers: dict[str, Reader], name: str) -> None:
    reader = all_readers[name]
    reader.read(reader.good)

    @some(max(2, EXAMPLES // 5) if name.startswith(SLOW) else EXAMPLES)
    @given(st.data())
    def fuzzed(data: st.DataObject) -> None:
        content = data.draw(reader.hostile())
        with survived():
            reader.read(content)

    fuzzed()


def test_no_reader_is_forgotten(all_readers: dict[str, Reader]) -> None:
    assert set(NAMES) >= {
        name for name in all_readers if not name.endswith(("searches.parquet", "enrolments.parquet"))
    }
