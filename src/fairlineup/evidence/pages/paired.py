"""The pictures of a comparison of runs: people by what happened to them, and rates before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import LABEL_CHARACTERS, NOTICE_PX, Caption, notice_of
from fairlineup.evidence.pages.svg import Axis, across, element, linear, mark, picture

BAR_PX, KEY_PX, ROW_PX, HEADING_PX, AXIS_PX = 54, 27, 62, 30, 26
Rate = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """Some of the people: what happened to them, how many, and how their area is drawn."""

    text: str
    people: int
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a before-and-after plot.

    Attributes:
        label: whose rate it is.
        text: both values in words.
        before: value, low, high; None where not measured.
        after: the same.
        heading: printed above the row, blank for none.
    """

    label: str
    text: str
    before: Rate | None
    after: Rate | None
    heading: str = ""


def areas(caption: Caption, shares: Sequence[Share]) -> Markup:
    """All people as one bar, cut into areas by what happened to them, with a key under it."""
    top = NOTICE_PX if caption.notice else 0
    whole = sum(one.people for one in shares)
    drawn, place = [], 0.0
    for n, one in enumerate(shares):
        width = one.people / whole if whole else 0.0
        if one.people:
            size = f"{96 * width:.3f}%"
            drawn.append(
                element("rect", x=across(place), y=top, width=size, height=BAR_PX, class_=f"area {one.kind}")
            )
        y = top + BAR_PX + 12 + n * KEY_PX
        text = f"{words.count(one.people)} {one.text}"
        drawn.append(element("rect", x=across(0), y=y, width=18, height=14, class_=f"area {one.kind}"))
        drawn.append(element("text", text, x=across(0), dx=28, y=y + 12, class_="label"))
        place += width
    return picture(
        caption.title,
        caption.desc,
        top + BAR_PX + 12 + len(shares) * KEY_PX,
        notice_of(caption),
        *drawn,
    )


def before_after(caption: Caption, rows: Sequence[Change]) -> Markup:
    """Rates on one axis from 0: a ring for the run before, a dot for the run after, joined by a line."""
    ends = [rate[2] for row in rows for rate in (row.before, row.after) if rate]
    scale = linear(max(ends, default=1.0), most=1.0)
    top = NOTICE_PX if caption.notice else 0
    y = float(top)
    drawn: list[Markup] = []
    for row in rows:
        if row.heading:
            y += HEADING_PX
            drawn.append(element("text", row.heading, x=across(0), y=y - 7, class_="heading"))
        drawn.append(_row(row, scale, y))
        y += ROW_PX
    return picture(caption.title, caption.desc, y + AXIS_PX, notice_of(caption), _axis(scale, top, y), *drawn)


def _row(row: Change, scale: Axis, top: float) -> Markup:
    label = words.shortened(row.label, LABEL_CHARACTERS)
    parts = [
        element("text", label, x=across(0), y=top + 15, class_="label"),
        element(
            "text", row.text, x=across(1), y=top + 15, class_="value end" if row.after else "missing end"
        ),
    ]
    places = []
    for rate, shape, middle in ((row.before, "ring", top + 29), (row.after, "circle", top + 47)):
        if rate is None:
            continue
        value, low, high = (across(scale.share(end)) for end in rate)
        parts.append(element("line", x1=low, x2=high, y1=middle, y2=middle, class_="interval"))
        places.append((shape, value, middle))
    if len(places) == 2:
        (_, x1, y1), (_, x2, y2) = places
        parts.append(element("line", x1=x1, x2=x2, y1=y1, y2=y2, class_="moved"))
    return element("g", *parts, *(mark(*place) for place in places))


def _axis(scale: Axis, top: float, bottom: float) -> Markup:
    parts = []
    for tick in scale.ticks:
        share = scale.share(tick)
        side = "start" if share < 0.02 else "end" if share > 0.98 else "middle"
        x = across(share)
        parts.append(element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"))
        text = words.declared_percent(tick)
        parts.append(element("text", text, x=x, y=bottom + 17, class_=f"tick {side}"))
    return element("g", *parts)
