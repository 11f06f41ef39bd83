"""Words of a begun run's plan changed: it goes on, nothing is asked again, and the change is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.pages import write_report
from fairlineup.evidence.plan import (
    DatasetChoice,
    LimitChoice,
    Plan,
    ThresholdChoice,
)
from fairlineup.evidence.runs import freeze_run, load_run
from fairlineup.evidence.runs.amending import wordless
from fairlineup.files import write_atomic
from fairlineup.records import BadInput

from .kit import SMALL_PARTS, Watched, audit, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")


def _system() -> Any:
    return simulated(false_match_rate=0.05, false_non_match_rate=0.2)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    return write_shots(tmp_path / "cards", people({"a": 31, "b": 8}, {"a": 14}), source="")


def _plan(cards: Path, **changes: Any) -> Plan:
    return plan_for(cards, groups=("group",), **changes)


CHANGES: dict[str, Any] = {
    "title": lambda plan: replace(plan, title="Better said"),
    "dataset.population": lambda plan: replace(plan, dataset=replace(plan.dataset, population="Everybody")),
    "dataset.capture": lambda plan: replace(plan, dataset=replace(plan.dataset, capture="Portraits")),
    "dataset.use": lambda plan: replace(plan, dataset=replace(plan.dataset, use="test")),
    "label group: source": lambda plan: replace(plan, labels={"group": "the registry"}),
    "limit 1: source": lambda plan: replace(plan, limit=(replace(plan.limit[0], source="the law"),)),
    "threshold default: source": lambda plan: replace(
        plan, threshold=(replace(plan.threshold[0], source="the maker"),)
    ),
}


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("stage", ["begun", "finished"])
def test_words_are_changed_without_asking_again(
    cards: Path, tmp_path: Path, changed: str, stage: str
) -> None:
    run, plan = tmp_path / "run", _plan(cards)
    if stage == "begun":
        asked = 0

        def stops(kind: str, photo: str) -> None:
            nonlocal asked
            asked += 1
            if asked > 40:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            audit(plan, Watched(_system(), stops), run, SMALL_PARTS)
        old: dict[str, Any] = {}
    else:
        _, old = audit(plan, _system(), run, SMALL_PARTS)
    sealed = json.loads((run / "run.json").read_text())["digests"]
    other = CHANGES[changed](plan)
    system = Watched(_system())
    _, new = audit(other, system, run, SMALL_PARTS)
    assert bool(system.asked) == (stage == "begun")
    (told,) = new["amended"]
    assert [*told["changed"]] == [changed]
    assert (told["digests"], told["measured_before"]) == (sealed, stage == "finished")
    kept = hashlib.sha256((run / "plan-1.toml").read_bytes()).hexdigest() if "label" not in changed else ""
    assert f"sha256:{kept}" == sealed["plan"] or "label" in changed
    for key in ("thresholds", "verdicts", "ladder", "gallery") if old else ():
        if "source" not in changed:
            assert new[key] == old[key]
    again, _ = audit(other, system, run, SMALL_PARTS)
    assert len(load_run(run).identity.amended) == 1
    assert again.begun_before
    page = write_report(again.directory.audit_results(), again.directory, None).read_text("utf-8")
    assert f"were changed: {changed}" in page


def test_a_source_that_is_added_gives_the_groups_their_rates(cards: Path, tmp_path: Path) -> None:
    plan = _plan(cards)
    _, before = audit(plan, _system(), tmp_path / "run", SMALL_PARTS)
    _, after = audit(
        replace(plan, labels={"group": "the registry"}), _system(), tmp_path / "run", SMALL_PARTS
    )
    groups = [one["thresholds"][0]["groups"][0] for one in (before, after)]
    assert "no source" in groups[0]["fpir"]["not_measured"]
    assert "value" in groups[1]["fpir"]
    assert groups[1]["label_source"] == after["dataset"]["label_sources"]["group"] == "the registry"


def test_names_and_sources_of_the_manifest_are_words_too(cards: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    _, before = audit(_plan(cards), _system(), run, SMALL_PARTS)
    manifest = cards / "people.csv"
    head, *rows = manifest.read_text().splitlines()
    named = [f"{row},{'Anna' if row.startswith('pa0000,') else ''}" for row in rows]
    manifest.write_text("\n".join([f"{head},name", *named]) + "\n")
    _, after = audit(_plan(cards), Watched(_system()), run, SMALL_PARTS)
    assert after["names"] == {"pa0000": "Anna"}
    assert after["thresholds"] == before["thresholds"]
    assert [*after["amended"][0]["changed"]] == ["manifest column name"]
    manifest.write_text(manifest.read_text().replace("pa0001,", "pa0002,"))
    with pytest.raises(BadInput, match=r"others: manifest"):
        audit(_plan(cards), _system(), run, SMALL_PARTS)


@pytest.mark.parametrize("until", range(7))
def test_a_kill_between_leaves_a_run_that_goes_on(
    cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: int
) -> None:
    run, plan = tmp_path / "run", _plan(cards)
    audit(plan, _system(), run, SMALL_PARTS)
    sealed = json.loads((run / "run.json").read_text())["digests"]
    left = until

    def killed(path: Path, content: bytes) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        write_atomic(path, content)

    other = replace(plan, title="Better said", labels={"group": "the registry"})
    with monkeypatch.context() as planted:
        planted.setattr("fairlineup.evidence.runs.sums.write_atomic", killed)
        with pytest.raises(KeyboardInterrupt):
            freeze_run(other, _system().information(), run)
    system = Watched(_system())
    _, results = audit(other, system, run, SMALL_PARTS)
    assert system.asked == []
    assert results["title"] == "Better said"
    assert results["amended"][0]["digests"] == sealed
    assert "title" in results["amended"][0]["changed"]


def test_the_gallery_keeps_its_name(cards: Path, tmp_path: Path) -> None:
    """A system that keeps galleries goes on with the one that was begun."""
    system = Watched(_system(), changes={"keeps_galleries": True})
    names: set[str] = set()

    class Named(Watched):
        def search(self, gallery: str, *of: Any) -> Any:
            names.add(gallery)
            return super().search(gallery, *of)

    def stops(kind: str, photo: str) -> None:
        if kind == "search" and len(system.of("search")) > 20:
            raise KeyboardInterrupt

    first = Named(system, stops, changes=system.changes)
    with pytest.raises(KeyboardInterrupt):
        audit(_plan(cards), first, tmp_path / "run", SMALL_PARTS)
    second = Named(system, changes=system.changes)
    audit(replace(_plan(cards), title="Better said"), second, tmp_path / "run", SMALL_PARTS)
    assert len(names) == 1
    assert second.of("search")


def test_everything_else_decides() -> None:
    plan = Plan(DatasetChoice("x"), plan_for(Path("x")).system)
    for changed in (
        replace(plan, threshold=(ThresholdChoice("default", 0.5),)),
        replace(plan, limit=(LimitChoice(at_most=0.5),)),
        replace(plan, groups=("group",)),
    ):
        assert wordless(changed) != wordless(plan)
    for change in CHANGES.values():
        assert wordless(change(plan)) == wordless(plan)
