"""Charts with a continuous axis: curves over it, and rates with intervals at some places on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.svg import (
    NOTICE_PX,
    Axis,
    Caption,
    across,
    element,
    linear,
    logarithmic,
    mark,
    picture,
)

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
    """What lies along and up."""

    along: Axis  #: scale from left to right.
    up: Axis  #: scale from bottom to top.
    along_name: str  #: what lies along.
    up_percent: bool = True  #: whether ticks up are shares, printed as percentages.
    #: places along to mark with an upright line, each with a name.
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
    drawn = (_names(curves), _axes(axes, top), _marks(axes, top), inside, over)
    return picture(caption, top + PLOT_PX + 44, *drawn)


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
    label = words.declared_percent if axes.up_percent else words.tick_of(axes.up.ticks)
    up = [(top + PLOT_PX * (1 - axes.up.share(tick)), label(tick)) for tick in axes.up.ticks]
    along = [
        (_x(share), words.tick_of(axes.along.ticks)(tick), "end" if share > NEAR_THE_EDGE else "middle")
        for tick in axes.along.ticks
        for share in [axes.along.share(tick)]
    ]
    lines = _axis_up(up, _x(0), _x(1))
    return element(
        "g", *lines, *_axis_along(along, top + PLOT_PX), _axis_name(axes.along_name, _x, top + PLOT_PX)
    )


def _axis_up(ticks: Iterable[tuple[float, str]], left: str, right: str) -> list[Markup]:
    """For each tick, with its place down the page, a line over the plot and its label at the left."""
    parts = []
    for y, label in ticks:
        parts.append(element("line", x1=left, x2=right, y1=y, y2=y, class_="grid"))
        parts.append(element("text", label, x=across(0), y=y + 5, class_="tick start"))
    return parts


def _axis_along(ticks: Iterable[tuple[str, str, str]], bottom: float) -> list[Markup]:
    """For each tick (place, label, side of the label) its label; where there is little room every second."""
    parts = []
    for number, (x, label, side) in enumerate(ticks):
        kind = "tick" if number % 2 == 0 else "tick minor"
        parts.append(element("line", x1=x, x2=x, y1=bottom, y2=bottom + 5, class_="axis"))
        parts.append(element("text", label, x=x, y=bottom + 20, class_=f"{kind} {side}"))
    return parts


def _axis_name(name: str, place: Callable[[float], str], bottom: float) -> Markup:
    return element("text", name, x=place(0.5), y=bottom + 40, class_="axis-name middle")


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


# --- rates with intervals at some sizes ----------------------------------------------------------

LINES_PX, ZERO_PX, LABEL_GAP_PX = 300, 40, 17
SHAPES = ("circle", "square", "triangle", "diamond")
WIDE_RANGE = 20  # ratio of the greatest to the least rate from which a logarithmic axis is used


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a line plot: places with value, low and high, from left to right."""

    label: str
    points: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class RateAxis:
    """Rates down the page; on a logarithmic axis 0 has a line of its own under the least power of ten."""

    scale: Axis  #: of rates above 0, or of all where it is linear.
    scale_px: float  #: its height.

    @classmethod
    def over(cls, lines: Sequence[Line]) -> RateAxis:
        """Logarithmic where the rates range widely, and linear from 0 where they do not."""
        rates = [point[1] for line in lines for point in line.points]
        highs = [point[3] for line in lines for point in line.points]
        positive = [rate for rate in rates if rate > 0]
        if not positive or max(positive) <= WIDE_RANGE * min(positive):
            return cls(linear(max(highs, default=1.0), most=1.0), LINES_PX)
        zero_px = ZERO_PX if min(rates) <= 0 else 0
        return cls(logarithmic([*positive, *highs]), LINES_PX - zero_px)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Rates to label."""
        return (0.0, *self.scale.ticks) if self.scale_px < LINES_PX else self.scale.ticks

    def y(self, rate: float) -> float:
        """Pixels under the top of the plot."""
        return LINES_PX if rate <= 0 else self.scale_px * (1 - self.scale.share(rate))


def line_plot(caption: Caption, lines: Sequence[Line], across_name: str) -> Markup:
    """Rates against a size on a logarithmic axis; the rates' axis is logarithmic where they range widely."""
    sizes = sorted({point[0] for line in lines for point in line.points})
    along = Axis(sizes[0], max(sizes[-1], sizes[0] * 1.01), tuple(sizes), logarithmic=True)
    rates = RateAxis.over(lines)
    top = NOTICE_PX + 14
    bottom = top + LINES_PX

    def place(size: float, rate: float) -> tuple[str, float]:
        return _plot_x(along.share(size)), top + rates.y(rate)

    up = [(top + rates.y(tick), words.declared_percent(tick)) for tick in rates.ticks]
    ticks = [(_plot_x(along.share(tick)), words.count(tick), "middle") for tick in reversed(along.ticks)]
    axes = (
        element("g", *_axis_up(up, _plot_x(-0.02), _plot_x(1))),
        element("g", *_axis_along(ticks, bottom), _axis_name(across_name, _plot_x, bottom)),
    )
    drawn = [_one_line(line, n, len(lines), place) for n, line in enumerate(lines)]
    return picture(caption, bottom + 46, *axes, *drawn, *_line_names(lines, place))


Place = Callable[[float, float], tuple[str, float]]


def _plot_x(share: float) -> str:
    """Right of the rates' labels, left of the lines' names."""
    return across(0.13 + 0.64 * share)


def _one_line(line: Line, number: int, lines: int, place: Place) -> Markup:
    shape, aside = SHAPES[number % len(SHAPES)], 6 * (number - (lines - 1) / 2)
    parts = []
    for one, other in pairwise(line.points):
        (x1, y1), (x2, y2) = place(one[0], one[1]), place(other[0], other[1])
        parts.append(element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=f"line dash{number % 4}"))
    for size, value, low, high in line.points:
        (x, y), (_, y1), (_, y2) = place(size, value), place(size, low), place(size, high)
        parts.append(element("line", x1=x, x2=x, y1=y1, y2=y2, class_="whisker"))
        parts.append(mark(shape, x, y))
    return element("g", *parts, transform=f"translate({aside:g} 0)")


def _line_names(lines: Sequence[Line], place: Place) -> list[Markup]:
    """The lines' names at their right ends, pushed apart where they would lie on each other."""
    ends = sorted((place(line.points[-1][0], line.points[-1][1])[1], line.label) for line in lines)
    names, last = [], -LABEL_GAP_PX * 2.0
    for y, label in ends:
        last = max(y + 5, last + LABEL_GAP_PX)
        text = words.shortened(label, 12)
        names.append(element("text", text, x=_plot_x(1), y=last, dx=20, class_="name"))
    return names
