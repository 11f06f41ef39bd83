"""A calibration with tables of both halves: each held against the other, and one chosen for an audit."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from fairlineup.cli.finding import finding
from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.calibration import (
    CalibrationSubject,
    Compared,
    Doubt,
    SettledPeople,
    build,
    build_cross_fitted,
)
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.pipeline import cost_of, find_doubts, settled
from fairlineup.evidence.plan import (
    Dataset,
    Entry,
    Half,
    LimitChoice,
    Memory,
    Plan,
    SearchChoice,
    ThresholdChoice,
    half_of,
    only_half,
    pictured,
)
from fairlineup.evidence.plan.plan import CalibrationChoice
from fairlineup.evidence.runs import freeze_run, load_run
from fairlineup.faces.scale import Calibration, calibration_json, fitting, parse_calibration
from fairlineup.faces.vectors import prepare
from fairlineup.labels import Decision
from fairlineup.records import BadInput
from fairlineup.results import AuditResults, CalibrationUsed

from .kit import people, plan_for, write_shots
from .test_calibrated import MODEL, PLAIN, Planted, _templates

pytestmark = pytest.mark.usefixtures("no_copies")

ENTRIES = tuple(Entry(f"p{n:04d}", f"{n}.jpg", "gallery") for n in range(200))
DIGESTS = {entry.photo: f"sha256:{entry.photo}" for entry in ENTRIES}
SUBJECT = CalibrationSubject(
    "a town",
    "its people",
    "cards",
    "all",
    "sha256:s",
    DIGESTS,
    {"model": {"digest": MODEL.digest}, "kind": "real"},
)


def _compared(entries: tuple[Entry, ...] = ENTRIES) -> Compared:
    kept = [ENTRIES.index(one) for one in entries]
    return Compared(entries, prepare(_templates(200, seed=1)[kept]), qualities=(PLAIN,) * len(entries))


def _dataset() -> Dataset:
    return Dataset(Memory("here", b"", {}), ENTRIES, {}, ())


@lru_cache(1)
def _whole() -> Calibration:
    return build_cross_fitted(SettledPeople(_compared(), _dataset()), SUBJECT)


def test_each_half_is_the_table_that_half_alone_makes() -> None:
    whole = _whole()
    assert [half.name for half in whole.halves] == ["a town, even half", "a town, odd half"]
    halves: tuple[Half, Half] = ("even", "odd")
    for half, table in zip(halves, whole.halves, strict=True):
        own = only_half(_dataset(), half)
        people = SettledPeople(_compared(own.entries), own)
        alone = build(people, replace(SUBJECT, name=table.name, half=half))
        assert calibration_json(alone) == calibration_json(table)
    assert not whole.halves[0].inside.people & whole.halves[1].inside.people
    assert sum(half.about["people"] for half in whole.halves) == whole.about["people"] == 200


def test_halves_of_one_town_predict_each_other_and_every_pair_is_asked_about_once() -> None:
    tables = _whole().about["cross_fit"]["tables"]
    assert [(one["table"], one["on"]) for one in tables] == [
        (half, on) for half in ("even", "odd") for on in ("the other half", "pairs across both halves")
    ]
    even, across, odd, again = (one["pairs"] for one in tables)
    assert across == again
    assert even + odd + across == 200 * 199 // 2
    found = [row[-1] for one in tables for row in one["rows"]]
    assert found.count("agrees") > 0.8 * len([one for one in found if one != "too few errors to tell"]) > 20
    errors = [row[9] for one in tables for row in one["rows"]]
    assert min(one for one in errors if one is not None) >= 10


def test_somebody_with_an_id_in_either_half_is_in_neither() -> None:
    one = next(entry.person for entry in ENTRIES if half_of(entry.person) == "even")
    other = next(entry.person for entry in ENTRIES if half_of(entry.person) == "odd")
    doubt = Doubt((one, other), ("", ""), (), 0.1, ("near",))
    settled = ((doubt, Decision(doubt.pair, "r", "label_error", "one man")),)
    whole = build_cross_fitted(SettledPeople(_compared(), _dataset(), (), settled), SUBJECT)
    assert whole.about["people"] == 199
    assert sum(half.about["people"] for half in whole.halves) == 198
    assert whole.inside.overlap({one: [], other: []}).people == 2
    assert all(half.inside.overlap({one: [], other: []}).people == 0 for half in whole.halves)


def test_whoever_both_halves_would_know_is_in_neither() -> None:
    """Ids that differ in form only, and one photograph under two ids, though nobody settled them as one."""
    even = [place for place, one in enumerate(ENTRIES) if half_of(one.person) == "even"]
    odd = [place for place, one in enumerate(ENTRIES) if half_of(one.person) == "odd"]
    entries, digests = list(ENTRIES), dict(DIGESTS)
    entries[even[0]] = replace(ENTRIES[even[0]], person="7")
    entries[odd[0]] = replace(ENTRIES[odd[0]], person="7.00")
    assert [half_of(one) for one in ("7", "7.00")] == ["odd", "even"]
    digests[entries[odd[1]].photo] = digests[entries[even[1]].photo]
    people = SettledPeople(
        Compared(tuple(entries), prepare(_templates(200, seed=1)), qualities=(PLAIN,) * 200),
        Dataset(Memory("here", b"", {}), tuple(entries), {}, ()),
    )
    whole = build_cross_fitted(people, replace(SUBJECT, digests=digests))
    doubtful = [entries[place] for place in (even[0], odd[0], even[1], odd[1])]
    assert sum(half.about["people"] for half in whole.halves) == 196
    assert whole.inside.overlap(pictured(doubtful, digests)).people == 4
    assert all(half.inside.overlap(pictured(doubtful, digests)).people == 0 for half in whole.halves)
    assert parse_calibration(calibration_json(whole), "t.json").halves


def test_the_table_is_one_that_was_not_made_from_these_people() -> None:
    whole = _whole()
    even = [one for one in ENTRIES if half_of(one.person) == "even"]
    odd = [one for one in ENTRIES if half_of(one.person) == "odd"]
    strangers = [replace(one, person=f"q{n}", photo=f"q{n}.jpg") for n, one in enumerate(even)]

    def chosen(entries: list[Entry]) -> tuple[str, str]:
        found = fitting(whole, pictured(entries, DIGESTS))
        assert not found.halves
        return found.name, found.about["chosen"]["part"]

    assert chosen(strangers) == ("a town", "the whole")
    assert chosen(even) == ("a town, odd half", "a half")
    assert chosen([*odd[:3], *strangers]) == ("a town, even half", "a half")
    assert chosen([even[0], odd[0]]) == ("a town", "the whole")
    both = fitting(whole, pictured([even[0], odd[0]], DIGESTS)).about["chosen"]["why"]
    assert both == "2 of these 2 people are among those of “a town”, and each half has some of them, 1 and 1"
    plain = whole.halves[0]
    assert fitting(plain, pictured(even, DIGESTS)) is plain


def test_a_file_with_halves_reads_back_and_forged_halves_are_named() -> None:
    text = calibration_json(_whole())
    again = parse_calibration(text, "t.json")
    assert calibration_json(again) == text
    assert [half.rows for half in again.halves] == [half.rows for half in parse_calibration(text, "t").halves]
    other = replace(
        _whole().halves[0], made_by="sha256:other", about={**_whole().halves[0].about, "model": {}}
    )
    nested = replace(_whole(), halves=(_whole(),))
    larger = replace(_whole().halves[0], inside=_whole().inside)
    for forged in (
        replace(_whole(), halves=(other,)),
        nested,
        replace(_whole(), halves=(_whole().halves[0],) * 2),
        replace(_whole(), halves=(larger, _whole().halves[1])),
    ):
        with pytest.raises(BadInput, match=r"t\.json is no calibration"):
            parse_calibration(calibration_json(forged), "t.json")


def _plan(folder: Path, half: Half, similarity: float = 30.0) -> Plan:
    """Of people of whom some have ids that the table was made from."""
    data = write_shots(folder / "data", people({"": 60}, {"": 60}, mates=0))
    (folder / "c.json").write_bytes(calibration_json(_whole()))
    plan = plan_for(
        data,
        calibration=CalibrationChoice(str(folder / "c.json")),
        threshold=(ThresholdChoice("strict", f"similarity {similarity:g}"),),
        limit=(LimitChoice("fpir", "strict", 0.9),),
        search=SearchChoice(target_present=False),
    )
    return replace(plan, dataset=replace(plan.dataset, half=half))


def _audited(folder: Path, half: Half, similarity: float = 30.0) -> AuditResults:
    """An audit of a plan, taken up once again."""
    plan = _plan(folder, half, similarity)
    for _ in range(2):
        system = Planted(1.0, PLAIN)
        run = freeze_run(plan, system.information(), folder / "run")
        ask_system(run, system)
    return evaluate(run)


def test_an_audit_of_one_half_is_held_against_the_other_and_gets_a_verdict(tmp_path: Path) -> None:
    results = _audited(tmp_path, "odd")
    used = results.calibration
    assert isinstance(used, CalibrationUsed)
    assert (used.name, used.part, used.calibration_overlap) == ("a town, even half", "a half", 0)
    assert "people are among those of “a town”, and none is among those of this half" in used.why
    assert results.verdicts[0].outcome == "pass"
    told = f"Thresholds by similarity are read off “a town, even half”, a half: {used.why}."
    assert told in finding(results).split("\n")
    run = load_run(tmp_path / "run")
    assert {half_of(entry.person) for entry in run.dataset.entries} == {"odd"}
    assert run.calibration is not None
    assert run.plan.threshold[0].source == "similarity 30 by a town, even half"


def test_an_audit_of_people_of_both_halves_gets_none(tmp_path: Path) -> None:
    results = _audited(tmp_path, "all")
    used = results.calibration
    assert isinstance(used, CalibrationUsed)
    assert (used.name, used.part, used.calibration_overlap) == ("a town", "the whole", 60)
    assert "each half has some of them" in used.why
    assert results.verdicts[0].outcome == "not_given"


def test_a_similarity_that_only_the_whole_reaches_is_refused_before_a_picture_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.evidence.runs.freezing.inspect", None)
    end = _whole().about["support"]["end"]["similarity"]
    with pytest.raises(BadInput, match="a town, even half does not reach similarity"):
        _audited(tmp_path, "odd", similarity=int(10 * end) / 10)
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_plan_of_half_of_them_is_checked_by_the_others_table(tmp_path: Path) -> None:
    end = _whole().about["support"]["end"]["similarity"]
    plan = _plan(tmp_path, "odd", similarity=int(10 * end) / 10)
    dataset = settled(plan, find_doubts(plan))
    assert dataset is not None
    with pytest.raises(BadInput, match="a town, even half does not reach similarity"):
        cost_of(plan, dataset, Planted(1.0, PLAIN).information())
