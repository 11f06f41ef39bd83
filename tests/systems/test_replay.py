from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import RunOptions, ask_system
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.plan import (
    DatasetChoice,
    GalleryChoice,
    Plan,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    SystemChoice,
    ThresholdChoice,
    read_dataset,
)
from fairlineup.evidence.replay.replay import ReplayedSystem
from fairlineup.evidence.runs import RunDirectory, freeze_run
from fairlineup.records import (
    BadInput,
    FaceSystem,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
    TransportError,
)
from fairlineup.results import to_json
from fairlineup.systems import (
    CardPopulation,
    KnownPhotographs,
    PlantedRates,
    SimulatedOptions,
    SimulatedSystem,
    open_system,
    write_population,
)

from .contracts import outcomes, run_contract

ALL = 2.0
RATES = PlantedRates({"": 0.02, "b": 0.08}, {"": 0.05}, {"": 0.1})


def _simulated(**options: Any) -> SimulatedSystem:
    return SimulatedSystem(SimulatedOptions(RATES, **options))


def _plan(folder: Path, **changes: Any) -> Plan:
    return Plan(DatasetChoice(str(folder)), SystemChoice("any"), **{"groups": ("group",), **changes})


def _audit(plan: Plan, system: FaceSystem, out: Path) -> dict[str, Any]:
    papers = freeze_run(plan, system.information(), out)
    ask_system(papers, system, RunOptions(part_size=16))
    results: dict[str, Any] = to_json(evaluate(papers))
    papers.directory.write_results(results)
    observed = papers.directory.observations(
        [stage for stage, _ in papers.protocol.stages if stage.startswith("enrol")],
        [stage for stage, _ in papers.protocol.stages if stage.startswith("search")],
        {entry.photo: entry.person for entry in papers.dataset.entries},
    )
    papers.directory.compact(observed)
    return results


@dataclass(frozen=True)
class Ran:
    cards: Path
    run: Path
    results: dict[str, Any]

    def photographs(self, role: str) -> list[Photograph]:
        entries = read_dataset(self.cards).entries
        return [Photograph(e.photo, self.cards / e.photo) for e in entries if e.role == role]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """An audit of the simulated system, recorded to the end of its scale."""
    folder = tmp_path_factory.mktemp("replayed")
    cards = folder / "cards"
    cards.mkdir()
    write_population(cards, CardPopulation({"a": 15, "b": 15}, {"a": 30, "b": 30}))
    plan = _plan(cards, search=SearchChoice(record_to=ALL))
    return Ran(cards, folder / "run", _audit(plan, _simulated(), folder / "run"))


def _answers(
    system: FaceSystem, gallery: Sequence[Photograph], probes: Sequence[Photograph], request: SearchRequest
) -> list[SearchAnswer]:
    list(system.enrol("g", gallery))
    answers = [replace(answer, seconds=None) for answer in system.search("g", probes, request)]
    system.delete_gallery("g")
    return answers


def _rounded(answers: list[SearchAnswer]) -> list[tuple[str, str, bool, list[tuple[str, float]]]]:
    return [(a.photo, a.outcome, a.capped, [(p, round(s, 5)) for p, s in a.candidates]) for a in answers]


# --- the same answers ------------------------------------------------------------------------------


def test_the_same_plan_gives_the_same_results(ran: Ran, tmp_path: Path) -> None:
    plan = _plan(ran.cards, search=SearchChoice(record_to=ALL))
    again = _audit(plan, ReplayedSystem(ran.run), tmp_path / "again")
    about = {"system", "digests"}
    assert {k: v for k, v in again.items() if k not in about} == {
        k: v for k, v in ran.results.items() if k not in about
    }
    assert again["system"]["name"] == "replay of simulated"
    assert ran.results["thresholds"][0]["fpir"]["errors"] > 0


def test_another_plan_gives_what_the_system_itself_would_give(ran: Ran, tmp_path: Path) -> None:
    """Fewer people, another threshold, no groups."""
    plan = _plan(
        ran.cards,
        groups=(),
        search=SearchChoice(record_to=0.7),
        threshold=(ThresholdChoice("default", 0.55, "the test"),),
        probes=ProbesChoice(people=20),
        gallery=GalleryChoice(people=35),
        statistics=StatisticsChoice(seed=7),
    )
    replayed = _audit(plan, ReplayedSystem(ran.run), tmp_path / "replayed")
    asked = _audit(plan, _simulated(), tmp_path / "asked")
    about = {"system", "digests"}
    assert {k: v for k, v in replayed.items() if k not in about} == {
        k: v for k, v in asked.items() if k not in about
    }
    assert replayed["gallery"]["people_offered"] == 35


@pytest.mark.parametrize("length", [None, 3])
@pytest.mark.parametrize("threshold", [None, ALL, 0.62])
def test_any_part_of_the_gallery(ran: Ran, threshold: float | None, length: int | None) -> None:
    others = [photo for photo in ran.photographs("gallery") if "other" in photo.id]
    probes, request = ran.photographs("probe"), SearchRequest(length, threshold)
    for gallery in (others, others[3:17], others[::-1][:5]):
        replayed = _answers(ReplayedSystem(ran.run), gallery, probes, request)
        assert _rounded(replayed) == _rounded(_answers(_simulated(), gallery, probes, request))


