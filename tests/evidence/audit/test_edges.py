"""Data sets at the edge: nobody, one, everyone, twice."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.evidence.evaluation import evaluate, observations_of
from fairlineup.evidence.plan import (
    ContrastChoice,
    GalleryChoice,
    Inspection,
    LimitChoice,
    Plan,
    Policy,
    SearchChoice,
)
from fairlineup.evidence.runs import freeze_run, load_run
from fairlineup.measures import Mated, Searches
from fairlineup.records import (
    BadInput,
    Candidate,
    Enrolment,
    Outcome,
    Photograph,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    SystemInformation,
    Threshold,
)

from .brute import Brute
from .kit import Results, Shot, audit, people, picture, plan_for, save, simulated, write_csv, write_shots


def _run(tmp_path: Path, shots: list[Shot], plan: dict[str, Any], **system: Any) -> Results:
    folder = write_shots(tmp_path / "cards", shots)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        options = {"false_match_rate": 0.02, "false_non_match_rate": 0.1, **system}
        return audit(plan_for(folder, **plan), simulated(**options), tmp_path / "run")[1]


def _measured(results: Results, *names: str) -> list[bool]:
    at = results["thresholds"][0]
    return ["value" in at[name] for name in names]


def test_a_gallery_of_one(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 40}, {"a": 1}, mates=0), {})
    assert results["gallery"]["people"] == 1
    assert [rung["people"] for rung in results["ladder"]] == [1]
    assert results["ladder"][0]["fpir"]["value"] == results["thresholds"][0]["fpir"]["value"]
    assert _measured(results, "fmr", "fpir", "fnir") == [False, True, False]


def test_one_probe_against_one(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 1}, {"a": 1}, mates=1), {})
    assert results["searches"]["target_absent"] == results["searches"]["target_present"] == 1
    assert results["verdicts"][0]["outcome"] == "inconclusive"


def test_no_mated_pairs(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 30}, {"a": 50}, mates=0), {})
    assert results["searches"]["target_present"] == 0
    at = results["thresholds"][0]
    for name in ("fnir", "fnir_processed", "rank_1", "wrong_person_with_mate", "wrong_person_without_mate"):
        assert at[name]["not_measured"] == "no searches"
    assert results["missed"] == results["same_picture_mates"] == []
    assert results["gallery"]["with_mates"]["people"] == results["gallery"]["people"] == 50


def test_a_limit_on_what_was_not_measured_is_undecided(tmp_path: Path) -> None:
    plan = {"limit": (LimitChoice("fnir", "default", 0.5),)}
    results = _run(tmp_path, people({"a": 30}, {"a": 50}, mates=0), plan)
    assert results["verdicts"][0]["outcome"] == "inconclusive"
    assert "no searches" in results["verdicts"][0]["reason"]


def test_only_target_present(tmp_path: Path) -> None:
    plan = {"search": SearchChoice(target_absent=False)}
    results = _run(tmp_path, people({"a": 30}, {"a": 50}), plan)
    assert results["thresholds"][0]["fpir"]["not_measured"] == "no searches"
    assert all("not_measured" in rung["fpir"] for rung in results["ladder"])
    assert results["thresholds"][0]["fnir"]["trials"] == 24


def test_all_probes_in_one_group(tmp_path: Path) -> None:
    plan = {"groups": ("group",), "contrast": (ContrastChoice("group", "a"),)}
    results = _run(tmp_path, people({"a": 40}, {"a": 50, "b": 5}), plan)
    (group,), (contrast,) = (results["thresholds"][0][name] for name in ("groups", "contrasts"))
    assert (group["value"], group["people"]) == ("a", 40)
    assert group["fpir"] == results["thresholds"][0]["fpir"]
    assert contrast["other_counts"] == {"errors": 0, "people": 0}
    assert "only 0 people" in contrast["not_measured"]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (ContrastChoice("group", "z"), r"a value of group no probe carries: expected one of a, got 'z'"),
        (ContrastChoice("group", "a", "b"), "got 'b'"),
        (ContrastChoice("group", "A"), r"'A'; 'A' and 'a' differ in letter case only"),
        (ContrastChoice("grp", "a"), r"a label no probe carries: expected one of group, got 'grp'"),
    ],
)
def test_contrasts_of_what_is_not_there(tmp_path: Path, choice: ContrastChoice, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        _run(tmp_path, people({"a": 4}, {"a": 5, "b": 5}), {"contrast": (choice,)})


def test_a_label_that_nobody_carries_has_no_group(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"": 40}, {"": 60}), {"groups": ("group",)})
    assert results["failed_sections"] == []
    assert results["searches"]["unlabelled"] == {"group": 40}
    assert {len(at["groups"]) for at in results["thresholds"]} == {0}
    assert results["sweep"]["groups"] == []


def test_small_groups_get_counts_only(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 29, "b": 30}, {"a": 50}), {"groups": ("group",)})
    a, b = results["thresholds"][0]["groups"]
    assert a["fpir"]["not_measured"] == "only 29 people; a group figure needs 30"
    assert a["fpir"]["trials"] == 29
    assert "value" in b["fpir"]


def test_everyone_fails(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 20}, {"a": 30}), {"groups": ("group",)}, failure_rate=1.0)
    at = results["thresholds"][0]
    assert results["gallery"]["people"] == results["gallery"]["enrolled"] == 0
    assert results["processing"]["fta"]["value"] == results["processing"]["fte"]["value"] == 1.0
    assert "nobody is in the gallery" in at["fpir"]["not_measured"]
    assert at["fnir"]["value"] == 1.0
    assert at["fmr"]["not_measured"] == "no comparisons"
    assert at["fpir_processed"]["not_measured"] == "no searches"
    assert results["ladder"] == []
    assert len(results["missed"]) == 16
    assert {row["why"].split(":")[0] for row in results["missed"]} == {"the probe was not processed"}
    assert results["verdicts"][0]["outcome"] != "pass"


def test_nobody_is_flagged(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 40}, {"a": 50}), {}, false_match_rate=0.0)
    at = results["thresholds"][0]
    assert at["fpir"]["value"] == at["fpir"]["low"] == 0.0
    assert at["fpir"]["high"] > 0.05  # forty people cannot say more
    assert at["fmr"]["not_measured"].endswith("an interval needs 10")
    assert results["false_matches"] == []
    assert results["verdicts"][0]["outcome"] == "inconclusive"
    assert results["verdicts"][0]["need_n_more"] > 1000


def test_everyone_is_flagged(tmp_path: Path) -> None:
    results = _run(tmp_path, people({"a": 20}, {"a": 10}), {}, false_match_rate=1.0)
    at = results["thresholds"][0]
    assert at["fpir"]["value"] == at["fmr"]["value"] == 1.0
    assert at["selectivity"]["value"] == 10.0
    assert len(results["false_matches"]) == 200
    assert results["verdicts"][0]["outcome"] == "fail"


def test_several_photographs_of_each_person(tmp_path: Path) -> None:
    shots = people({"a": 30}, {"a": 40}, photos=3)
    results = _run(tmp_path, shots, {}, failure_rate=0.1, false_non_match_rate=0.4)
    brute = Brute.of(
        tmp_path / "cards",
        shots,
        simulated(false_match_rate=0.02, false_non_match_rate=0.4, failure_rate=0.1),
    )
    at = results["thresholds"][0]
    mated = [probe for probe in brute.probes if brute.mates(probe)]
    assert at["fpir"]["errors"] == brute.flagged(brute.probes, 0.6)
    assert (at["fpir"]["trials"], at["fpir"]["people"]) == (90, 30)
    assert (at["fmr"]["errors"], at["fmr"]["trials"]) == brute.false_matches(brute.probes, 0.6)
    assert at["fnir"]["errors"] == sum(brute.missed(probe, 0.6, 50) for probe in mated)
    assert at["fnir"]["trials"] == 24 * 3
    assert at["selectivity"]["errors"] == brute.listed(brute.probes, 0.6, 50)
    assert results["gallery"]["people"] <= 40 < results["gallery"]["photos"] <= 120


def test_sizes_beyond_those_enrolled_are_left_out_of_the_ladder(tmp_path: Path) -> None:
    plan = {"gallery": GalleryChoice(sizes=(5, 40))}
    results = _run(tmp_path, people({"a": 20}, {"a": 40}), plan, failure_rate=0.2)
    assert [rung["people"] for rung in results["ladder"]] == [5]


# --- pictures ------------------------------------------------------------------------------------


class Lookup:
    """A fake system that finds the person in a photograph's name and scores by a table."""

    def __init__(self, scores: dict[tuple[str, str], float], kind: str = "distance") -> None:
        self.scores, self.kind = scores, kind
        self.enrolled: list[str] = []

    def information(self) -> SystemInformation:
        scale = Scale("distance", 0.0, 2.0, "a table")
        return SystemInformation("table", "nobody", "1", scale, Threshold(0.5, "the test"), None)

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        for photo in photos:
            self.enrolled.append(photo.id)
            yield Enrolment(photo.id, Outcome.OK)

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        for photo in photos:
            found = sorted((self.scores.get((photo.id, g), 1.9), g) for g in self.enrolled)
            candidates = tuple(Candidate(g, s) for s, g in found if s <= (request.threshold or 2.0))
            yield SearchAnswer(photo.id, Outcome.OK, candidates)

    def delete_gallery(self, gallery: str) -> None:
        self.enrolled.clear()

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    images = {name: picture(seed) for seed, name in enumerate(["a", "b", "b2", "c", "x", "y"])}
    images["a2"] = images["a"].crop((12, 10, 150, 192)).resize((276, 364))
    images["c2"] = images["c"].resize((120, 150))
    for name, image in images.items():
        save(image, folder / f"{name}.jpg")
    rows = [
        ["ann", "a.jpg", "probe"],
        ["ann", "a2.jpg", "gallery"],  # the very picture searched with
        ["bob", "b.jpg", "probe"],
        ["bob", "b2.jpg", "gallery"],
        ["cem", "c.jpg", "probe"],
        ["cem-1", "c2.jpg", "gallery"],  # the same, under another id
        ["xue", "x.jpg", "gallery"],
        ["yan", "y.jpg", "gallery"],
    ]
    write_csv(folder, ["person", "photo", "role"], rows)
    return folder


