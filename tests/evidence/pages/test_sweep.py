from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest

from fairlineup.records import NotMeasured
from fairlineup.results import (
    AuditResults,
    Matrix,
    RatePoints,
    Rates,
    Sweep,
    SweepPoint,
    UnmeasuredPoint,
    to_json,
)

from .everything import everything
from .examples import group, rates, results, similarity, threshold, unmeasured
from .reading import Run, numbers
from .sweeps import fragments, sweep
from .test_page import HOSTILE

SOME_WITHHELD = (
    group("circle", 90),
    group("dot", 12, reason="only 12 people; a group figure needs 30"),
)
KINDS: dict[str, AuditResults] = {
    "real": results(),
    "everything": everything(),
    "a score": similarity(),
    "withheld": results(
        threshold("default", 0.6, groups=SOME_WITHHELD),
        threshold("strict", 0.5, replace(rates(), fpir=unmeasured("lists were cut")), SOME_WITHHELD),
    ),
}


def swept(whole: AuditResults) -> Sweep:
    assert isinstance(whole.sweep, Sweep)
    return whole.sweep


def points(found: RatePoints, name: str) -> Sequence[SweepPoint | UnmeasuredPoint]:
    return getattr(found, name)  # type: ignore[no-any-return]


def html(tmp_path: Path, whole: AuditResults) -> str:
    return Run(tmp_path / "run", whole).written(faces=False).html


def data_in(fragment: str) -> list[float]:
    return [float(value) for value in re.findall(r'<data value="([^"]+)">', fragment)]


Drawn = Callable[[str], str]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Each page, drawn once for all that is asked of it."""
    return cache(lambda kind: html(tmp_path_factory.mktemp("drawn"), KINDS[kind]))


@pytest.mark.parametrize("kind", KINDS)
class TestEveryThreshold:
    def test_shows_the_fpir_of_the_sweep(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(drawn(kind))
        sweep = swept(whole)
        assert len(found["key-fpir"]) == len(sweep.scores)
        for shown, point in zip(found["key-fpir"], sweep.everyone.fpir, strict=True):
            measured = isinstance(point, SweepPoint)
            assert data_in(shown) == list(point if measured else point[1:])
            assert ("not measured" in shown) != measured

    def test_shows_only_numbers_of_the_results(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        known = set(numbers(to_json(whole)))
        for shown in fragments(drawn(kind)).values():
            assert {value for fragment in shown for value in data_in(fragment)} <= known

    def test_every_rate_moves(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(drawn(kind))
        everyone = swept(whole).everyone
        for name in (one.name for one in fields(Rates) if f"key-{one.name}" in found):
            assert [data_in(one)[0] for one in found[f"key-{name}"]] == [
                point[0 if isinstance(point, SweepPoint) else 1] for point in points(everyone, name)
            ]

    def test_groups_move(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(drawn(kind))
        for series in swept(whole).groups:
            for fragment, point in zip(found["group-0"], series.rates.fpir, strict=True):
                assert {point.errors, point.trials} <= set(data_in(fragment))

    def test_matrices_move(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(drawn(kind))
        measured = [
            [one.matrix for one in at_each if isinstance(one.matrix, Matrix)]
            for at_each in swept(whole).matrices
        ]
        assert sum(key.endswith("-table") for key in found) == len(measured[0])
        for place, matrices in enumerate(measured):
            for n, matrix in enumerate(matrices):
                numbers_in = data_in(found[f"matrix-{n}-table"][place])
                assert {cell.fmr.errors for cell in matrix.cells} <= set(numbers_in)

    def test_the_page_without_a_script_is_the_deployed_threshold(self, drawn: Drawn, kind: str) -> None:
        whole = KINDS[kind]
        page = drawn(kind)
        start = swept(whole).scores.index(whole.thresholds[0].at.value or 0)
        found = fragments(page)
        assert f'"start":{start},' in page
        for key, at_each in found.items():
            assert f'data-at="{key}"' in page
            assert f'data-at="{key}">{at_each[start]}<' in re.sub(r'">\n', '">', page).replace(
                "\n</", "</"
            ) or (at_each[start].strip() in page)
        assert {*re.findall(r'data-at="([^"]+)"', page)} == set(found)


def test_policy_allows_that_script_alone(tmp_path: Path) -> None:
    page = html(tmp_path, results())
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert policy.count("script-src") == 1
    assert len(script.strip().splitlines()) < 60
    assert not re.search(r"toFixed|toLocale|Math\.|fetch|import|eval", script)


@pytest.mark.parametrize("found", [NotMeasured("it failed"), sweep([threshold("elsewhere", 0.3)])])
def test_without_a_sweep_there_is_no_slider(tmp_path: Path, found: Sweep | NotMeasured) -> None:
    page = Run(tmp_path / "run", replace(results(), sweep=found)).written()
    assert not page.all("script")
    assert not page.all("input")
    assert "script-src" not in page.html
    assert "In 10 of 150 searches" in page.text


def test_a_threshold_nobody_declared_gets_ratios_but_no_p_value(tmp_path: Path) -> None:
    whole = everything()
    page = fragments(html(tmp_path, whole))
    declared, chosen = (swept(whole).scores.index(score) for score in (0.6, 0.59))
    assert "Fisher" in page["group-0"][declared]
    assert "Fisher" not in page["group-0"][chosen]
    assert "No p-value: nobody declared this threshold before the test." in page["group-0"][chosen]
    assert "times as likely to be flagged" in page["group-0"][chosen]
    assert "at “default”" in page["split"][declared]
    assert "at distance 0.59 or less" in page["split"][chosen]


def test_a_threshold_nobody_declared_gets_no_verdict_and_says_so(tmp_path: Path) -> None:
    found = fragments(html(tmp_path, results()))
    scores = swept(results()).scores
    place = scores.index(0.59)
    assert "chosen here and declared by nobody: no verdict is given at it" in found["standing"][place]
    assert "a threshold nobody declared (distance 0.59 or less)" in found["account"][place]
    assert "In 9 of 150 searches" in found["headline"][place]
    assert "data:text/csv" not in found["group-0"][place]
    assert "data:text/csv" in found["group-0"][scores.index(0.6)]


def test_nothing_written_by_others_ends_the_script(tmp_path: Path) -> None:
    groups = [group(f"{HOSTILE}</script>{n}", 90) for n in range(2)]
    page = Run(tmp_path / "run", results(threshold("default", 0.6, groups=groups))).written()
    assert len(page.all("script")) == 2
    assert not [node for node in page.nodes if any(name.startswith("on") for name in node.attributes)]
    assert "&lt;/script&gt;" in fragments(page.html)["group-0"][0]
    assert "<img" not in "".join(fragments(page.html)["group-0"])
