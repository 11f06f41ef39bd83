"""How a run is carried out: retries, pace and spending. None of it changes what is found."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fairlineup.records import BadInput, Progress, Refused, SystemInformation, no_progress

FIRST_GAP_S = 0.05
LONGEST_GAP_S = 60.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a question is asked again that got no answer."""

    retries: int = 3  #: times it is asked again.
    first_wait_s: float = 0.5  #: seconds before the first; each later wait is up to twice as long.
    longest_wait_s: float = 600.0  #: seconds a question that is throttled is kept waiting in all.
    sleep: Callable[[float], None] | None = None  #: how to wait, if not by the clock.
    #: a number from 0 to 1 that shortens a wait by up to half, so that not all ask again at once.
    jitter: Callable[[], float] = random.random

    def wait_s(self, attempt: int) -> float:
        """Seconds before asking again for the attempt-th time."""
        return self.first_wait_s * float(2 ** (attempt - 1)) * (1 - self.jitter() / 2)

    def rest(self, seconds: float, ended: threading.Event) -> None:
        """Wait so long, or until it is of no use any more."""
        if seconds <= 0:
            return
        if self.sleep is None:
            ended.wait(seconds)
        else:
            self.sleep(seconds)


class Pace:
    """How often questions are put: as fast as answers come, until the system asks for less.

    Asked for less it doubles the gap between questions, and each answer narrows it by a fiftieth. Shared by
    all threads that ask one system.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next = self._slowed = float("-inf")
        self.gap_s = 0.0

    def turn(self) -> float:
        """Seconds until one's turn."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next)
            self._next = at + self.gap_s
        return at - now

    def throttled(self, retry_after_s: float | None) -> None:
        """The system asked for less; of several threads told so at once one slows the pace."""
        with self._lock:
            now = self._clock()
            if now - self._slowed >= self.gap_s:
                self.gap_s = min(LONGEST_GAP_S, max(FIRST_GAP_S, 2 * self.gap_s))
                self._slowed = now
            self._next = max(self._next, now + (self.gap_s if retry_after_s is None else retry_after_s))

    def answered(self) -> None:
        """The system kept up."""
        with self._lock:
            self.gap_s = self.gap_s * 0.98 if self.gap_s > FIRST_GAP_S / 10 else 0.0


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What a run may take at most; None for no limit.

    Raises: BadInput: a limit under 0, or one that is no number and so would limit nothing.
    """

    cost: float | None = None  #: in the currency of the system's price.
    searches: int | None = None  #: number of searches.
    at_once: int = 0  #: questions asked at the same time across a wire; 0 is what the system allows.

    def __post_init__(self) -> None:
        for name in RunLimits.__slots__:
            limit = getattr(self, name)
            if limit is not None and not (_is_number(limit) and limit >= 0):
                raise BadInput(
                    f"the most that a run may take ({name})",
                    expected="a number of 0 or more",
                    got=repr(limit),
                    remedy="give another, or no limit",
                    code="argument-unusable",
                )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """What a run will take, said before it takes it."""

    enrolments: int  #: photographs to enrol.
    searches: int  #: searches to make.
    calls: int  #: paid calls, with those of canary pairs.
    cost: float | None  #: of these calls; None where no price is known.
    seconds: float | None  #: rough time; None where it is not known.


def estimate_cost(
    information: SystemInformation, enrolments: int, searches: int, canaries: int = 0
) -> CostEstimate:
    """What so many photographs take; each canary pair is enrolled and searched at begin and end."""
    calls = (enrolments + 2 * canaries) * information.calls_per_enrolment
    calls += (searches + 2 * canaries) * information.calls_per_search
    price, seconds = information.price, information.seconds_per_photograph
    photographs = enrolments + searches + 4 * canaries
    return CostEstimate(
        enrolments=enrolments,
        searches=searches,
        calls=calls,
        cost=None if price is None else calls * price.amount,
        seconds=None if seconds is None else photographs * seconds / information.at_once,
    )


def check_limits(estimate: CostEstimate, limits: RunLimits) -> None:
    """Hold an estimate against what may be taken. Raises: Refused: it takes more, or no price is known."""
    if limits.searches is not None and estimate.searches > limits.searches:
        most, planned = f"{limits.searches:,}", f"{estimate.searches:,} in the plan"
        raise _over("searches", most, planned, LESS, "most_searches")
    if limits.cost is None:
        return
    most = f"{limits.cost:g}"
    if estimate.cost is None:
        priced = "limit no cost if it charges nothing; else say price_per_call in [system.options]"
        raise _over("cost", most, "a system that names no price", priced, "unpriced")
    if estimate.cost > limits.cost:
        raise _over("cost", most, f"{estimate.cost:.2f} for {estimate.calls:,} calls", LESS, "most_cost")


class Spending:
    """Calls made so far, questions asked again among them, against the most that may be spent."""

    def __init__(self, information: SystemInformation, limits: RunLimits) -> None:
        self._information, self._most = information, limits.cost
        self._lock = threading.Lock()
        self.calls = 0

    @property
    def cost(self) -> float | None:
        """So far; None where no price is known."""
        price = self._information.price
        return None if price is None else self.calls * price.amount

    def call(self, *, enrol: bool) -> None:
        """A photograph is about to be put to the system. Raises: Refused: that would pass the limit."""
        information = self._information
        calls = information.calls_per_enrolment if enrol else information.calls_per_search
        with self._lock:
            after = self.calls + calls
            if self._most is not None and information.price and after * information.price.amount > self._most:
                kept = "finished answers are kept: go on with a higher limit"
                spent = f"{self.cost:.2f} spent, and more to ask"
                raise _over("cost", f"{self._most:g}", spent, kept, "spent")
            self.calls = after


def _nothing(text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out; none of it changes what is found."""

    part_size: int = 0  #: answers kept together in one part of the journal; 0 is what the plan says.
    retry: RetryPolicy | None = None  #: how often to ask again; None is what the plan says.
    progress: Progress = no_progress  #: told of each answer, stage by stage.
    limits: RunLimits = RunLimits()  #: what may be taken at most.
    note: Callable[[str], None] = _nothing  #: told how it stands: flagged so far, cost so far.


LESS = "allow more, or plan fewer people under [probes] or [gallery]"


def _over(what: str, most: str, got: str, remedy: str, fact: str) -> Refused:
    return Refused(
        f"the run's {what}",
        expected=f"at most {most}",
        got=got,
        remedy=remedy,
        code="limit-exceeded",
        facts={fact: most},
    )
