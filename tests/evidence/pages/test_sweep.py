from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from .everything import everything
from .examples import Json, Run, group, numbers, results, threshold, unmeasured
from .sweeps import fragments
from .test_page import HOSTILE, similarity

WITHHELD = "only 12 people; a group figure needs 30"
KINDS: dict[str, Json] = {
    "real": results(),
    "everything": everything(),
    "a score": results(**similarity()),
    "withheld": results(
        thresholds=[
            threshold("default", 0.6, groups=[group("circle", 90), group("dot", 12, withheld=WITHHELD)]),
            threshold("strict", 0.5, fpir=unmeasured("lists were cut")),
        ]
    ),
}


def html(tmp_path: Path, whole: Json) -> str:
    return Run(tmp_path / "run", whole).written(faces=False).html


def data_in(fragment: str) -> list[float]:
    return [float(value) for value in re.findall(r'<data value="([^"]+)">', fragment)]


@pytest.mark.parametrize("kind", KINDS)
class TestEveryThreshold:
    def test_shows_the_fpir_of_the_sweep(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(html(tmp_path, whole))
        points = whole["sweep"]["everyone"]["fpir"]
        assert len(found["key-fpir"]) == len(points) == len(whole["sweep"]["scores"])
        for shown, point in zip(found["key-fpir"], points, strict=True):
            assert data_in(shown) == (point if len(point) == 5 else point[1:])
            assert ("not measured" in shown) == (len(point) == 3)

    def test_shows_only_numbers_of_the_results(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        known = set(numbers(whole))
        for shown in fragments(html(tmp_path, whole)).values():
            assert {value for fragment in shown for value in data_in(fragment)} <= known

    def test_every_rate_moves(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(html(tmp_path, whole))
        for name, points in whole["sweep"]["everyone"].items():
            if f"key-{name}" in found:
                assert [data_in(one)[0] for one in found[f"key-{name}"]] == [
                    point[0 if len(point) == 5 else 1] for point in points
                ]

    def test_groups_move(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(html(tmp_path, whole))
        for series in whole["sweep"]["groups"]:
            for fragment, point in zip(found["group-0"], series["fpir"], strict=True):
                assert set(point[-2:]) <= set(data_in(fragment))

    def test_matrices_move(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        found = fragments(html(tmp_path, whole))
        drawn = [[one for one in at_each if "cells" in one] for at_each in whole["sweep"]["matrices"]]
        assert sum(key.endswith("-table") for key in found) == len(drawn[0])
        for place, matrices in enumerate(drawn):
            for n, matrix in enumerate(matrices):
                numbers_in = data_in(found[f"matrix-{n}-table"][place])
                assert {cell["errors"] for cell in matrix["cells"]} <= set(numbers_in)

    def test_the_page_without_a_script_is_the_deployed_threshold(self, tmp_path: Path, kind: str) -> None:
        whole = KINDS[kind]
        page = html(tmp_path, whole)
        start = whole["sweep"]["scores"].index(whole["thresholds"][0].get("distance", 80))
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


@pytest.mark.parametrize("sweep", [None, {"scores": [0.1, 0.2], "everyone": {}, "groups": [], "reasons": []}])
def test_without_a_sweep_there_is_no_slider(tmp_path: Path, sweep: Json | None) -> None:
    page = Run(tmp_path / "run", results(sweep=sweep) if sweep else {**results(), "sweep": None}).written()
    assert not page.all("script")
    assert not page.all("input")
    assert "script-src" not in page.html
    assert "In 10 of 150 searches" in page.text


def test_a_threshold_nobody_declared_gets_ratios_but_no_p_value(tmp_path: Path) -> None:
    whole = everything()
    page = fragments(html(tmp_path, whole))
    declared, chosen = (whole["sweep"]["scores"].index(score) for score in (0.6, 0.59))
    assert "Fisher" in page["group-0"][declared]
    assert "Fisher" not in page["group-0"][chosen]
    assert "No p-value: nobody declared this threshold before the test." in page["group-0"][chosen]
    assert "times as likely to be flagged" in page["group-0"][chosen]
    assert "at “default”" in page["split"][declared]
    assert "at distance 0.59 or less" in page["split"][chosen]


def test_a_threshold_nobody_declared_gets_no_verdict_and_says_so(tmp_path: Path) -> None:
    found = fragments(html(tmp_path, results()))
    place = results()["sweep"]["scores"].index(0.59)
    assert "chosen here and declared by nobody: no verdict is given at it" in found["standing"][place]
    assert "a threshold nobody declared (distance 0.59 or less)" in found["account"][place]
    assert "In 9 of 150 searches" in found["headline"][place]
    assert "data:text/csv" not in found["group-0"][place]
    assert "data:text/csv" in found["group-0"][results()["sweep"]["scores"].index(0.6)]


def test_nothing_written_by_others_ends_the_script(tmp_path: Path) -> None:
    whole = results()
    for one in (*whole["thresholds"][0]["groups"], *whole["sweep"]["groups"]):
        one["value"] = HOSTILE + "</script>"
    page = Run(tmp_path / "run", whole).written()
    assert len(page.all("script")) == 2
    assert not [node for node in page.nodes if any(name.startswith("on") for name in node.attributes)]
    assert "&lt;/script&gt;" in fragments(page.html)["group-0"][0]
    assert "<img" not in "".join(fragments(page.html)["group-0"])
