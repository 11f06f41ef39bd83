"""What looking and measuring will take is told before either begins, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fairlineup.evidence.asking import RunOptions
from fairlineup.evidence.pipeline import AuditOptions, audit
from fairlineup.records import Forecast

from .kit import people, plan_for, simulated, write_shots


@dataclass
class Watch:
    """Keeps what it is told, in order."""

    told: list[str] = field(default_factory=list)
    forecasts: list[Forecast] = field(default_factory=list)

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.told.append(stage)

    def expect(self, forecast: Forecast) -> None:
        self.told.append(forecast.work)
        self.forecasts.append(forecast)


def test_work_is_foretold_before_its_first_stage(tmp_path: Path) -> None:
    watch = Watch()
    shots = write_shots(tmp_path / "set", people({"a": 4}, {"a": 6}))
    options = AuditOptions(run=RunOptions(progress=watch))
    run = audit(plan_for(shots), simulated(), tmp_path / "run", options).run
    looking, measuring = watch.forecasts
    searches = len(run.protocol.absent) + len(run.protocol.present)
    assert (looking.work, looking.things) == ("looking", len(run.dataset.entries))
    assert (measuring.work, measuring.things) == ("measuring", searches)
    for forecast in watch.forecasts:
        order = [watch.told.index(one) for one in (forecast.work, *forecast.seconds)]
        assert order == sorted(order)
        assert all(seconds > 0 for seconds in forecast.seconds.values())


def test_the_system_may_be_closed_before_anything_is_measured(tmp_path: Path) -> None:
    watch = Watch()
    shots = write_shots(tmp_path / "set", people({"a": 4}, {"a": 6}))
    options = AuditOptions(RunOptions(progress=watch), after_asking=lambda: watch.told.append("closed"))
    for _ in range(2):
        audit(plan_for(shots), simulated(), tmp_path / "run", options)
    assert watch.told.count("closed") == 2
    assert watch.told.index("search-present") < watch.told.index("closed") < watch.told.index("measuring")
