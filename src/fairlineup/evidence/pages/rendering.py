"""The templates, with everything they may call: they read records, and no number is made in them."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlineup.evidence.pages import figures, words
from fairlineup.evidence.pages.explain import EXPLANATIONS, explained
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.figures import Unit, is_measured, shown
from fairlineup.evidence.pages.finding import about, default_finding
from fairlineup.evidence.pages.front import strip_axis, untold
from fairlineup.evidence.pages.groups import rate_of, withheld
from fairlineup.evidence.pages.likelihood import group_ratios
from fairlineup.evidence.pages.lists import DIGESTED, canaries, flat, if_lost, outcomes, system_facts, ways
from fairlineup.evidence.pages.naming import called
from fairlineup.evidence.pages.pairs import MOST_ROWS
from fairlineup.evidence.pages.size import MOST_HUBS, dependence, expected
from fairlineup.evidence.pages.stacking import labelled
from fairlineup.evidence.pages.terms import (
    GROUP_MEASURES,
    KEY_MEASURES,
    MEASURES,
    MISS_MEASURES,
    OUTCOMES,
    PROCESSING_MEASURES,
    STAGES,
    TRADED,
    settled,
    short_name,
)
from fairlineup.evidence.pages.verdicts import (
    calibrated,
    exclusions,
    group_limits,
    limit_with_origin,
    ruled_on,
    verdict_says,
)
from fairlineup.records import NotMeasured


def _p_value(p: float | NotMeasured) -> str:
    """A p-value in a cell of its own: "0.012", "under 0.0001"."""
    return "not measured" if isinstance(p, NotMeasured) else words.p_value(p).removeprefix("= ")


FILTERS = {
    "count": words.count,
    "plural": words.plural,
    "declared": words.declared_percent,
    "date": words.date,
    "one_in": words.one_in,
    "p_value": _p_value,
    "shortened": words.shortened,
    "spaced": lambda name: name.replace("_", " "),
    "shown": shown,
    "listed": listed,
    "labelled": labelled,
}
SPOKEN = (
    about,
    called,
    calibrated,
    canaries,
    default_finding,
    dependence,
    exclusions,
    expected,
    explained,
    flat,
    group_limits,
    group_ratios,
    if_lost,
    limit_with_origin,
    outcomes,
    rate_of,
    ruled_on,
    settled,
    short_name,
    strip_axis,
    system_facts,
    untold,
    verdict_says,
    ways,
    withheld,
)
"""What the templates say of records, by name."""

KNOWN: dict[str, Any] = {
    **{name: unit for name, unit in vars(figures).items() if isinstance(unit, Unit)},
    "DIGESTED": DIGESTED,
    "EXPLANATIONS": EXPLANATIONS,
    "NAMES": {one.key: one.name for one in EXPLANATIONS},
    "GROUP_MEASURES": GROUP_MEASURES,
    "KEY_MEASURES": KEY_MEASURES,
    "MEASURES": MEASURES,
    "MISS_MEASURES": MISS_MEASURES,
    "MOST_HUBS": MOST_HUBS,
    "MOST_ROWS": MOST_ROWS,
    "OUTCOMES": OUTCOMES,
    "PROCESSING_MEASURES": PROCESSING_MEASURES,
    "STAGES": STAGES,
    "TRADED": TRADED,
}


@cache
def environment() -> Environment:
    """The templates of every page."""
    made = Environment(
        loader=PackageLoader("fairlineup.evidence.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(KNOWN, **{one.__name__: one for one in SPOKEN})
    made.tests["measured"] = is_measured
    return made


@cache
def own_text(name: str) -> str:
    """A script or style sheet of ours."""
    return (resources.files("fairlineup.evidence.pages") / "templates" / name).read_text("utf-8")


def digest_of(script: str) -> str:
    """The digest by which a page's policy allows a script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
