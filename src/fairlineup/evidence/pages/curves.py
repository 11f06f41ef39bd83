"""Charts with curves over a continuous axis, and the map of a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.charts import NOTICE_PX, Caption, notice_of
from fairlineup.evidence.pages.svg import Axis, across, element, logarithmic, picture

PLOT_PX, KEY_PX, INNER = 260, 18, 1000.0
LEFT, WIDE = 0.12, 0.86  # where the plot begins and how wide it is, as shares of the width
NEAR_THE_EDGE = 0.97  # where a number in the middle of its tick would be cut off


@dataclass(frozen=True, slots=True)
class Curve:
    """Values over places from left to right; a value that was not measured is None and breaks the line."""

    label: str
    points: tuple[tuple[float, float | None], ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """What lies along and up.

    Attributes:
        along: scale from left to right.
        up: scale from bottom to top.
        along_name: what lies along.
        up_percent: whether ticks up are shares, printed as percentages.
        marks: places along to mark with an upright line, each with a name.
    """

    along: Axis
    up: Axis
    along_name: str
    up_percent: bool = True
    marks: tuple[tuple[float, str], ...] = field(default=())


def curve_plot(caption: Caption, curves: Sequence[Curve], axes: Axes, moving: Markup | None = None) -> Markup:
    """Curves told apart by dashes, named in a row above the plot.

    Args:
        caption: title, description and notice.
        curves: at most four.
        axes: the scales.
        moving: drawn over it and moved by the page's script; None for a chart that stays.
    """
    top = _top(len(curves))
    inside = element(
        "svg",
        *[_path(curve, number, axes) for number, curve in enumerate(curves)],
        x=_x(0),
        y=top,
        width=f"{100 * WIDE:g}%",
        height=PLOT_PX,
        viewBox=f"0 0 {INNER:g} {INNER:g}",
        preserveAspectRatio="none",
        overflow="visible",
    )
    over = Markup("") if moving is None else element("g", moving, data_at="cursor")
    return picture(
        caption.title,
        caption.desc,
        top + PLOT_PX + 44,
        notice_of(caption),
        _names(curves),
        _axes(axes, top),
        _marks(axes, top),
        inside,
        over,
    )


def cursor(axes: Axes, place: float, curves: int) -> Markup:
    """An upright line at a place along, over the plot of so many curves."""
    x = _x(axes.along.share(place))
    top = _top(curves)
    return element("line", x1=x, x2=x, y1=top - 6, y2=top + PLOT_PX, class_="cursor")


def _top(curves: int) -> float:
    """Where the plot begins, under the key."""
    return NOTICE_PX + 14 + KEY_PX * curves


def _x(share: float) -> str:
    return f"{100 * (LEFT + WIDE * share):.2f}%"


def _path(curve: Curve, number: int, axes: Axes) -> Markup:
    drawn = []
    for measured, points in groupby(curve.points, lambda point: point[1] is not None):
        if measured:
            places = [
                f"{INNER * axes.along.share(x):.1f},{INNER * (1 - axes.up.share(y or 0.0)):.1f}"
                for x, y in points
            ]
            places = places if len(places) > 1 else places * 2  # one point is a dot, by its round ends
            drawn.append("M" + "L".join(places))
    style = f"curve curve{number % 4}"
    return element("path", d="".join(drawn), class_=style, vector_effect="non-scaling-stroke")


def _names(curves: Sequence[Curve]) -> Markup:
    """A key: a piece of each line with its name, one under the other."""
    parts = []
    for number, curve in enumerate(curves):
        y = NOTICE_PX + 10 + KEY_PX * number
        key = f"curve curve{number % 4}"
        parts.append(element("line", x1=_x(0), x2=_x(0.06), y1=y - 4, y2=y - 4, class_=key))
        parts.append(element("text", words.shortened(curve.label, 34), x=_x(0.08), y=y, class_="name"))
    return element("g", *parts)


def _axes(axes: Axes, top: float) -> Markup:
    parts = []
    for tick in axes.up.ticks:
        y = top + PLOT_PX * (1 - axes.up.share(tick))
        label = words.declared_percent(tick) if axes.up_percent else f"{tick:g}"
        parts.append(element("line", x1=_x(0), x2=_x(1), y1=y, y2=y, class_="grid"))
        parts.append(element("text", label, x=across(0), y=y + 5, class_="tick start"))
    for number, tick in enumerate(axes.along.ticks):
        share = axes.along.share(tick)
        x, side = _x(share), "end" if share > NEAR_THE_EDGE else "middle"
        kind = "tick" if number % 2 == 0 else "tick minor"
        parts.append(element("line", x1=x, x2=x, y1=top + PLOT_PX, y2=top + PLOT_PX + 5, class_="axis"))
        parts.append(element("text", f"{tick:g}", x=x, y=top + PLOT_PX + 20, class_=f"{kind} {side}"))
    parts.append(element("text", axes.along_name, x=_x(0.5), y=top + PLOT_PX + 40, class_="axis-name middle"))
    return element("g", *parts)


def _marks(axes: Axes, top: float) -> Markup:
    parts = []
    for number, (place, name) in enumerate(axes.marks):
        x = _x(axes.along.share(place))
        parts.append(element("line", x1=x, x2=x, y1=top, y2=top + PLOT_PX, class_="declared"))
        side = "end" if axes.along.share(place) > 0.5 else "start"
        shift = -5 if side == "end" else 5
        y = top + 14 + 16 * (number % 3)
        text = words.shortened(name, 22)
        parts.append(element("text", text, x=x, y=y, dx=shift, class_=f"tick {side}"))
    return element("g", *parts)


# --- the map of a matrix -------------------------------------------------------------------------

CELL_PX, HEAD_PX, ROW_HEAD = 62, 34, 0.16


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell of a map.

    Attributes:
        rate: decides the colour; None leaves it blank.
        lines: printed in it, one under the other.
        grey: whether too little was counted for a colour to mean much.
    """

    rate: float | None
    lines: tuple[str, ...]
    grey: bool


