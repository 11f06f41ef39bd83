"""SVG written by hand: elements with escaped text, and scales from values to places.

Places along the page are percentages, so that a chart fits any width while its letters keep their size;
places down the page are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

MARGIN = 2.0  # per cent left free at both sides, for marks at the ends
NOTICE_PX = 22


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands with a chart for those who cannot see it, and for whoever cuts it out."""

    title: str  #: what is drawn.
    desc: str  #: what it shows, in a sentence or more.
    notice: str = ""  #: e.g. "simulated people", drawn into the picture; blank for real people.

    @property
    def height_px(self) -> int:
        """What the notice takes at the top."""
        return NOTICE_PX if self.notice else 0


def element(name: str, *children: Markup | str, **attributes: str | float) -> Markup:
    """An element; `_` in attribute names is `-`, a trailing one is dropped (`class_`)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{''.join(map(escape, children))}</{name}>")  # noqa: S704 - escaped here


def across(share: float) -> str:
    """A share of the width, 0 to 1, as a place between the margins."""
    return f"{MARGIN + (100 - 2 * MARGIN) * min(max(share, 0.0), 1.0):.2f}%"


def picture(caption: Caption, height_px: float, *children: Markup) -> Markup:
    """A whole chart: image to a screen reader, with title and description; its notice in the corner."""
    notice = element("text", caption.notice, x=across(1), y=14, class_="notice end")
    return element(
        "svg",
        element("title", caption.title),
        element("desc", caption.desc),
        *([notice] if caption.notice else []),
        *children,
        role="img",
        aria_label=f"{caption.title}. {caption.desc}",
        width="100%",
        height=height_px,
        class_="chart",
    )


def mark(shape: str, x: str, y: float | str, **attributes: str | float) -> Markup:
    """A mark around a place: "circle", "square", "triangle", "diamond", or "ring"."""
    paths = {
        "circle": "M-5.5,0A5.5,5.5 0 1 0 5.5,0A5.5,5.5 0 1 0 -5.5,0Z",
        "ring": "M-5,0A5,5 0 1 0 5,0A5,5 0 1 0 -5,0Z",
        "square": "M-5,-5H5V5H-5Z",
        "triangle": "M0,-6.5L6,5H-6Z",
        "diamond": "M0,-7L7,0L0,7L-7,0Z",
    }
    path = element("path", d=paths[shape], class_=f"mark {shape}")
    return element("svg", path, x=x, y=y, overflow="visible", **attributes)


@dataclass(frozen=True, slots=True)
class Axis:
    """From values to shares of the way."""

    low: float  #: value at 0.
    high: float  #: value at 1.
    ticks: tuple[float, ...]  #: values to label.
    logarithmic: bool = False  #: whether equal ways are equal ratios.
    power: float = 1.0  #: of the share; under 1 stretches what is near `low`.

    def share(self, value: float) -> float:
        """The way to a value, cut at both ends."""
        if self.logarithmic:
            value, low, high = (math.log10(max(v, self.low)) for v in (value, self.low, self.high))
        else:
            low, high = self.low, self.high
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return math.pow(share, self.power)


def linear(high: float, most: float = math.inf) -> Axis:
    """From 0 to a round number at or above `high`, with some four ticks; never above `most`."""
    top = high if high > 0 else 1.0
    step = 10 ** math.floor(math.log10(top))
    for factor in (0.2, 0.25, 0.5, 1, 2, 2.5):
        if top / (step * factor) <= 5:
            step *= factor
            break
    steps = math.ceil(round(top / step, 9))
    end = min(steps * step, most)
    ticks = tuple(round(step * n, 12) for n in range(steps + 1) if step * n <= end * (1 + 1e-9))
    return Axis(0.0, end, ticks)


def rooted(high: float, most: float = math.inf) -> Axis:
    """From 0 to a round number at or above `high`, by square roots, so that small values part."""
    top = high if high > 0 else 1.0
    unit = 10.0 ** math.floor(math.log10(top))
    end = min(next(unit * step for step in (1, 2, 5, 10) if top <= unit * step * (1 + 1e-9)), most)
    return Axis(0.0, end, tuple(end * share for share in (0, 0.02, 0.1, 0.25, 0.5, 1)), power=0.5)


def between(low: float, high: float) -> Axis:
    """From one value to another, with some five round ticks inside."""
    high = high if high > low else low + 1
    step = 10.0 ** math.floor(math.log10(high - low))
    step = next(step * factor for factor in (0.2, 0.25, 0.5, 1, 2) if (high - low) / (step * factor) <= 6)
    first = math.ceil(round(low / step, 9))
    ticks = [round(step * n, 12) for n in range(first, math.floor(round(high / step, 9)) + 1)]
    return Axis(low, high, tuple(ticks))


def logarithmic(values: Sequence[float]) -> Axis:
    """Over all values above 0, from power of ten to power of ten, a tick at each."""
    positive = [value for value in values if value > 0] or [1.0]
    first = math.floor(math.log10(min(positive)) + 1e-9)
    last = max(math.ceil(math.log10(max(positive)) - 1e-9), first + 1)
    return Axis(10.0**first, 10.0**last, tuple(10.0**n for n in range(first, last + 1)), logarithmic=True)


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
