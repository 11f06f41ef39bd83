"""The charts of the report: dots with intervals, lines with intervals, and a strip of shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.svg import Axis, across, element, linear, logarithmic, mark, picture

SHAPES = ("circle", "square", "triangle", "diamond")
LABEL_CHARACTERS = 36
WIDE_RANGE = 20  # ratio of the greatest to the least rate from which a logarithmic axis is used


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands with a chart for those who cannot see it, and for whoever cuts it out.

    Attributes:
        title: what is drawn.
        desc: what it shows, in a sentence or more.
        notice: e.g. "simulated people", drawn into the picture; blank for real people.
    """

    title: str
    desc: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One row of a dot plot.

    Attributes:
        label: what it is the rate of.
        text: the value in words, or "not measured".
        rate: value, low, high; None where not measured.
        shape: of the mark.
        heading: printed above the row, blank for none.
        limit: a limit to mark on the row.
    """

    label: str
    text: str
    rate: tuple[float, float, float] | None
    shape: str = "circle"
    heading: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a line plot: places with value, low and high, from left to right."""

    label: str
    points: tuple[tuple[float, float, float, float], ...]


# --- dots and intervals --------------------------------------------------------------------------

ROW_PX, HEADING_PX, AXIS_PX, NOTICE_PX = 46, 30, 26, 22


def dot_plot(caption: Caption, rows: Sequence[Dot]) -> Markup:
    """Rates as dots on one linear axis from 0, each with its interval as a bar and its value in words."""
    scale = linear(max((row.rate[2] for row in rows if row.rate), default=1.0), most=1.0)
    y = NOTICE_PX if caption.notice else 0
    drawn: list[Markup] = []
    for row in rows:
        if row.heading:
            y += HEADING_PX
            heading = words.shortened(row.heading, LABEL_CHARACTERS + 6)
            drawn.append(element("text", heading, x=across(0), y=y - 7, class_="heading"))
        drawn.append(_dot_row(row, scale, y))
        y += ROW_PX
    axis = _axis_below(scale, NOTICE_PX if caption.notice else 0, y)
    return picture(caption.title, caption.desc, y + AXIS_PX, notice_of(caption), axis, *drawn)


def _dot_row(row: Dot, scale: Axis, top: float) -> Markup:
    label = element(
        "text", words.shortened(row.label, LABEL_CHARACTERS), x=across(0), y=top + 15, class_="label"
    )
    if row.rate is None:
        text = element("text", row.text, x=across(1), y=top + 15, class_="missing end")
        return element("g", label, text)
    value, low, high = (across(scale.share(end)) for end in row.rate)
    middle = top + 30
    parts = [
        label,
        element("text", row.text, x=across(1), y=top + 15, class_="value end"),
        element("line", x1=low, x2=high, y1=middle, y2=middle, class_="interval"),
    ]
    if row.limit is not None and row.limit <= scale.high:
        place = across(scale.share(row.limit))
        parts.append(element("line", x1=place, x2=place, y1=middle - 11, y2=middle + 11, class_="limit"))
    return element("g", *parts, mark(row.shape, value, middle))


def _axis_below(scale: Axis, top: float, bottom: float) -> Markup:
    parts = []
    for tick in scale.ticks:
        share = scale.share(tick)
        place, side = across(share), _side(share)
        parts.append(element("line", x1=place, x2=place, y1=top, y2=bottom, class_="grid"))
        label = words.declared_percent(tick)
        parts.append(element("text", label, x=place, y=bottom + 17, class_=f"tick {side}"))
    return element("g", *parts)


# --- lines ---------------------------------------------------------------------------------------

PLOT_PX, ZERO_PX, LABEL_GAP_PX = 300, 40, 17


