"""What each number is, told on demand: definition, formula, source, what it is mistaken for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Explanation:
    """One measure explained.

    Attributes:
        key: of the measure in the results, and of its place on the page.
        name: as the page calls it.
        meaning: what it is.
        formula: in words and signs.
        source: the clause or paper.
        mistaken_for: what it is not.
        page: of the measure, as `fairlineup help measures/PAGE` shows it.
    """

    key: str
    name: str
    meaning: str
    formula: str
    source: str
    mistaken_for: str
    page: str


def _read() -> dict[str, Explanation]:
    text = (resources.files("fairlineup.evidence.pages") / "templates" / "explanations.toml").read_text(
        "utf-8"
    )
    return {key: Explanation(key, **told) for key, told in tomllib.loads(text).items()}


EXPLANATIONS = _read()
"""By key, in the order of the page."""
