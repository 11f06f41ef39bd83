"""Checks of what a system says: of itself, of credentials, of candidates it holds back."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import date

from fairlineup.records import KeepingSystem, SystemInformation
from fairlineup.systems.contract.results import PASSED, CheckResult, failed, not_applicable
from fairlineup.systems.contract.trial import ContractTrial

NO_SECRETS = ("REGION", "PROFILE")  # variables beside credentials whose values are plain words
SHORTEST_SECRET = 5


def says_what_it_is(trial: ContractTrial) -> CheckResult:
    """Name, vendor, version, scale, thresholds with their source, caps and price are stated, and stay so."""
    information = trial.information
    for expected, holds in _stated(information):
        if not holds:
            return failed(expected, "nothing, or another value")
    if information.keeps_galleries and not isinstance(trial.system, KeepingSystem):
        return failed("galleries() of a system that keeps galleries", "none")
    if not callable(getattr(trial.system, "galleries", list)):
        return failed("galleries as a question, or nothing of that name", "a value")
    again = trial.answered(trial.system.information)
    return PASSED if again == information else failed("the same information again", str(again))


def _stated(information: SystemInformation) -> Iterator[tuple[str, bool]]:
    scale, price = information.scale, information.price
    thresholds = (
        information.default_threshold,
        information.recommended_threshold,
        *information.sample_thresholds,
    )
    yield "a name, a vendor and a version", all((information.name, information.vendor, information.version))
    yield (
        "a scale with a kind, finite ends and a name",
        (
            scale.kind in ("distance", "similarity")
            and math.isfinite(scale.low)
            and math.isfinite(scale.high)
            and scale.low < scale.high
            and bool(scale.name)
        ),
    )
    for threshold in thresholds:
        if threshold is not None:
            yield "thresholds on the scale", scale.low <= threshold.score <= scale.high
            yield "a source for each threshold", bool(threshold.source.strip())
    yield "a cap of 1 or more, or None", information.max_candidates is None or information.max_candidates >= 1
    size = information.max_photo_bytes
    yield "a largest photograph of 1 byte or more, or None", size is None or size >= 1
    yield "at_once of 1 or more", information.at_once >= 1
    yield (
        "1 call or more for a photograph",
        min(information.calls_per_enrolment, information.calls_per_search) >= 1,
    )
    if price is not None:
        complete = price.amount >= 0 and bool(price.currency) and bool(price.source.strip())
        yield "a price with currency, date and source", complete and _is_date(price.date)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def nothing_is_withheld(trial: ContractTrial) -> CheckResult:
    """No candidates are held back: a system that hands people leads cannot be measured from outside."""
    held = [answer.photo for answer in trial.searched if answer.withheld]
    return (
        failed("answers that hold no candidate back", f"withheld: {', '.join(held[:3])}") if held else PASSED
    )


def credentials_stay_secret(trial: ContractTrial) -> CheckResult:
    """No value of its credential variables stands in anything it says: repr, information, errors."""
    secrets = {
        name: os.environ[name]
        for name in trial.credentials
        if len(os.environ.get(name, "")) >= SHORTEST_SECRET and not name.endswith(NO_SECRETS)
    }
    if not secrets:
        return not_applicable("no variable of credentials is set")
    said = {
        "repr": f"{trial.system!r} {trial.system}",
        "information": repr(trial.information),
        "an outcome or error": "\n".join(trial.words),
    }
    for where, text in said.items():
        for name, value in secrets.items():
            if value in text:
                return failed(f"the value of {name} nowhere", f"it stands in {where}")
    return PASSED