def test_renamed_and_copied_photographs_are_the_same(ran: Ran, tmp_path: Path) -> None:
    gallery, probes = ran.photographs("gallery")[:30], ran.photographs("probe")[:5]
    moved = []
    for number, photo in enumerate(gallery):
        path = tmp_path / f"{number}.png"
        shutil.copy(str(photo.source), path)
        moved.append(Photograph(path.name, path))
    name = {photo.id: f"{number}.png" for number, photo in enumerate(gallery)}
    request = SearchRequest(None, ALL)
    before = _answers(ReplayedSystem(ran.run), gallery, probes, request)
    after = _answers(ReplayedSystem(ran.run), moved, probes, request)
    for one, other in zip(before, after, strict=True):
        assert [(name[p], s) for p, s in one.candidates] == list(other.candidates)
    assert any(answer.candidates for answer in before)


def test_one_name_stands_for_one_photograph(ran: Ran) -> None:
    """A photograph enrolled under a name again takes the place of the one before it."""
    system, request = ReplayedSystem(ran.run), SearchRequest(None, ALL)
    processed = [p for p in ran.photographs("gallery") if _outcome(system, p) is Outcome.OK][:2]
    probe = next(p for p in ran.photographs("probe") if _searched(system, p).outcome is Outcome.OK)
    for photo in processed:
        list(system.enrol("g", [Photograph("one name", photo.source)]))
    (alone,) = _answers(ReplayedSystem(ran.run), processed[1:], [probe], request)
    (answer,) = system.search("g", [probe], request)
    assert [c.score for c in answer.candidates] == [c.score for c in alone.candidates]
    assert [c.photo for c in answer.candidates] == ["one name"]


def _outcome(system: FaceSystem, photo: Photograph) -> Outcome:
    (answer,) = system.enrol("try", [photo])
    system.delete_gallery("try")
    return answer.outcome


def _searched(system: FaceSystem, photo: Photograph) -> SearchAnswer:
    (answer,) = system.search("nobody", [photo], SearchRequest(None, ALL))
    return answer


def test_it_keeps_the_contract(ran: Ran) -> None:
    system = ReplayedSystem(ran.run)
    others = [photo for photo in ran.photographs("gallery") if "other" in photo.id]
    photographs = KnownPhotographs(
        tuple(photo for photo in others if _outcome(system, photo) is Outcome.OK)[:8],
        tuple(p for p in ran.photographs("probe") if _searched(system, p).outcome is Outcome.OK)[:2],
        recorded_only=True,
    )
    report = run_contract(lambda: ReplayedSystem(ran.run), photographs)
    assert outcomes(report)["everybody at the lowest threshold"] == "passed"
    assert outcomes(report)["stricter gives the beginning"] == "passed"


# --- what it says ----------------------------------------------------------------------------------


def test_it_says_what_was_asked_and_asks_nobody(ran: Ran) -> None:
    information = open_system(f"replay:{ran.run}", {}).information()
    asked = _simulated().information()
    assert information.name == "replay of simulated"
    assert (information.version, information.scale) == (asked.version, asked.scale)
    assert information.default_threshold == asked.default_threshold
    assert information.population == "simulated"
    assert information.settings["recorded_to"] == ALL
    assert information.settings["planted"] == asked.settings["planted"]
    assert (information.price, information.wire, information.keeps_galleries) == (None, False, False)


def test_everything_a_system_says_comes_back(ran: Ran, tmp_path: Path) -> None:
    shutil.copytree(ran.run, tmp_path / "run")
    identity = json.loads((tmp_path / "run" / "run.json").read_text())
    said = {
        "price": {"amount": 0.001, "currency": "USD", "date": "2026-11-01", "source": "a list"},
        "terms": ["Nobody may look."],
        "sample_thresholds": [{"score": 0.5, "source": "a sample"}],
        "wire": True,
    }
    identity["system"] |= said
    RunDirectory(tmp_path / "run").put({"run.json": json.dumps(identity).encode()})
    information = ReplayedSystem(tmp_path / "run").information()
    assert information.terms == ("Nobody may look.",)
    assert information.sample_thresholds[0].score == 0.5
    assert information.price is None


# --- what it refuses -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that recorded to 0.65, of a system that returns eight candidates."""
    out = tmp_path_factory.mktemp("short") / "run"
    _audit(_plan(ran.cards, search=SearchChoice(record_to=0.65)), _simulated(max_candidates=8), out)
    return out


