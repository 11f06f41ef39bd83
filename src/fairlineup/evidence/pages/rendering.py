"""The templates, with everything they may call: they read records, and no number is made in them."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from fairlineup.evidence.pages import (
    explain,
    figures,
    finding,
    front,
    galleries,
    groups,
    likelihood,
    lists,
    naming,
    terms,
    verdicts,
    words,
)
from fairlineup.evidence.pages.failed import listed
from fairlineup.evidence.pages.figures import Unit, is_measured, shown
from fairlineup.evidence.pages.stacking import labelled


def _p_value(p: float) -> str:
    """A p-value in a cell of its own: "0.012", "under 0.0001"."""
    return words.p_value(p).removeprefix("= ")


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
MODULES = (explain, finding, front, galleries, groups, likelihood, lists, naming, terms, verdicts)
"""What the templates may call, each by the name of its module."""


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
    made.globals.update({one.__name__.rpartition(".")[2]: one for one in MODULES})
    made.globals.update(own_text=own_text, digest_of=digest_of)
    made.globals.update({name: unit for name, unit in vars(figures).items() if isinstance(unit, Unit)})
    made.tests["measured"] = is_measured
    return made


@cache
def own_text(name: str) -> str:
    """A script or style sheet of ours."""
    return (resources.files("fairlineup.evidence.pages") / "templates" / name).read_text("utf-8")


def digest_of(script: str) -> str:
    """The digest by which a page's policy allows a script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
