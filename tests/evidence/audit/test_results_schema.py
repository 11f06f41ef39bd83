"""docs/results.schema.json describes what `evaluate` writes: all of it, and nothing else."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fairlineup.evidence.plan import (
    ContrastChoice,
    GalleryChoice,
    LimitChoice,
    ThresholdChoice,
)
from fairlineup.results import AuditResults, from_json, to_json

from .kit import Results, Watched, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "results.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
GROUPED = {
    "groups": ("group",),
    "contrast": (ContrastChoice("group", "a"), ContrastChoice("group", "b", "c")),
}
PEOPLE = people({"a": 40, "b": 35, "c": 3}, {"a": 60})
RATES = {"false_match_rate": 0.01, "false_non_match_rate": 0.2, "failure_rate": 0.1}


def _lost(kind: str, photo: str) -> None:
    from fairlineup.records import TransportError

    if photo.endswith("7-0.png"):
        raise TransportError("x", expected="a", got="b", remedy="c")


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "distance": (GROUPED, {}),
    "similarity": (
        {"threshold": (ThresholdChoice("default", "default"), ThresholdChoice("r", "recommended"))},
        {"kind": "similarity"},
    ),
    "capped": ({**GROUPED, "gallery": GalleryChoice(sizes=(5, 9))}, {"max_candidates": 1}),
    "capped similarity": (GROUPED, {"max_candidates": 2, "kind": "similarity"}),
    "nobody matches": ({"limit": (LimitChoice("fnir", "default", 0.9),)}, {"false_match_rate": 0.0}),
    "everyone matches": (GROUPED, {"false_match_rate": 1.0, "false_non_match_rate": 0.0}),
    "everyone fails": (GROUPED, {"failure_rate": 1.0}),
    "uneven": ({"title": ""}, {"unevenness": 1.5, "cross_group": 0.1}),
}


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), PEOPLE)


def _faults(results: Results) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(results)]


@pytest.mark.parametrize("name", CASES)
def test_results_are_as_described(cards: Path, tmp_path: Path, name: str) -> None:
    plan, options = CASES[name]
    _, results = audit(plan_for(cards, **plan), simulated(**{**RATES, **options}), tmp_path / "run")
    assert _faults(results) == []
    assert _again(results) == json.dumps(results)


def _again(results: Results) -> str:
    """The JSON of the records that JSON describes: every key in its place."""
    return json.dumps(to_json(from_json(results, AuditResults)))


def test_results_without_mates_or_answers_are_as_described(tmp_path: Path) -> None:
    folder = write_shots(tmp_path / "cards", people({"a": 30}, {"a": 9}, mates=0))
    _, results = audit(plan_for(folder), Watched(simulated(**RATES), _lost), tmp_path / "run")
    assert results["searches"]["lost"]
    assert _faults(results) == []
    assert _again(results) == json.dumps(results)


def test_digests_can_be_checked_by_hand(cards: Path, tmp_path: Path) -> None:
    """As "How to repeat it" says: sha256sum of the files, of the plan with its folder blank."""
    _, results = audit(plan_for(cards), simulated(**RATES), tmp_path / "run")
    plan = re.sub(rb"(?m)^folder = .*$", b'folder = ""', (tmp_path / "run" / "plan.toml").read_bytes())
    files = {
        "plan": plan,
        "manifest": (cards / "people.csv").read_bytes(),
        "photographs": (tmp_path / "run" / "manifest.csv").read_bytes(),
    }
    for name, content in files.items():
        assert results["digests"][name] == f"sha256:{hashlib.sha256(content).hexdigest()}", name


def test_the_schema_is_valid_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for path, node in _nodes(SCHEMA, "$"):
        for name, field in node.get("properties", {}).items():
            described = field.get("description") or SCHEMA["$defs"].get(
                str(field.get("$ref", "")).removeprefix("#/$defs/"), {}
            ).get("description")
            assert described, f"{path}.{name}"
        if node.get("type") == "object":
            assert "additionalProperties" in node, path


def _nodes(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            yield from _nodes(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nodes(item, f"{path}[{index}]")


def test_the_schema_refuses_what_is_not_results(cards: Path, tmp_path: Path) -> None:
    _, results = audit(plan_for(cards, **GROUPED), simulated(**RATES), tmp_path / "run")

    def changed(*path: Any, to: Any) -> Results:
        altered = copy.deepcopy(results)
        place = altered
        for key in path[:-1]:
            place = place[key]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to
        return altered

    for altered in (
        changed("schema", to="fairlineup-results/1"),
        changed("extra", to=1),
        changed("verdicts", to=None),
        changed("verdicts", 0, "outcome", to="kept"),
        changed("thresholds", 0, "fmr", to=0.0),
        changed("thresholds", 0, "fmr", to={"value": 0.1}),
        changed("thresholds", 0, "fpir", "value", to=1.5),
        changed("thresholds", 0, "score", to=80.0),
        changed("thresholds", 0, "distance", to=None),
        changed("thresholds", 0, "groups", 0, "race", to="x"),
        changed("thresholds", 0, "contrasts", 0, "not_measured", to="x"),
        changed("false_matches", 0, "rank", to=0),
        changed("digests", "plan", to="abc"),
        changed("gallery", "people", to=-1),
    ):
        assert _faults(altered)
