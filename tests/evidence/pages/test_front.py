"""Page 1: one denominator, one axis at every threshold, the system by its model, a limit with its origin."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.evidence.pages import called
from fairlineup.evidence.pages.svg import rooted
from fairlineup.records import ModelInformation
from fairlineup.results import AuditResults, RatePoints, Sweep, SweepPoint, SystemTested

from .everything import everything
from .examples import SYSTEM, rates, results, share, threshold, verdict
from .reading import Page, Run
from .sweeps import fragments

MODEL = ModelInformation("net-v1", "sha256:00", "net.dat by Somebody", "CC0", 128, "euclidean")
OWN = replace(SYSTEM, name="local", vendor="Fairlineup", version="0.1.0", models=(MODEL,))


def page(tmp_path: Path, whole: AuditResults | None = None) -> Page:
    return Run(tmp_path / "run", whole or results()).written(faces=False)


def axis(html: str) -> tuple[list[float], list[float]]:
    """Numbers on the axis of the first table, and their places in per cent."""
    [drawn] = re.findall(r'<th scope="col" class="drawn">.*?</th>', html, re.DOTALL)
    named = re.findall(r'<text x="[\d.]+%" y="[\d.]+" class="tick[^"]*">([\d.,]+)</text>', drawn)
    places = re.findall(r'<line x1="([\d.]+)%" x2="\1%"', drawn)
    return [float(name.replace(",", "")) for name in named], [float(place) for place in places]


class TestAxis:
    def test_it_has_numbers_and_a_unit(self, tmp_path: Path) -> None:
        html = page(tmp_path).html
        numbers, places = axis(html)
        assert numbers == sorted(numbers)
        assert numbers[0] == 0
        assert len(numbers) == len(places) > 3
        assert ">per 1,000 searches</text>" in html
        assert [round(2 + 96 * math.sqrt(n / numbers[-1]), 2) for n in numbers] == places

    def test_it_stands_outside_of_all_that_moves(self, tmp_path: Path) -> None:
        html = Run(tmp_path / "run", everything()).written(faces=False).html
        assert html.index('class="drawn"') < html.index('data-at="flagged"')
        assert 'class="tick' not in "".join(fragments(html)["flagged"])

    def test_every_threshold_is_drawn_on_it(self, tmp_path: Path) -> None:
        whole = everything()
        html = Run(tmp_path / "run", whole).written(faces=False).html
        numbers, _ = axis(html)
        assert isinstance(whole.sweep, Sweep)
        for at, points in zip(
            fragments(html)["flagged"], zip(*_series(whole.sweep), strict=True), strict=True
        ):
            marks = [float(x) for x in re.findall(r'<svg x="([\d.]+)%" y="50%" overflow', at)]
            ends = re.findall(r'x1="([\d.]+)%" x2="([\d.]+)%" y1="50%"', at)
            assert marks == [_place(1000 * value, numbers[-1]) for value, _, _ in points]
            assert [tuple(map(float, pair)) for pair in ends] == [
                (_place(1000 * low, numbers[-1]), _place(1000 * high, numbers[-1])) for _, low, high in points
            ]

    @pytest.mark.parametrize(("high", "end"), [(0.872, 1.0), (0.0031, 0.005), (0.02, 0.02), (0, 1), (1, 1)])
    def test_it_ends_at_a_round_number(self, high: float, end: float) -> None:
        scale = rooted(high, most=1.0)
        assert scale.high == pytest.approx(end)
        assert scale.share(scale.high) == 1
        assert scale.share(scale.high / 4) == pytest.approx(0.5)


def _series(sweep: Sweep) -> list[list[tuple[float, float, float]]]:
    """FPIR of everyone and of each group at every threshold: value, low, high."""
    series: list[RatePoints] = [sweep.everyone, *(one.rates for one in sweep.groups)]
    return [[point[:3] for point in one.fpir if isinstance(point, SweepPoint)] for one in series]


def _place(per_1000: float, most: float) -> float:
    return round(2 + 96 * math.sqrt(min(per_1000 / most, 1)), 2)


class TestDenominator:
    def test_headline_table_and_trade_count_the_same_searches(self, tmp_path: Path) -> None:
        made = page(tmp_path)
        assert "In 10 of 150 searches – 66.7 per 1,000 –" in made.text
        assert "150 people were searched for, each once." in made.text
        [row] = re.findall(r'data-at="flagged">\s*(<tr.*?</tr>)', made.html, re.DOTALL)
        assert re.findall(r'<data value="[^"]*">([^<]*)</data>', row)[-2:] == ["10", "150"]
        [trade] = re.findall(r'<tr class="held">(.*?)</tr>', made.html, re.DOTALL)
        assert ">66.7</data>" in trade

    def test_processed_searches_stand_in_a_second_line(self, tmp_path: Path) -> None:
        found = replace(rates(), fpir_processed=share(10, 148, 0.033, 0.12))
        text = page(tmp_path, results(threshold("default", 0.6, found))).text
        assert (
            "2 searches of a photograph that the system could not process count above as having flagged "
            "nobody. Of the 148 it could process, 10 flagged somebody: 67.6 per 1,000" in text
        )
        every = replace(rates(), fpir_processed=rates().fpir)
        text = page(tmp_path / "all", results(threshold("default", 0.6, every))).text
        assert "The system could process the photograph of every search." in text

    def test_it_moves_with_the_threshold(self, tmp_path: Path) -> None:
        found = fragments(page(tmp_path).html)
        assert len(set(found["processed"])) > 1

    def test_nobody_is_called_accused(self, tmp_path: Path) -> None:
        assert "accus" not in Run(tmp_path / "run", everything()).written().html.lower()


class TestSystem:
    @pytest.mark.parametrize(
        ("said", "name"),
        [
            (OWN, "net-v1 on Fairlineup’s own engine 0.1.0"),
            (
                replace(SYSTEM, name="rekognition", vendor="Amazon", version="face model 7", models=()),
                "rekognition face model 7 by Amazon",
            ),
            (
                replace(SYSTEM, name="served", vendor="Maker", version="2", models=(MODEL, MODEL)),
                "served 2 by Maker, model net-v1",
            ),
            (replace(OWN, name="simulated", models=()), "simulated 0.1.0 by Fairlineup"),
        ],
    )
    def test_it_is_called_by_its_model(self, said: SystemTested, name: str) -> None:
        assert called(said) == name

    def test_so_it_is_on_the_page(self, tmp_path: Path) -> None:
        made = page(tmp_path, replace(results(), system=OWN))
        assert "net-v1 on Fairlineup’s own engine 0.1.0" in made.all("title")[0].text
        facts = next(node.text for node in made.all("dl") if node.attributes.get("class") == "facts")
        assert "net.dat by Somebody" in facts
        verdict_says = next(node.text for node in made.all("p") if "(FAIL)" in node.text)
        assert "net-v1 on Fairlineup’s own engine 0.1.0 broke (FAIL)" in verdict_says
        assert "local 0.1.0" not in made.text


class TestOrigin:
    @pytest.mark.parametrize("source", ["RCW 43.386.070", "this tool's default, the rate NIST reports at"])
    def test_it_stands_beside_the_limit(self, tmp_path: Path, source: str) -> None:
        held = replace(verdict(), source=source)
        text = page(tmp_path, replace(results(), verdicts=(held,))).text.replace("\u00a0", " ")
        assert f"at most 1 % (set by: {source}) of searches" in text
        assert f"is the declared limit of 1 % (set by: {source})" in text

    def test_where_nobody_is_named_that_is_said(self, tmp_path: Path) -> None:
        held = replace(verdict(), source="")
        text = page(tmp_path, replace(results(), verdicts=(held,))).text.replace("\u00a0", " ")
        assert "at most 1 % (set by: nobody named)" in text

    def test_a_limit_of_groups_has_it_too(self, tmp_path: Path) -> None:
        text = Run(tmp_path / "run", everything()).written().text.replace("\u00a0", " ")
        assert re.search(r"The declared limit for every group, at most [\d.]+ % \(set by: .+?\), with", text)