def test_a_threshold_beyond_the_record_is_refused(ran: Ran, short: Path, tmp_path: Path) -> None:
    system = ReplayedSystem(short)
    with pytest.raises(BadInput, match=r"of 0\.65 or less, got 0\.7"):
        list(system.search("g", ran.photographs("probe")[:1], SearchRequest(None, 0.7)))
    weak = _plan(ran.cards, threshold=(ThresholdChoice("default", 0.7, "the test"),))
    with pytest.raises(BadInput, match="did not record so far"):
        _audit(weak, ReplayedSystem(short), tmp_path / "weak")
    assert list(system.search("g", ran.photographs("probe")[:1], SearchRequest(None, 0.65)))


def test_a_capped_list_stays_capped_unless_it_went_far_enough(ran: Ran, short: Path) -> None:
    others = [photo for photo in ran.photographs("gallery") if "other" in photo.id]
    whole, capped = ReplayedSystem(ran.run), ReplayedSystem(short)
    assert capped.information().max_candidates == 8
    seen = set()
    for probe in ran.photographs("probe"):
        for threshold in (0.45, 0.6, 0.65):
            (full,) = _answers(whole, others[:40], [probe], SearchRequest(None, threshold))
            (cut,) = _answers(capped, others[:40], [probe], SearchRequest(None, threshold))
            assert cut.candidates == full.candidates[: len(cut.candidates)]
            assert cut.capped or cut.candidates == full.candidates
            seen.add((cut.capped, bool(cut.candidates)))
    assert (True, True) in seen
    assert (False, True) in seen


def test_what_the_run_never_saw_is_an_error(ran: Ran, tmp_path: Path) -> None:
    system, request = ReplayedSystem(ran.run), SearchRequest(None, ALL)
    stranger = Photograph("stranger.png", b"never seen")
    probe, reference = ran.photographs("probe")[0], ran.photographs("gallery")[0]
    with pytest.raises(SystemFailed, match=r"no answer for stranger\.png"):
        list(system.enrol("g", [stranger]))
    with pytest.raises(SystemFailed, match="never given this photograph"):
        list(system.search("g", [stranger], request))
    with pytest.raises(SystemFailed, match="never enrolled"):
        list(system.enrol("g", [probe]))
    with pytest.raises(SystemFailed, match="never searched with"):
        list(system.search("g", [reference], request))
    (gone,) = system.enrol("g", [Photograph("gone.png", tmp_path / "gone.png")])
    assert gone.outcome is Outcome.ERROR
    (gone_probe,) = system.search("g", [Photograph("gone.png", tmp_path / "gone.png")], request)
    assert gone_probe.outcome is Outcome.ERROR


def test_a_probe_without_a_mate_was_never_searched_among_mates(ran: Ran) -> None:
    system = ReplayedSystem(ran.run)
    mates = [photo for photo in ran.photographs("gallery") if "probe" in photo.id]
    with_mate = {photo.id.split("/")[1].rsplit("-", 1)[0] for photo in mates}
    lonely = next(p for p in ran.photographs("probe") if not any(one in p.id for one in with_mate))
    list(system.enrol("g", mates))
    with pytest.raises(SystemFailed, match="never searched for it among gallery/probe-"):
        list(system.search("g", [lonely], SearchRequest(None, ALL)))


def test_a_lost_answer_stays_lost(ran: Ran, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.compute
    import pyarrow.parquet as pq

    shutil.copytree(ran.run, tmp_path / "run")
    path = tmp_path / "run" / "searches.parquet"
    rows = pq.read_table(path).to_pylist()
    lost = {**rows[0], "outcome": "lost", "detail": "it did not answer"}
    pq.write_table(pa.Table.from_pylist([lost, *rows[1:]], schema=pq.read_schema(path)), path)
    listed = tmp_path / "run" / "observations.parquet"
    candidates = pq.read_table(listed)
    pq.write_table(candidates.filter(pa.compute.greater(candidates["search"], 0)), listed)
    RunDirectory(tmp_path / "run").put({one.name: one.read_bytes() for one in (path, listed)})
    probe = next(p for p in ran.photographs("probe") if p.id == lost["photo"])
    with pytest.raises(TransportError, match="the run got no answer"):
        list(ReplayedSystem(tmp_path / "run").search("g", [probe], SearchRequest(None, ALL)))


def test_what_is_no_finished_run(ran: Ran, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a run without results\.json"):
        open_system(f"replay:{tmp_path}", {})
    shutil.copytree(ran.run, tmp_path / "run")
    (tmp_path / "run" / "manifest.csv").write_text("person,photo\nA,a.png\n")
    with pytest.raises(BadInput, match=r"manifest\.csv cannot be read: .* other bytes"):
        open_system(f"replay:{tmp_path / 'run'}", {})
    RunDirectory(tmp_path / "run").put({"manifest.csv": b"person,photo\nA,a.png\n"})
    with pytest.raises(BadInput, match=r"manifest\.csv with other columns"):
        open_system(f"replay:{tmp_path / 'run'}", {})
    with pytest.raises(BadInput, match="expected none: it answers as the system did, got seed"):
        open_system(f"replay:{ran.run}", {"seed": 1})
    with pytest.raises(BadInput, match="expected replay:RUN"):
        open_system("replay", {})