@dataclass(frozen=True, slots=True)
class RateAxis:
    """Rates down the page; on a logarithmic axis 0 has a line of its own under the least power of ten.

    Attributes:
        scale: of rates above 0, or of all where it is linear.
        scale_px: its height.
    """

    scale: Axis
    scale_px: float

    @classmethod
    def over(cls, lines: Sequence[Line]) -> RateAxis:
        """Logarithmic where the rates range widely, and linear from 0 where they do not."""
        rates = [point[1] for line in lines for point in line.points]
        highs = [point[3] for line in lines for point in line.points]
        positive = [rate for rate in rates if rate > 0]
        if not positive or max(positive) <= WIDE_RANGE * min(positive):
            return cls(linear(max(highs, default=1.0), most=1.0), PLOT_PX)
        zero_px = ZERO_PX if min(rates) <= 0 else 0
        return cls(logarithmic([*positive, *highs]), PLOT_PX - zero_px)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Rates to label."""
        return (0.0, *self.scale.ticks) if self.scale_px < PLOT_PX else self.scale.ticks

    def y(self, rate: float) -> float:
        """Pixels under the top of the plot."""
        return PLOT_PX if rate <= 0 else self.scale_px * (1 - self.scale.share(rate))


def line_plot(caption: Caption, lines: Sequence[Line], across_name: str) -> Markup:
    """Rates against a size on a logarithmic axis; the rates' axis is logarithmic where they range widely."""
    sizes = sorted({point[0] for line in lines for point in line.points})
    along = Axis(sizes[0], max(sizes[-1], sizes[0] * 1.01), tuple(sizes), logarithmic=True)
    down = RateAxis.over(lines)
    top = NOTICE_PX + 14

    def place(size: float, rate: float) -> tuple[str, float]:
        return _plot_x(along.share(size)), top + down.y(rate)

    drawn = [_one_line(line, n, len(lines), place) for n, line in enumerate(lines)]
    names = _line_names(lines, place)
    axes = [_rate_axis(down, top), _size_axis(along, top + PLOT_PX, across_name)]
    return picture(caption.title, caption.desc, top + PLOT_PX + 46, notice_of(caption), *axes, *drawn, *names)


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


def _rate_axis(axis: RateAxis, top: float) -> Markup:
    parts = []
    for tick in axis.ticks:
        y = top + axis.y(tick)
        parts.append(element("line", x1=_plot_x(-0.02), x2=_plot_x(1), y1=y, y2=y, class_="grid"))
        parts.append(element("text", words.declared_percent(tick), x=across(0), y=y + 5, class_="tick start"))
    return element("g", *parts)


def _size_axis(scale: Axis, bottom: float, name: str) -> Markup:
    parts = []
    for number, tick in enumerate(reversed(scale.ticks)):
        x = _plot_x(scale.share(tick))
        parts.append(element("line", x1=x, x2=x, y1=bottom, y2=bottom + 5, class_="axis"))
        kind = "tick" if number % 2 == 0 else "tick minor"
        parts.append(element("text", words.count(tick), x=x, y=bottom + 20, class_=f"{kind} middle"))
    parts.append(element("text", name, x=_plot_x(0.5), y=bottom + 40, class_="axis-name middle"))
    return element("g", *parts)


# --- shares of a whole ---------------------------------------------------------------------------

STRIP_PX = 58


def strips(caption: Caption, rows: Sequence[tuple[str, int, int]]) -> Markup:
    """For each label one bar of the whole, and of it the part to be seen, both counted in words.

    Args:
        caption: title, description and notice.
        rows: label, part, whole.
    """
    top = NOTICE_PX if caption.notice else 0
    drawn: list[Markup] = []
    for number, (label, part, whole) in enumerate(rows):
        y = top + number * STRIP_PX
        text = f"{words.count(part)} of {words.count(whole)}"
        width = 0.0 if whole == 0 else (100 - 4.0) * part / whole
        drawn += [
            element("text", label, x=across(0), y=y + 16, class_="label"),
            element("text", text, x=across(1), y=y + 16, class_="value end"),
            element("rect", x=across(0), y=y + 25, width="96%", height=14, class_="whole"),
            element("rect", x=across(0), y=y + 25, width=f"{width:.3f}%", height=14, class_="part"),
        ]
    return picture(caption.title, caption.desc, top + len(rows) * STRIP_PX, notice_of(caption), *drawn)


# --- shared --------------------------------------------------------------------------------------


def notice_of(caption: Caption) -> Markup:
    """Whom a chart is about, in its corner; nothing for real people."""
    if not caption.notice:
        return Markup("")
    return element("text", caption.notice, x=across(1), y=14, class_="notice end")


def _side(share: float) -> str:
    return "start" if share < 0.02 else "end" if share > 0.98 else "middle"
