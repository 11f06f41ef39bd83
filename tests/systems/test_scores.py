from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.asking import RunOptions, ask_system
from fairlineup.evidence.evaluation import evaluate
from fairlineup.evidence.plan import (
    DatasetChoice,
    Plan,
    SearchChoice,
    SystemChoice,
    ThresholdChoice,
    read_dataset,
)
from fairlineup.evidence.runs import freeze_run
from fairlineup.records import (
    BadInput,
    Enrolment,
    FaceSystem,
    Outcome,
    Photograph,
    SearchAnswer,
    SearchRequest,
    SystemFailed,
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
from fairlineup.systems.scoretable import read_table

from .contracts import outcomes, run_contract

ROWS = (
    ("p1", "g1", 0.3),
    ("p1", "g2", 0.9),
    ("p1", "g3", 0.7),
    ("p2", "g1", 0.8),
    ("p2", "g2", 0.5),
    ("p2", "g3", 0.6),
)


def _file(folder: Path, rows: Sequence[Sequence[object]] = ROWS, kind: str = "distance") -> Path:
    path = folder / "scores.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("probe_photo", "gallery_photo", kind), *rows])
    return path


def _failures(folder: Path, *rows: Sequence[str]) -> str:
    with (folder / "failed.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("photo", "outcome", "detail"), *rows])
    return "failed.csv"


def _open(path: Path, **options: Any) -> FaceSystem:
    return open_system(f"scores:{path}", options)


def _photo(name: str) -> Photograph:
    return Photograph(name, b"never read")


def _found(system: FaceSystem, probe: str, request: SearchRequest, *gallery: str) -> list[tuple[str, float]]:
    assert all(a.outcome is Outcome.OK for a in system.enrol("g", map(_photo, gallery)))
    (answer,) = system.search("g", [_photo(probe)], request)
    system.delete_gallery("g")
    return [(photo, score) for photo, score in answer.candidates]


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("kind", ["distance", "similarity"])
def test_scores_are_looked_up(kind: str, suffix: str, tmp_path: Path) -> None:
    path = _file(tmp_path, kind=kind)
    if suffix == "parquet":
        from pyarrow import csv as arrow_csv
        from pyarrow import parquet

        parquet.write_table(arrow_csv.read_csv(path), tmp_path / "scores.parquet")
        path = tmp_path / "scores.parquet"
    system = _open(path)
    every = [("g1", 0.3), ("g3", 0.7), ("g2", 0.9)]
    wanted = every if kind == "distance" else every[::-1]
    assert _found(system, "p1", SearchRequest(None, None), "g1", "g2", "g3") == wanted
    assert _found(system, "p1", SearchRequest(2, None), "g1", "g2", "g3") == wanted[:2]
    kept = every[:2] if kind == "distance" else every[:0:-1]
    assert _found(system, "p1", SearchRequest(None, 0.7), "g1", "g2", "g3") == kept
    assert _found(system, "p1", SearchRequest(None, None), "g2") == [("g2", 0.9)]


def test_information_is_what_was_said_and_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path)
    information = _open(path).information()
    assert information.name == "scores of scores.csv"
    assert information.version.startswith("sha256:")
    assert (information.scale.low, information.scale.high) == (0.3, 0.9)
    assert "lowest to the highest in the file" in information.scale.name
    assert information.default_threshold is None
    said = {"name": "theirs", "vendor": "they", "version": "3", "low": 0, "high": 2, "default_threshold": 0.6}
    told = _open(path, **said, default_threshold_source="their manual").information()
    assert (told.name, told.vendor, told.version) == ("theirs", "they", "3")
    assert (told.scale.low, told.scale.high, told.scale.name) == (0.0, 2.0, "distance")
    assert told.default_threshold is not None
    assert (told.default_threshold.score, told.default_threshold.source) == (0.6, "their manual")
    assert told.settings["scores"] == information.version


def test_the_default_threshold_holds_where_none_is_named(tmp_path: Path) -> None:
    system = _open(_file(tmp_path), default_threshold=0.6, default_threshold_source="their manual")
    assert _found(system, "p1", SearchRequest(None, None), "g1", "g2", "g3") == [("g1", 0.3)]


def test_scores_of_two_engines_are_no_scores_of_one_system(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    rows = ["p1,g1,0.3,sface", "p1,g2,0.9,dlib"]
    path.write_text("\n".join(["probe_photo,gallery_photo,distance,engine", *rows]), encoding="utf-8")
    with pytest.raises(BadInput, match="holds scores of 2 engines") as caught:
        read_table(path)
    assert caught.value.code == "models-mixed"
    path.write_text(path.read_text(encoding="utf-8").replace("dlib", "sface"), encoding="utf-8")
    assert len(read_table(path).score) == 2


def test_failures_are_outcomes(tmp_path: Path) -> None:
    failures = _failures(tmp_path, ("p9", "no_face", "no face found"), ("g9", "low_quality", ""))
    system = _open(_file(tmp_path), failures=failures)
    (enrolled,) = system.enrol("g", [_photo("g9")])
    assert enrolled.outcome is Outcome.LOW_QUALITY
    (answer,) = system.search("g", [_photo("p9")], SearchRequest(None, None))
    assert (answer.outcome, answer.detail) == (Outcome.NO_FACE, "no face found")


def test_a_missing_pair_is_an_error(tmp_path: Path) -> None:
    system = _open(_file(tmp_path, ROWS[:-1]))
    request = SearchRequest(None, None)
    list(system.enrol("g", map(_photo, ("g1", "g2", "g3"))))
    assert len(next(iter(system.search("g", [_photo("p1")], request))).candidates) == 3
    with pytest.raises(SystemFailed, match="lack p2 with g3"):
        list(system.search("g", [_photo("p2")], request))
    with pytest.raises(SystemFailed, match="lack p7 as a probe"):
        list(system.search("g", [_photo("p7")], request))
    with pytest.raises(SystemFailed, match="lack g7 as a reference"):
        list(system.enrol("g", [_photo("g7")]))


def test_a_missing_pair_is_no_candidate_where_that_is_said(tmp_path: Path) -> None:
    system = _open(_file(tmp_path, ROWS[:-1]), missing="no candidate", recorded_to=0.9)
    wanted = [("g2", 0.5), ("g1", 0.8)]
    assert _found(system, "p2", SearchRequest(None, 0.9), "g1", "g2", "g3", "g7") == wanted
    assert _found(system, "p7", SearchRequest(None, 0.9), "g1") == []


def test_a_threshold_beyond_the_record_is_refused(tmp_path: Path) -> None:
    system = _open(_file(tmp_path), missing="no candidate", recorded_to=0.9, high=2.0, low=0.0)
    with pytest.raises(BadInput, match=r"up to recorded_to, 0\.9, got 1\.5"):
        _found(system, "p1", SearchRequest(None, 1.5), "g1")
    with pytest.raises(BadInput, match="got 2;"):
        _found(system, "p1", SearchRequest(None, None), "g1")


def test_it_keeps_the_contract(tmp_path: Path) -> None:
    path = _file(tmp_path)
    photographs = KnownPhotographs(
        tuple(map(_photo, ("g1", "g2", "g3"))), (_photo("p1"), _photo("p2")), recorded_only=True
    )
    for options in ({}, {"default_threshold": 0.65, "default_threshold_source": "a manual"}):
        report = run_contract(lambda options=options: _open(path, **options), photographs)  # type: ignore[misc]
        assert outcomes(report)["everybody at the lowest threshold"] == "passed"
        assert outcomes(report)["stricter gives the beginning"] == "passed"


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got the columns of an empty file"),
        ("probe_photo,gallery_photo\n", "got the columns probe_photo, gallery_photo"),
        ("probe_photo,distance\np,1\n", "got the columns probe_photo, distance"),
        ("probe_photo,gallery_photo,distance,similarity\n", "either distance or similarity"),
        ("probe_photo,gallery_photo,distance\n", "got a file without a row"),
        (
            "probe_photo,gallery_photo,distance\np,g,1\np,h\n",
            "line 3: expected a number as distance, got ''",
        ),
        (
            "probe_photo,gallery_photo,distance\np,g,near\n",
            "line 2: expected a number as distance, got 'near'",
        ),
        ("probe_photo,gallery_photo,distance\np,g,nan\n", "got 'nan'"),
        ("probe_photo,gallery_photo,distance\n,g,1\n", "line 2: expected a probe_photo and a gallery_photo"),
        ("probe_photo,gallery_photo,distance\np,g,1\nq,g,2\np,g,1\n", "each pair once, got p with g twice"),
        ("probe_photo,gallery_photo,distance\np,g,1\nq,g,1\n", "a scale that holds every score"),
    ],
)
def test_unusable_files_are_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(text)
    with pytest.raises(BadInput) as caught:
        _open(tmp_path / "scores.csv")
    assert said in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(BadInput, match="No such file"):
            _open(tmp_path / name)
    with pytest.raises(BadInput, match="text without NUL"):
        _open(tmp_path / "a\0b.csv")
    (tmp_path / "scores.csv").write_bytes(b"probe_photo,gallery_photo,distance\n\xff\xfe,g,1\n")
    with pytest.raises(BadInput, match="not UTF-8"):
        _open(tmp_path / "scores.csv")
    (tmp_path / "scores.parquet").write_bytes(b"no Parquet")
    with pytest.raises(BadInput, match=r"scores\.parquet cannot be used"):
        _open(tmp_path / "scores.parquet")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"treshold": 1}, "one of failures, missing, "),
        ({"api_key": "x"}, "no credentials"),
        ({"missing": "ignore"}, "'refuse' or 'no candidate'"),
        ({"missing": "no candidate"}, "recorded_to beside"),
        ({"low": "0"}, "a number, got '0'"),
        ({"high": float("inf")}, "a number, got inf"),
        ({"low": 0.5}, "a scale that holds every score in the file"),
        ({"default_threshold": 0.5}, "default_threshold_source beside it"),
        ({"default_threshold": 5, "default_threshold_source": "x"}, "a score from 0.3 to 0.9, got 5"),
        ({"recorded_to": 5}, "a score from 0.3 to 0.9, got 5"),
        ({"vendor": ""}, "got ''"),
    ],
)
def test_impossible_options_are_named(options: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        _open(_file(tmp_path), **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("p9", "ok", ""), "one of no_face, several_faces"),
        (("p9", "", ""), "got 'p9', ''"),
        (("", "error", ""), "a photo and one of"),
        (("p1", "error", ""), "photographs without a score, got p1"),
        (("g1", "error", ""), "photographs without a score, got g1"),
    ],
)
def test_impossible_failures_are_named(row: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        _open(_file(tmp_path), failures=_failures(tmp_path, row))
    assert said in str(caught.value)


def test_a_failure_twice_is_named(tmp_path: Path) -> None:
    failures = _failures(tmp_path, ("p9", "error", ""), ("p9", "no_face", ""))
    with pytest.raises(BadInput, match="line 3: expected each photo once"):
        _open(_file(tmp_path), failures=failures)


# --- an audit --------------------------------------------------------------------------------------


def _audit(plan: Plan, system: FaceSystem, out: Path) -> dict[str, Any]:
    papers = freeze_run(plan, system.information(), out)
    ask_system(papers, system, RunOptions(part_size=16))
    results: dict[str, Any] = to_json(evaluate(papers))
    return results


def test_an_audit_of_written_scores_is_the_audit_of_the_system(tmp_path: Path) -> None:
    """Every score of a simulated system is written to a file; its audit finds what the system's own finds."""
    cards = tmp_path / "cards"
    cards.mkdir()
    write_population(cards, CardPopulation({"a": 15, "b": 15}, {"a": 25, "b": 25}))
    rates = PlantedRates({"": 0.02, "b": 0.08}, {"": 0.05}, {"": 0.1})
    system = SimulatedSystem(SimulatedOptions(rates))
    path, failures = _written(cards, system, tmp_path)
    said = {"low": 0, "high": 2, "default_threshold": 0.6, "default_threshold_source": "as simulated"}
    plan = Plan(
        DatasetChoice(str(cards)), SystemChoice("any"), groups=("group",), search=SearchChoice(record_to=2.0)
    )
    read = _audit(plan, _open(path, failures=failures, **said), tmp_path / "read")
    asked = _audit(plan, system, tmp_path / "asked")
    about = {"system", "digests", "population", "verdicts"}  # the file does not say that it is simulated
    differing = [name for name in asked if name not in about and asked[name] != read[name]]
    assert differing == []
    assert asked["thresholds"][0]["fpir"]["errors"] > 0
    assert asked["processing"] != {}


def _written(cards: Path, system: SimulatedSystem, folder: Path) -> tuple[Path, str]:
    entries = read_dataset(cards).entries
    photos = {
        role: [Photograph(e.photo, cards / e.photo) for e in entries if e.role == role]
        for role in ("probe", "gallery")
    }
    enrolled = list(system.enrol("all", photos["gallery"]))
    searched = list(system.search("all", photos["probe"], SearchRequest(None, 2.0)))
    system.delete_gallery("all")
    rows = [(a.photo, c.photo, repr(c.score)) for a in searched for c in a.candidates]
    answers: list[Enrolment | SearchAnswer] = [*enrolled, *searched]
    failed = [(a.photo, a.outcome.value, "") for a in answers if a.outcome is not Outcome.OK]
    assert failed
    return _file(folder, rows), _failures(folder, *failed)


# --- names and dialects --------------------------------------------------------------------------

NFC, NFD = "jos\u00e9.jpg", "jose\u0301.jpg"
TABLE = "probe_photo{0}gallery_photo{0}distance\np1{0}g1{0}{1}\np1{0}g2{0}0{2}9\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE.format(",", "0.3", "."),
        TABLE.format(";", "0.3", "."),
        TABLE.format(";", "0,3", ","),
        TABLE.format("\t", "0.3", "."),
        "sep=;\r\n" + TABLE.format(";", "0,3", ",").replace("\n", "\r\n"),
        "# scores\n\n" + TABLE.format(",", "0.3", "."),
        "\ufeff"
        + TABLE.format(",", "0.3", ".").replace("probe_photo", "Probe_Photo").replace("dist", "DIST"),
        "," + TABLE.format(",", "0.3", ".").replace("\np1", "\n0,p1", 1).replace("\np1", "\n1,p1"),
    ],
)
def test_ways_to_write_the_same(text: str, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(text, encoding="utf-8", newline="")
    system = _open(tmp_path / "scores.csv")
    assert _found(system, "p1", SearchRequest(None, 0.9), "g1", "g2") == [("g1", 0.3), ("g2", 0.9)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("probe_photo,gallery_photo,distance,Distance\np,g,1,2\n", "the column distance twice"),
        ("probe_photo,gallery_photo,distance,distance.1\np,g,1,2\n", "the column distance twice"),
        ("probe_photo;gallery_photo;distance\np;g;1,234\np;h;2,345\n", "may part thousands or decimals"),
        ("probe_photo;gallery_photo;distance\np;g;1.234,5\n", "got '1.234,5'"),
        ("probe_photo;gallery_photo;distance\np;g;0,5\np;h;0.5\n", "'0.5' with a point in line 3"),
        ("probe_photo,gallery_photo,distance\nnan,g,1\n", "got a blank"),
        (
            "probe_photo,gallery_photo,distance\na.jpg,g,1\nA.JPG,g,2\n",
            "'a.jpg' and 'A.JPG' differ in letter case only",
        ),
        (f"probe_photo,gallery_photo,distance\n{NFC},g,1\nx,{NFD},2\n", "differ in Unicode form only"),
    ],
)
def test_tables_that_say_two_things(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        _open(tmp_path / "scores.csv")
    assert said in str(caught.value)


def test_a_photograph_under_a_name_of_another_form_is_not_one_that_matches_nobody(tmp_path: Path) -> None:
    path = _file(tmp_path, [(NFD, "g1", 0.3), ("p2", "g1", 0.9)])
    system = _open(path, missing="no candidate", recorded_to=0.9)
    with pytest.raises(SystemFailed, match="differ in Unicode form only"):
        _found(system, NFC, SearchRequest(None, None), "g1")
    with pytest.raises(SystemFailed, match="differ in letter case only"):
        _found(system, "p2", SearchRequest(None, None), "G1")
    told = _open(path, missing="no candidate", recorded_to=0.9, photos="as written")
    assert _found(told, NFC, SearchRequest(None, None), "g1") == []


def test_scores_the_wrong_way_round_are_told_by_the_run(tmp_path: Path) -> None:
    """Distances in a column called similarity: the run is finished, says so first, and gives no verdict."""
    cards = tmp_path / "cards"
    write_population(cards, CardPopulation({"a": 20}, {"a": 20}))
    entries = read_dataset(cards).entries
    person = {entry.photo: entry.person for entry in entries}
    gallery = [entry.photo for entry in entries if entry.role == "gallery"]
    probes = [entry for entry in entries if entry.role == "probe"]
    rows = [(p.photo, g, 0.3 if person[g] == p.person else 0.8) for p in probes for g in gallery]
    results = {}
    for kind in ("distance", "similarity"):
        system = _open(_file(tmp_path, rows, kind), name="x")
        plan = Plan(
            DatasetChoice(str(cards)),
            SystemChoice("scores"),
            threshold=(ThresholdChoice("default", 0.5, "me"),),
        )
        results[kind] = _audit(plan, system, tmp_path / kind)
    assert results["distance"]["warnings"] == []
    (warning,) = results["similarity"]["warnings"]
    assert "the wrong way round" in warning
    assert "of two such comparisons that of one person is the nearer in 0 % (AUC), " in warning
    assert all(one["outcome"] not in ("pass", "fail") for one in results["similarity"]["verdicts"])


@pytest.mark.parametrize("kind", ["distance", "similarity"])
def test_scores_on_a_fine_scale_are_not_rounded_away(kind: str, tmp_path: Path) -> None:
    """Mates lie at 2e-7 and others from 8e-7 on: at 5e-7 nobody is flagged and nobody missed."""
    cards = tmp_path / "cards"
    cards.mkdir()
    write_population(cards, CardPopulation({"a": 8}, {"a": 20}))
    entries = read_dataset(cards).entries
    apart = {
        (p.photo, g.photo): 2e-7 if p.person == g.person else 8e-7 + n * 1e-11
        for p in entries
        if p.role == "probe"
        for n, g in enumerate(entries)
        if g.role == "gallery"
    }
    rows = [(p, g, repr(d if kind == "distance" else 1 - d)) for (p, g), d in apart.items()]
    at, said = (5e-7, {"low": 0, "high": 2}) if kind == "distance" else (0.9999995, {"low": -1, "high": 1})
    plan = Plan(
        DatasetChoice(str(cards)),
        SystemChoice("any"),
        threshold=(ThresholdChoice("default", at),),
        search=SearchChoice(record_to=2.0 if kind == "distance" else -1.0),
    )
    held = _audit(plan, _open(_file(tmp_path, rows, kind), **said), tmp_path / "run")["thresholds"][0]
    assert (held["fpir"]["errors"], held["fpir"]["trials"]) == (0, 8)
    assert (held["fnir"]["errors"], held["fmr"]["errors"]) == (0, 0)


def test_a_photograph_with_itself_is_no_pair(tmp_path: Path) -> None:
    system = _open(_file(tmp_path, [*ROWS, ("g1", "g1", 0.0), ("p1", " p1 ", 0.0)]))
    information = system.information()
    assert information.settings["same_photograph_left_out"] == 2
    assert (information.scale.low, information.settings["pairs"]) == (0.3, 6)
    with pytest.raises(BadInput, match="no row that compares two photographs"):
        _open(_file(tmp_path, [("g1", "g1", 0.0)]))


def test_a_score_of_32_bits_is_what_it_is_written_as(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = {"probe_photo": ["p1", "p1"], "gallery_photo": ["g1", "g2"]}
    scores = pyarrow.array([0.6, 0.7], pyarrow.float32())
    for kind in ("distance", "similarity"):
        path = tmp_path / f"{kind}.parquet"
        parquet.write_table(pyarrow.table({**table, kind: scores}), path)
        found = _found(_open(path), "p1", SearchRequest(None, 0.6), "g1", "g2")
        assert ("g1", 0.6) in found
