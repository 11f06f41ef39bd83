from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fairlineup.evidence.pages.charts import Dot, Mark, dot_plot, strips
from fairlineup.evidence.pages.curves import Line, RateAxis, line_plot
from fairlineup.evidence.pages.svg import Caption, across, element, linear, logarithmic

CAPTION = Caption("Title", "Desc <&>", "simulated people")


def drawn(svg: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own text


@given(st.floats(1e-9, 1.0))
def test_a_linear_axis_holds_its_value_with_few_round_ticks(high: float) -> None:
    scale = linear(high, most=1.0)
    assert scale.low == 0
    assert high <= scale.high * (1 + 1e-9)
    assert scale.high <= 1.0
    assert 2 <= len(scale.ticks) <= 7
    assert scale.share(scale.high) == 1


@given(st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=9))
def test_a_logarithmic_axis_holds_its_values(values: list[float]) -> None:
    scale = logarithmic(values)
    assert all(-1e-9 <= scale.share(value) <= 1 + 1e-9 for value in values)
    assert scale.share(0) == 0


def test_text_is_escaped() -> None:
    assert element("text", "<b>", class_='"') == Markup('<text class="&#34;">&lt;b&gt;</text>')


def test_places_stay_on_the_chart() -> None:
    assert (across(-1), across(0), across(1), across(9)) == ("2.00%", "2.00%", "98.00%", "98.00%")


def test_dot_plot_is_well_formed_and_says_what_is_missing() -> None:
    rows = [
        Dot("a <b>", "4.0 %", (Mark("circle", (0.04, 0.01, 0.09)),), limit=0.05),
        Dot("c", "not measured", (Mark("circle", None),), heading="H"),
    ]
    svg = drawn(dot_plot(CAPTION, rows))
    texts = [node.text for node in svg.iter("text")]
    assert {"a <b>", "4.0 %", "c", "not measured", "H", "simulated people"} <= set(texts)
    assert svg.find("title") is not None
    assert svg.get("role") == "img"


def test_dot_plot_of_nothing() -> None:
    drawn(dot_plot(CAPTION, [Dot("c", "not measured", (Mark("circle", None),))]))


@pytest.mark.parametrize("rates", [(0.0, 0.0, 0.0), (0.2, 0.3, 0.4), (1e-4, 0.01, 0.9), (0.0, 0.001, 1.0)])
def test_line_plot(rates: tuple[float, ...]) -> None:
    points = tuple((10.0 * 2**n, rate, rate / 2, min(1, rate * 2)) for n, rate in enumerate(rates))
    svg = line_plot(CAPTION, [Line("one", points), Line("a very long name of a threshold", points)], "people")
    root = drawn(svg)
    heights = [float(y) for node in root.iter() for key, y in node.items() if re.fullmatch("y[12]?", key)]
    assert all(0 <= y <= float(root.get("height", "0")) for y in heights)


def test_nought_has_its_own_line_under_a_logarithmic_axis() -> None:
    points = tuple((10.0 * 2**n, rate, 0.0, 0.9) for n, rate in enumerate((0.0, 0.001, 0.5)))
    texts = [node.text for node in drawn(line_plot(CAPTION, [Line("one", points)], "people")).iter("text")]
    assert {"0\u00a0%", "0.1\u00a0%", "100\u00a0%"} <= set(texts)
    axis = RateAxis.over([Line("one", points)])
    assert axis.y(0) > axis.y(0.001) > axis.y(0.5)


def test_strips() -> None:
    svg = drawn(strips(CAPTION, [("enrolled", 3, 1200), ("nothing", 0, 0)]))
    assert "3 of 1,200" in [node.text for node in svg.iter("text")]
    assert [node.get("width") for node in svg.iter("rect")] == ["96%", "0.240%", "96%", "0.000%"]