SCORES = {
    ("a.jpg", "a2.jpg"): 0.01,
    ("b.jpg", "b2.jpg"): 0.7,
    ("c.jpg", "c2.jpg"): 0.02,
    ("a.jpg", "x.jpg"): 0.4,
}


def test_same_picture_mates_are_left_out_of_misses_and_listed(pictures: Path, tmp_path: Path) -> None:
    plan = plan_for(pictures, settle=Policy(one_picture_two_people="merge"))
    papers, results = audit(plan, Lookup(SCORES), tmp_path / "run")
    assert {e.photo: e.person for e in papers.dataset.entries}["c2.jpg"] == "cem"
    assert results["searches"]["target_present"] == 3
    assert results["searches"]["same_picture_left_out"] == 2
    assert results["same_picture_mates"] == [
        {"probe": "ann", "probe_photo": "a.jpg", "gallery_photo": "a2.jpg"},
        {"probe": "cem", "probe_photo": "c.jpg", "gallery_photo": "c2.jpg"},
    ]
    fnir = results["thresholds"][0]["fnir"]
    assert (fnir["errors"], fnir["trials"]) == (1, 1)
    assert [row["probe"] for row in results["missed"]] == ["bob"]
    assert results["dataset"]["settled"] == {
        "both_roles: keep": 2,
        "one_picture_two_people: merge": 1,
        "same_picture: keep": 1,
    }
    assert [(row["probe"], row["gallery_person"]) for row in results["false_matches"]] == [("ann", "xue")]


