"""What work will take, said before it begins, and what is left of it by how fast it went."""

from __future__ import annotations

from collections.abc import Mapping

from fairlineup.records import Forecast

WORK = {
    "looking": "{:,} photographs to look at for the same picture",
    "measuring": "{:,} searches to measure",
}
WORTH_SAYING_S = 5.0
SURE_AFTER_S = 0.5


class Forecasts:
    """What is expected of the work under way."""

    def __init__(self) -> None:
        self._seconds: Mapping[str, float] = {}
        self._began = 0.0

    def expect(self, forecast: Forecast, now: float) -> str:
        """Work begins: what to say of it; blank where it is over at once."""
        self._seconds, self._began = forecast.seconds, now
        whole = sum(forecast.seconds.values())
        if whole < WORTH_SAYING_S:
            return ""
        return f"{WORK[forecast.work].format(forecast.things)}, about {duration(whole)}"

    def following(self, stage: str, share: float, now: float) -> str:
        """What is left with the stages that follow, at the pace until now; blank where none does."""
        stages = list(self._seconds)
        later = stages[stages.index(stage) + 1 :] if stage in stages else []
        elapsed, follows = now - self._began, sum(self._seconds[one] for one in later)
        left = self._seconds.get(stage, 0.0) * (1 - share) + follows
        done = sum(self._seconds.values()) - left
        if not follows or done <= 0 or elapsed < SURE_AFTER_S or left * elapsed / done < WORTH_SAYING_S:
            return ""
        return f"{duration(left * elapsed / done)} with what follows"


def duration(seconds: float) -> str:
    """Rough time in words: 40 s, 12 min, 3.5 h."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
