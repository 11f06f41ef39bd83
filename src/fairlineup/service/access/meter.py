"""How often an access key is used, counted in the store across processes and restarts.

A process takes lots of what is left and spends them in memory, so that most uses write nothing. One that ends
loses its lots: what is counted is never less than what was used.
"""

from __future__ import annotations

import sqlite3
import threading
from types import MappingProxyType

from fairlineup.records import FairlineupError, Refused, Throttled
from fairlineup.service.access.keys import Counted
from fairlineup.service.store import Store

MINUTE_S, DAY_S = 60.0, 86_400.0
_WINDOWS = MappingProxyType(
    {"requests_per_minute": MINUTE_S, "requests_per_day": DAY_S, "probes_per_day": DAY_S}
)
_LOTS = MappingProxyType({MINUTE_S: 50, DAY_S: 1_000})
"""Into how many lots a limit is parted: the most that a process which ends can lose is one of them."""
_COUNT = (
    "INSERT INTO used VALUES (:family, :purpose, :what, :since, :times) "
    "ON CONFLICT DO UPDATE SET times = times + :times"
)
_Window = tuple[str, str, str, float]


class Meter:
    """Counts what access keys are used for, for any thread. One a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._left: dict[_Window, int] = {}

    def admit(self, who: Counted) -> None:
        """Count a request. Raises: Throttled: too many this minute; Refused: too many today."""
        self._take(who, "requests_per_minute", 1)
        self._take(who, "requests_per_day", 1)

    def probes(self, who: Counted, times: int = 1) -> None:
        """Count faces that are searched for or compared. Raises: Refused: too many today."""
        self._take(who, "probes_per_day", times)

    def _take(self, who: Counted, what: str, times: int) -> None:
        most: int | None = getattr(who.limits, what)
        if most is None:
            return
        now, length = self._store.clock(), _WINDOWS[what]
        window = (who.family, who.purpose, what, now // length * length)
        with self._lock:
            left = self._left.get(window, 0)
            if left < times:
                left += self._lot(window, most, (times - left, max(1, most // _LOTS[length])))
            if left < times:
                self._left[window] = left
                raise _too_many(what, most, window[3] + length - now)
            self._left[window] = left - times

    def _lot(self, window: _Window, most: int, sizes: tuple[int, int]) -> int:
        """Take what is needed and more of what is left in a window; less than needed where it is used up."""
        needed, lot = sizes
        with self._store.writing() as work:
            free = most - _used(work, window)
            taken = max(0, min(free, max(needed, lot)))
            family, purpose, what, since = window
            given = {"family": family, "purpose": purpose, "what": what, "since": since, "times": taken}
            work.execute(_COUNT, given)
            work.execute("DELETE FROM used WHERE since < ?", (since - 2 * DAY_S,))
        self._left = {one: left for one, left in self._left.items() if one[3] + DAY_S >= since}
        return taken


def _used(work: sqlite3.Connection, window: _Window) -> int:
    sql = "SELECT times FROM used WHERE family = ? AND purpose = ? AND what = ? AND since = ?"
    row = work.execute(sql, window).fetchone()
    return row[0] if row else 0


def _too_many(what: str, most: int, wait_s: float) -> FairlineupError:
    words = what.replace("_", " ")
    said = {"expected": f"at most {most:,} {words}", "got": "more", "code": "limit-exceeded"}
    facts = {"limit": what, "retry_after_s": f"{wait_s:.0f}"}
    if what != "requests_per_minute":
        remedy = "wait for the next day (UTC), or use a key with a higher limit"
        return Refused("the uses of this access key", remedy=remedy, facts=facts, **said)
    throttled = Throttled(
        "the requests of this access key",
        remedy="wait for the next minute",
        facts=facts,
        **{**said, "code": "throttled"},
    )
    throttled.retry_after_s = wait_s
    return throttled