def heat_map(caption: Caption, names: Sequence[str], rows: Sequence[Sequence[MapCell]]) -> Markup:
    """A square of cells coloured by the logarithm of their rates; rows are searched, columns enrolled."""
    rates = [cell.rate for row in rows for cell in row if cell.rate]
    scale = logarithmic(rates)
    top = NOTICE_PX + HEAD_PX
    wide = (1 - ROW_HEAD) / max(len(names), 1)
    parts = [
        element(
            "text",
            words.shortened(name, 16),
            x=_percent(ROW_HEAD + wide * (n + 0.5)),
            y=top - 8,
            class_="tick middle",
        )
        for n, name in enumerate(names)
    ]
    for g, row in enumerate(rows):
        y = top + g * CELL_PX
        middle = y + CELL_PX / 2
        parts.append(
            element("text", words.shortened(names[g], 16), x=across(0), y=middle, class_="label small")
        )
        parts += [_cell(cell, ROW_HEAD + wide * h, wide, y, scale) for h, cell in enumerate(row)]
    return picture(caption.title, caption.desc, top + len(rows) * CELL_PX + 4, notice_of(caption), *parts)


def _cell(cell: MapCell, left: float, wide: float, y: float, scale: Axis) -> Markup:
    style = "cell grey" if cell.grey or not cell.rate else "cell"
    depth = 0.06 + 0.5 * scale.share(cell.rate) if cell.rate else 0.0
    box = element(
        "rect",
        x=_percent(left),
        y=y,
        width=_percent(wide),
        height=CELL_PX,
        class_=style,
        fill_opacity=1 if style == "cell grey" else depth,
    )
    middle = _percent(left + wide / 2)
    lines = [
        element("text", text, x=middle, y=y + 20 + 16 * n, class_="cell-value" if n == 0 else "cell-line")
        for n, text in enumerate(cell.lines)
    ]
    return element("g", box, *lines)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"
