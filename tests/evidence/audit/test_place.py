"""Photographs from memory: the same bytes give the same results wherever they come from."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fairlineup.evidence.asking import ask_system
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.pages import write_report
from fairlineup.evidence.plan import (
    DatasetChoice,
    Folder,
    Kind,
    Memory,
    Place,
    Plan,
    SearchChoice,
    find,
    read_dataset,
    read_place,
    settle,
)
from fairlineup.evidence.runs import FrozenRun, freeze_run, load_run
from fairlineup.evidence.samples import SamplesRequest, Shot, manifest, sample_rows
from fairlineup.records import BadInput, PhotographSource
from fairlineup.seals import digest
from fairlineup.systems import CardPopulation, write_population

from .kit import SMALL_PARTS, Results, people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

RATES = {"false_match_rate": 0.02, "false_non_match_rate": 0.1, "failure_rate": 0.05}


@dataclass
class Maker:
    """Makes a photograph whenever it is asked."""

    content: bytes
    asked: list[int] = field(default_factory=list)

    def read(self) -> bytes:
        self.asked.append(1)
        return self.content


class Gone:
    def read(self) -> bytes:
        raise OSError("the maker is gone")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), people({"a": 40, "b": 35}, {"a": 50}))


def _bytes(cards: Path) -> dict[str, bytes]:
    return {path.relative_to(cards).as_posix(): path.read_bytes() for path in cards.rglob("*.png")}


def _memory(cards: Path, sources: Mapping[str, bytes | PhotographSource]) -> Memory:
    return Memory("cards", (cards / "people.csv").read_bytes(), sources)


def _made(plan: Plan) -> Plan:
    return replace(plan, dataset=DatasetChoice(generator="cards", options={"people": 3}))


def _audited(plan: Plan, out: Path, place: Place | None = None) -> FrozenRun:
    system = simulated(**RATES)
    papers = freeze_run(plan, system.information(), out, place=place)
    ask_system(papers, system, SMALL_PARTS)
    papers.directory.write_results(evaluate(papers))
    return papers


def test_the_same_bytes_give_the_same_results(cards: Path, tmp_path: Path) -> None:
    plan, content = plan_for(cards, groups=("group",)), _bytes(cards)
    makers = {photo: Maker(one) for photo, one in content.items()}
    _audited(plan, tmp_path / "disk")
    _audited(plan, tmp_path / "bytes", _memory(cards, content))
    _audited(plan, tmp_path / "made", _memory(cards, makers))
    for name in ("results.json", "manifest.csv", "findings.json"):
        found = {(tmp_path / run / name).read_bytes() for run in ("disk", "bytes", "made")}
        assert len(found) == 1, name
    assert all(maker.asked for maker in makers.values())


def test_a_plan_that_names_no_folder_differs_in_its_digest_alone(cards: Path, tmp_path: Path) -> None:
    on_disk: Results = _audited(plan_for(cards), tmp_path / "disk").directory.read_results()
    made = _audited(_made(plan_for(cards)), tmp_path / "made", _memory(cards, _bytes(cards)))
    results: Results = made.directory.read_results()
    assert results["digests"].pop("plan") != on_disk["digests"].pop("plan")
    results["population"] = on_disk["population"]  # as the plan describes it
    assert results == on_disk
    assert made.identity.photographs_folder == ""


def test_measured_again_without_photographs(cards: Path, tmp_path: Path) -> None:
    papers = _audited(_made(plan_for(cards)), tmp_path / "run", _memory(cards, _bytes(cards)))
    again = load_run(tmp_path / "run")
    before = papers.directory.read_results()
    again.directory.write_results(evaluate(again))
    assert again.directory.read_results() == before
    assert not again.dataset.place.holds(again.dataset.entries[0].photo)


def test_gone_on_with_once_they_are_handed_over_again(cards: Path, tmp_path: Path) -> None:
    plan, place = _made(plan_for(cards)), _memory(cards, _bytes(cards))
    information = simulated(**RATES).information()
    begun = freeze_run(plan, information, tmp_path / "run", place=place)
    again = freeze_run(plan, information, tmp_path / "run", place=place)
    assert (begun.begun_before, again.begun_before) == (False, True)
    assert again.dataset == begun.dataset
    other = {**_bytes(cards), begun.dataset.entries[0].photo: b"another picture"}
    with pytest.raises(BadInput, match=r"belongs to another run.*others: photographs"):
        freeze_run(plan, information, tmp_path / "run", place=_memory(cards, other))


def test_without_the_place_a_plan_of_made_photographs_is_refused(cards: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="lie in no folder: expected the place that cards makes"):
        freeze_run(_made(plan_for(cards)), simulated().information(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def _page(papers: FrozenRun, place: Place) -> str:
    results = papers.directory.audit_results()
    return write_report(results, papers.directory, place.photograph).read_text()


def test_the_report_shows_their_faces(cards: Path, tmp_path: Path) -> None:
    shown = []
    for name, place in (("disk", Folder(cards)), ("made", _memory(cards, _bytes(cards)))):
        papers = _audited(plan_for(cards), tmp_path / name, place)
        page = _page(papers, place)
        shown.append(re.findall(r'src="(data:image/jpeg;base64,[^"]+)"', page))
    assert shown[0] == shown[1]
    assert len(shown[0]) > 20


def test_a_face_that_is_made_otherwise_today_is_not_shown(cards: Path, tmp_path: Path) -> None:
    papers = _audited(plan_for(cards), tmp_path / "run", _memory(cards, _bytes(cards)))
    others = dict.fromkeys(_bytes(cards), b"another")
    page = _page(papers, _memory(cards, others))
    assert "data:image" not in page
    assert "the file has changed since the run" in page


def test_what_is_not_there_and_what_cannot_be_made(cards: Path, tmp_path: Path) -> None:
    sources: dict[str, bytes | PhotographSource] = {**_bytes(cards)}
    first = next(iter(sources))
    sources[first] = Gone()
    with pytest.raises(BadInput, match=f"{first} cannot be read.*the maker is gone"):
        freeze_run(plan_for(cards), simulated().information(), tmp_path / "a", place=_memory(cards, sources))
    del sources[first]
    dataset = read_place(_memory(cards, sources))
    found = find(dataset)
    assert [one.photos for one in found if one.kind is Kind.MISSING_FILE] == [(first,)]
    with pytest.raises(BadInput, match="a photograph that is not there"):
        settle(dataset, found, plan_for(cards).settle)


def test_a_manifest_in_memory_is_named_in_its_errors(cards: Path) -> None:
    with pytest.raises(BadInput, match="the manifest of cards is unusable"):
        read_place(Memory("cards", b"person\n", {}))


def test_many_are_digested_by_several_processes_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = sample_rows(SamplesRequest(people=40, probes=20, capture="doorbell"))
    monkeypatch.setattr("fairlineup.workers.pool.WORTHWHILE", 8)
    monkeypatch.setattr("fairlineup.workers.pool.available_cores", lambda: 2)
    with monkeypatch.context() as patched:
        patched.setattr(Shot, "read", None)  # in this process alone
        place = Memory("samples", manifest(rows).encode(), {row.photo: row.shot for row in rows})
        plan = replace(plan_for(tmp_path), search=SearchChoice(target_present=False))
        freeze_run(plan, simulated().information(), tmp_path / "run", place=place)
    with (tmp_path / "run" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        found = {row["photo"]: row["sha256"] for row in csv.DictReader(file)}
    assert list(found) == [row.photo for row in rows]
    for row in rows[::7]:
        assert found[row.photo] == digest(row.shot.read())


def test_a_link_out_of_the_data_set_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write_population(tmp_path / "other", CardPopulation({"a": 2}, {"a": 2}))
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "people.csv").write_bytes((tmp_path / "other" / "people.csv").read_bytes())
    for part in ("probe", "gallery"):
        (tmp_path / "set" / part).symlink_to(tmp_path / "other" / part)
    there = tmp_path / "other" / "probe"
    with pytest.raises(BadInput, match=rf"a link to {there}[\s\S]*name {there} as the data set's folder"):
        find(read_dataset(tmp_path / "set"))
    (tmp_path / "linked").symlink_to(tmp_path / "other")
    assert {one.kind for one in find(read_dataset(tmp_path / "linked"))} == {Kind.BOTH_ROLES}
    (tmp_path / "set" / "people.csv").unlink()
    (tmp_path / "set" / "people.csv").symlink_to(tmp_path / "other" / "people.csv")
    with pytest.raises(BadInput, match="leads out of its folder"):
        read_dataset(tmp_path / "set")