def test_one_picture_of_two_people_kept_is_a_false_match(pictures: Path, tmp_path: Path) -> None:
    plan = plan_for(pictures, settle=Policy(one_picture_two_people="keep"))
    _, results = audit(plan, Lookup(SCORES), tmp_path / "run")
    assert [(row["probe"], row["gallery_person"]) for row in results["false_matches"]] == [
        ("cem", "cem-1"),
        ("ann", "xue"),
    ]
    assert results["closest_non_mated"][0]["gallery_person"] == "cem-1"


def test_without_a_word_the_run_stops_before_anything_is_asked(pictures: Path, tmp_path: Path) -> None:
    system = Lookup(SCORES)
    with pytest.raises(BadInput, match=r"one picture under two people: c\.jpg and c2\.jpg"):
        audit(plan_for(pictures), system, tmp_path / "run")
    assert system.enrolled == []
    assert not (tmp_path / "run").exists()


def test_what_the_rows_show_stops_before_any_picture_is_opened(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: Any, **__: Any) -> None:
        raise AssertionError("a picture was opened")

    monkeypatch.setattr("fairlineup.faces.pictures.find_same_pictures", opened)
    (pictures / "x.jpg").unlink()
    with pytest.raises(BadInput, match=r"a photograph that is not there: x\.jpg"):
        audit(plan_for(pictures), Lookup(SCORES), tmp_path / "run")


