"""What work will take: said before it begins, and corrected by how fast it goes."""

from __future__ import annotations

from typing import Any

import pytest

from fairlineup.cli import console
from fairlineup.cli.forecast import Forecasts
from fairlineup.records import Forecast, foretell, no_progress

LOOKING = Forecast("looking", 25_000, {"fingerprints": 20.0, "candidates": 30.0, "registrations": 10.0})


def test_work_is_told_of_before_it_begins_unless_it_is_soon_over() -> None:
    told = Forecasts().expect(LOOKING, 0)
    assert told == "25,000 photographs to look at for the same picture, about 60 s"
    assert Forecasts().expect(Forecast("measuring", 40, {"thresholds": 0.2}), 0) == ""


def test_what_follows_is_told_at_the_pace_until_now() -> None:
    forecasts = Forecasts()
    forecasts.expect(LOOKING, 100)
    assert forecasts.following("fingerprints", 0.5, 100.1) == ""  # too soon to tell
    assert forecasts.following("fingerprints", 0.5, 120) == "100 s with what follows"  # half as fast
    assert forecasts.following("candidates", 0.0, 110) == "20 s with what follows"  # twice as fast
    assert forecasts.following("registrations", 0.5, 160) == ""  # the stage's own progress says it
    assert forecasts.following("enrol-absent", 0.5, 160) == ""


@pytest.mark.parametrize("watch", ["_Lines", "_Bars"])
def test_whoever_watches_is_told(watch: str, capsys: pytest.CaptureFixture[str]) -> None:
    told: Any = console._Lines() if watch == "_Lines" else console._Bars(None)
    foretell(told, LOOKING.work, LOOKING.things, LOOKING.seconds)
    assert capsys.readouterr().err == "25,000 photographs to look at for the same picture, about 60 s\n"


def test_progress_that_does_not_ask_is_not_told() -> None:
    foretell(no_progress, LOOKING.work, LOOKING.things, LOOKING.seconds)
