"""Everything on the page that moves with the threshold, as HTML by place: for page and slider."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from fairlineup.evidence.pages.drawings import cursor_at
from fairlineup.evidence.pages.finding import key_rows_at, missed, worked_examples
from fairlineup.evidence.pages.front import flagged_rows, trade
from fairlineup.evidence.pages.groups import groups_at, labels
from fairlineup.evidence.pages.headline import flagged, of_processed
from fairlineup.evidence.pages.matrices import drawn_matrices
from fairlineup.evidence.pages.split import split
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.sweep import Fragments, embedded, records, start, swept
from fairlineup.evidence.pages.terms import KEY_MEASURES, MISS_MEASURES

TEMPLATE = "moving.html.j2"


@dataclass(frozen=True, slots=True)
class Slider:
    """What lets a reader move the threshold without a second formatter.

    Attributes:
        last: place of the most permissive threshold.
        start: place of the deployed one.
        declared: place and name of each declared one.
        data: the fragments as JSON.
        script: the program that swaps them.
        digest: of the program, for the page's policy.
    """

    last: int
    start: int
    declared: tuple[tuple[int, str], ...]
    data: Markup
    script: Markup
    digest: str


def parts(subject: Subject, environment: Environment, shared: Mapping[str, Any]) -> Fragments:
    """The fragments at the subject's threshold."""
    macros: Any = environment.get_template(TEMPLATE).make_module(dict(shared))
    rows = {"key": key_rows_at(subject, KEY_MEASURES), "miss": key_rows_at(subject, MISS_MEASURES)}
    found = {
        "said": macros.said(subject),
        "standing": macros.standing(subject),
        "headline": macros.headline(flagged(subject)),
        "account": macros.account(subject, flagged(subject)),
        "flagged": macros.flagged(flagged_rows(subject)),
        "processed": macros.processed(of_processed(subject)),
        "missed": macros.missed(missed(subject)),
        "trade": macros.trade(trade(subject, subject.limit)),
        "split": macros.split(split(subject)),
        "examples": macros.examples(worked_examples(subject)),
        **{f"{table}-{row.term.key}": macros.cell(row.cells[0]) for table in rows for row in rows[table]},
        **{
            f"group-{n}": macros.group(groups_at(subject, label, subject.limit))
            for n, label in enumerate(labels(subject))
        },
    }
    for n, one in enumerate(drawn_matrices(subject, subject.limit)):
        found |= {f"matrix-{n}": macros.matrix(one), f"matrix-{n}-table": macros.matrix_table(one)}
    if swept(subject):
        found["cursor"] = cursor_at(subject)
    return found


def slider(subject: Subject, environment: Environment, shared: Mapping[str, Any]) -> Slider | None:
    """The slider of a page; None where the results hold no sweep through the deployed threshold."""
    found = records(subject)
    if not found:
        return None
    first = start(subject, found)
    script = resources.files("fairlineup.evidence.pages").joinpath("templates/slider.js").read_text("utf-8")
    return Slider(
        last=len(found) - 1,
        start=first,
        declared=tuple((n, str(one["name"])) for n, one in enumerate(found) if one["name"]),
        data=embedded([parts(subject.told_at(one), environment, shared) for one in found], first),
        script=Markup(script),  # noqa: S704 - our own file
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