def test_bad_files_are_the_systems_to_answer_for(pictures: Path, tmp_path: Path) -> None:
    (pictures / "y.jpg").write_bytes(b"")
    stopping = Policy(one_picture_two_people="merge")
    with pytest.raises(BadInput, match=r"cannot be decoded.*unreadable:.* unsettled"):
        audit(plan_for(pictures, settle=stopping), Lookup(SCORES), tmp_path / "stopped")
    plan = plan_for(pictures, settle=Policy(one_picture_two_people="merge", unreadable="keep"))
    _, results = audit(plan, Lookup(SCORES), tmp_path / "run")
    assert results["dataset"]["settled"]["unreadable: keep"] == 1
    assert results["gallery"]["offered"] == 2
    (pictures / "x.jpg").unlink()
    with pytest.raises(BadInput, match=r"x\.jpg"):
        audit(plan, Lookup(SCORES), tmp_path / "other")
    lenient = Policy(one_picture_two_people="merge", missing_file="leave_out", unreadable="leave_out")
    with pytest.raises(BadInput, match="only people who are probes too"):
        audit(plan_for(pictures, settle=lenient), Lookup(SCORES), tmp_path / "third")


# --- measured again ------------------------------------------------------------------------------


def _finished(tmp_path: Path) -> Plan:
    folder = write_shots(tmp_path / "cards", people({"a": 12}, {"a": 20}))
    return plan_for(folder)


@pytest.mark.usefixtures("no_copies")
def test_measured_again_from_parquet_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _finished(tmp_path)
    papers, results = audit(plan, simulated(false_match_rate=0.1, failure_rate=0.1), tmp_path / "run")
    papers.directory.compact(observations_of(papers))
    assert papers.directory.compacted
    again = load_run(tmp_path / "run")
    before = (tmp_path / "run" / "results.json").read_bytes()
    again.directory.write_results(evaluate(again))
    assert (tmp_path / "run" / "results.json").read_bytes() == before
    assert results == again.directory.read_results()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SystemFailed) as told:
        evaluate(again)
    assert told.value.code == "extra-missing"


@pytest.mark.usefixtures("no_copies")
def test_an_unfinished_run_is_not_measured(tmp_path: Path) -> None:
    system = simulated()
    papers = freeze_run(_finished(tmp_path), system.information(), tmp_path / "run")
    with pytest.raises(BadInput, match=r"expected the 52 answers its plan asks for.*got 0") as refused:
        evaluate(papers)
    assert refused.value.code == "run-unfinished"


def test_nothing_is_a_run() -> None:
    with pytest.raises(BadInput, match=r"run\.json cannot be read"):
        load_run(Path("no/such/run"))


def test_searches_without_rows_are_columns_all_the_same() -> None:
    none, empty = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    searches = Searches(none, empty, none, none, np.zeros(0), 0, 0)
    assert len(Mated(searches, empty, empty)) == 0
