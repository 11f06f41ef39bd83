"""Everything on the page that moves with the threshold, as HTML by place: for page and slider."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from fairlineup.evidence.pages.contrasts import split
from fairlineup.evidence.pages.drawings import sweep_cursor
from fairlineup.evidence.pages.finding import flagged, missed, of_processed, worked_examples
from fairlineup.evidence.pages.front import flagged_rows
from fairlineup.evidence.pages.groups import labels_at
from fairlineup.evidence.pages.matrices import drawn_matrices
from fairlineup.evidence.pages.rendering import environment
from fairlineup.evidence.pages.subject import Report
from fairlineup.evidence.pages.sweep import swept_thresholds
from fairlineup.evidence.pages.terms import KEY_MEASURES, MISS_MEASURES
from fairlineup.results import ThresholdResults

Fragments = Mapping[str, Markup]
"""HTML of everything that moves with the threshold, by its place on the page."""


class Slider(NamedTuple):
    """What lets a reader move the threshold without a second formatter."""

    thresholds: list[ThresholdResults]  #: the places it goes to.
    start: int  #: place of the deployed one.
    data: Markup  #: the fragments at each place, as JSON.


def parts(subject: Report, shared: Mapping[str, Any]) -> Fragments:
    """The fragments at the current threshold."""
    context = {**shared, "slider": None, "parts": {}, "faces": False}
    macros: Any = environment().get_template("moving.html.j2").make_module(context)
    says = flagged(subject)
    found = {
        "said": macros.said(subject),
        "standing": macros.standing(subject),
        "headline": macros.headline(says),
        "account": macros.account(subject, says),
        "flagged": macros.flagged(flagged_rows(subject)),
        "processed": macros.processed(of_processed(subject)),
        "missed": macros.missed(missed(subject)),
        "trade": macros.trade(subject.current),
        "split": macros.split(split(subject)),
        "examples": macros.examples(worked_examples(subject)),
    }
    for table, terms in (("key", KEY_MEASURES), ("miss", MISS_MEASURES)):
        found |= {f"{table}-{one.key}": macros.cell(subject.current.rates, one) for one in terms}
    for n, label in enumerate(labels_at(subject, subject.current)):
        found[f"group-{n}"] = macros.group(label)
    for n, matrix in enumerate(drawn_matrices(subject, subject.current)):
        found |= {f"matrix-{n}": macros.matrix(matrix), f"matrix-{n}-table": macros.matrix_table(matrix)}
    cursor = sweep_cursor(subject)
    return found if cursor is None else {**found, "cursor": cursor}


def slider(subject: Report, shared: Mapping[str, Any]) -> Slider | None:
    """The slider of a page; None where the results hold no sweep through the deployed threshold."""
    found = swept_thresholds(subject)
    if not found:
        return None
    start = next(n for n, one in enumerate(found) if one.at == subject.deployed.at)
    return Slider(found, start, embedded([parts(subject.told_at(one), shared) for one in found], start))


def embedded(pages: Sequence[Fragments], start: int) -> Markup:
    """Fragments of every threshold as JSON for a script element.

    Args:
        pages: the fragments at each threshold.
        start: the place of the deployed threshold.
    Returns: `pieces`, each tag with the text behind it once; and for each fragment, at each threshold, the
        places of its pieces, which put together are its HTML.
    """
    pieces: dict[str, int] = {}
    fragments: dict[str, list[list[int]]] = {}
    for page in pages:
        for key, html in page.items():
            split_up = (piece for piece in re.split(r"(?=<)", html) if piece)
            places = [pieces.setdefault(piece, len(pieces)) for piece in split_up]
            fragments.setdefault(key, []).append(places)
    written = json.dumps(
        {"start": start, "pieces": list(pieces), "fragments": fragments},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # no "<" may stand in it, or a name with "</script" would end the element
    return Markup(written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704
