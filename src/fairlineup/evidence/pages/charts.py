"""Charts of rates as dots with intervals, and of people or photographs as parts of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.svg import Axis, Caption, across, element, linear, mark, picture

LABEL_CHARACTERS = 36
ROW_PX, HEADING_PX, AXIS_PX = 46, 30, 26
FIRST_PX, NEXT_PX = 30, 16  # under the top of a row: its first mark, and from one mark to the next
Rate = tuple[float, float, float]
"""Value, low, high."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One rate on a row of a dot plot."""

    shape: str  #: of the mark.
    rate: Rate | None  #: where it lies; None where it was not measured.


@dataclass(frozen=True, slots=True)
class Dot:
    """One row of a dot plot."""

    label: str  #: what it is the rate of.
    text: str  #: the values in words, or "not measured".
    marks: tuple[Mark, ...]  #: one, or one before and one after, joined by a line.
    heading: str = ""  #: printed above the row, blank for none.
    limit: float | None = None  #: a limit to mark on the row.


def dot_plot(caption: Caption, rows: Sequence[Dot]) -> Markup:
    """Rates as dots on one linear axis from 0, each with its interval as a bar and its value in words."""
    ends = [one.rate[2] for row in rows for one in row.marks if one.rate]
    scale = linear(max(ends, default=1.0), most=1.0)
    top = y = caption.height_px
    drawn: list[Markup] = []
    for row in rows:
        if row.heading:
            y += HEADING_PX
            heading = words.shortened(row.heading, LABEL_CHARACTERS + 6)
            drawn.append(element("text", heading, x=across(0), y=y - 7, class_="heading"))
        drawn.append(_dot_row(row, scale, y))
        y += ROW_PX + NEXT_PX * (len(row.marks) - 1)
    return picture(caption, y + AXIS_PX, _axis_below(scale, top, y), *drawn)


def _dot_row(row: Dot, scale: Axis, top: float) -> Markup:
    label = words.shortened(row.label, LABEL_CHARACTERS)
    style = "value end" if row.marks[-1].rate else "missing end"
    intervals, places = [], []
    for number, one in enumerate(row.marks):
        if one.rate:
            value, low, high = (across(scale.share(end)) for end in one.rate)
            y = top + FIRST_PX + NEXT_PX * number
            intervals.append(element("line", x1=low, x2=high, y1=y, y2=y, class_="interval"))
            places.append((one.shape, value, y))
    return element(
        "g",
        element("text", label, x=across(0), y=top + 15, class_="label"),
        element("text", row.text, x=across(1), y=top + 15, class_=style),
        *intervals,
        *_limit(row, scale, top + FIRST_PX),
        *_moved(places),
        *(mark(*place) for place in places),
    )


def _limit(row: Dot, scale: Axis, y: float) -> list[Markup]:
    """A limit that lies on the axis, upright over a rate that was measured."""
    if row.limit is None or row.limit > scale.high or not row.marks[0].rate:
        return []
    x = across(scale.share(row.limit))
    return [element("line", x1=x, x2=x, y1=y - 11, y2=y + 11, class_="limit")]


def _moved(places: Sequence[tuple[str, str, float]]) -> list[Markup]:
    """The line from the mark before to the mark after."""
    if len(places) < 2:
        return []
    (_, x1, y1), (_, x2, y2) = places
    return [element("line", x1=x1, x2=x2, y1=y1, y2=y2, class_="moved")]


def _axis_below(scale: Axis, top: float, bottom: float) -> Markup:
    parts = []
    for tick in scale.ticks:
        share = scale.share(tick)
        x, side = across(share), "start" if share < 0.02 else "end" if share > 0.98 else "middle"
        parts.append(element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"))
        label = words.declared_percent(tick)
        parts.append(element("text", label, x=x, y=bottom + 17, class_=f"tick {side}"))
    return element("g", *parts)


# --- parts of a whole ----------------------------------------------------------------------------

STRIP_PX, BAR_PX, KEY_PX = 58, 54, 27


def strips(caption: Caption, rows: Sequence[tuple[str, int, int]]) -> Markup:
    """For each label one bar of the whole, and of it the part to be seen, both counted in words.

    Args:
        caption: title, description and notice.
        rows: label, part, whole.
    """
    drawn: list[Markup] = []
    for number, (label, part, whole) in enumerate(rows):
        y = caption.height_px + number * STRIP_PX
        text = f"{words.count(part)} of {words.count(whole)}"
        width = 0.0 if whole == 0 else (100 - 4.0) * part / whole
        drawn += [
            element("text", label, x=across(0), y=y + 16, class_="label"),
            element("text", text, x=across(1), y=y + 16, class_="value end"),
            element("rect", x=across(0), y=y + 25, width="96%", height=14, class_="whole"),
            element("rect", x=across(0), y=y + 25, width=f"{width:.3f}%", height=14, class_="part"),
        ]
    return picture(caption, caption.height_px + len(rows) * STRIP_PX, *drawn)


def areas(caption: Caption, parts: Sequence[tuple[str, int, str]]) -> Markup:
    """All people as one bar, cut into areas by what happened to them, with a key under it.

    Args:
        caption: title, description and notice.
        parts: what happened, to how many people, class of the area.
    """
    key = caption.height_px + BAR_PX + 12
    whole = sum(people for _, people, _ in parts)
    drawn, place = [], 0.0
    for n, (what, people, kind) in enumerate(parts):
        share = people / whole if whole else 0.0
        style, y = f"area {kind}", key + n * KEY_PX
        if people:
            x, width = across(place), f"{96 * share:.3f}%"
            bar = element("rect", x=x, y=caption.height_px, width=width, height=BAR_PX, class_=style)
            drawn.append(bar)
        drawn.append(element("rect", x=across(0), y=y, width=18, height=14, class_=style))
        text = f"{words.count(people)} {what}"
        drawn.append(element("text", text, x=across(0), dx=28, y=y + 12, class_="label"))
        place += share
    return picture(caption, key + len(parts) * KEY_PX, *drawn)
