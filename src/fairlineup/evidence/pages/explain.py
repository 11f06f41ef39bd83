"""What each number is, told on demand: definition, formula, source, what it is mistaken for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Explanation:
    """One measure explained."""

    key: str  #: of the measure in the results, and of its place on the page.
    name: str  #: as the page calls it.
    meaning: str  #: what it is.
    formula: str  #: in words and signs.
    source: str  #: the clause or paper.
    mistaken_for: str  #: what it is not.
    page: str  #: of the measure, as `fairlineup help measures/PAGE` shows it.


def _read() -> dict[str, Explanation]:
    text = (resources.files("fairlineup.evidence.pages") / "templates" / "explanations.toml").read_text(
        "utf-8"
    )
    return {key: Explanation(key, **fields) for key, fields in tomllib.loads(text).items()}


EXPLANATIONS = _read()
"""By key, in the order of the page."""
