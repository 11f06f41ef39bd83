from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.runs import LOST, KeptAnswer, Observations, RunDirectory, collect
from fairlineup.evidence.runs.observations import QUALITY
from fairlineup.evidence.runs.parquet import FILES, can_compact, parquet_files, read_parquet
from fairlineup.records import BadInput, Quality, SystemFailed

ENROL, SEARCH = ("enrol-a", "enrol-b"), ("search-a", "search-b")
OUTCOMES = st.sampled_from(["ok", "no_face", LOST])
KINDS = st.none() | st.just(Quality(120, 130.5, 200.25, -3.0, 0.25))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@st.composite
def answers(draw: st.DrawFn) -> tuple[dict[str, list[KeptAnswer]], dict[str, str]]:
    """Answers by stage, and who is on each photograph."""
    gallery = draw(st.lists(NAMES.map(lambda n: f"g/{n}"), unique=True, max_size=6))
    probes = draw(st.lists(NAMES.map(lambda n: f"p/{n}"), unique=True, max_size=5))
    people = st.sampled_from(["ann", "bob", "çetin", "d,e\n"])
    person_of = {photo: draw(people) for photo in (*gallery, *probes)}
    cut = draw(st.integers(0, len(gallery)))
    rows: dict[str, list[KeptAnswer]] = {stage: [] for stage in (*ENROL, *SEARCH)}
    for stage, part in zip(ENROL, (gallery[:cut], gallery[cut:]), strict=True):
        rows[stage] = [KeptAnswer(p, draw(OUTCOMES), draw(NAMES), quality=draw(KINDS)) for p in part]
    for stage in SEARCH:
        for photo in probes:
            listed = draw(st.lists(st.sampled_from(gallery), unique=True) if gallery else st.just([]))
            scores = tuple((p, round(draw(st.floats(0, 2)), 5)) for p in listed)
            capped = draw(st.booleans())
            rows[stage].append(KeptAnswer(photo, "ok", capped=capped, candidates=scores))
    return rows, person_of


def _collected(rows: dict[str, list[KeptAnswer]], person_of: dict[str, str]) -> Observations:
    return collect(((s, rows[s]) for s in ENROL), ((s, rows[s]) for s in SEARCH), person_of)


def _spelt(o: Observations) -> list[tuple[object, ...]]:
    names = ([o.people[i] for i in o.person], [o.photos[i] for i in o.photo])
    columns = (o.search.tolist(), *names, o.score.tolist(), o.rank.tolist())
    return [o.enrolments, o.searches, *zip(*columns, strict=True)]


@given(answers())
def test_parquet_gives_back_what_the_journal_held(
    case: tuple[dict[str, list[KeptAnswer]], dict[str, str]],
) -> None:
    collected = _collected(*case)
    assert _spelt(read_parquet(parquet_files(collected), "run", case[1])) == _spelt(collected)


@given(answers())
def test_ranks_count_within_a_search(case: tuple[dict[str, list[KeptAnswer]], dict[str, str]]) -> None:
    o = _collected(*case)
    for index in range(len(o.searches)):
        assert o.rank[o.search == index].tolist() == list(range(1, int((o.search == index).sum()) + 1))
    assert (np.diff(o.search) >= 0).all()


def test_more_candidates_than_one_group_of_rows_holds() -> None:
    gallery = [f"g{n:04d}" for n in range(2000)]
    person_of = {photo: photo.replace("g", "p") for photo in (*gallery, "q")}
    some = [KeptAnswer(p, "ok") for p in gallery]
    first = tuple((p, 0.5) for p in gallery[:1000])
    second = tuple((p, 0.25) for p in reversed(gallery))
    rows = [KeptAnswer("q", "ok", candidates=first if n < 600 else second) for n in range(900)]
    collected = collect([("enrol-a", some)], [("search-a", rows)], person_of)
    back = read_parquet(parquet_files(collected), "run", person_of)
    assert len(back.search) == 1_200_000
    assert np.array_equal(back.score, collected.score)
    assert np.array_equal(np.array(back.photos)[back.photo], np.array(collected.photos)[collected.photo])
    assert np.array_equal(np.array(back.people)[back.person], np.array(collected.people)[collected.person])


def _begun(path: Path) -> tuple[RunDirectory, dict[str, str]]:
    run = RunDirectory(path)
    with run.journal.writing(flushed=False) as journal:
        journal.add("enrol-a", 0, KeptAnswer("g", "ok"))
        journal.add("search-a", 0, KeptAnswer("p", "ok", candidates=(("g", 0.5),)))
    return run, {"g": "one", "p": "other"}


def test_compacting_moves_the_journal(tmp_path: Path) -> None:
    run, person_of = _begun(tmp_path)
    before = run.observations(ENROL, SEARCH, person_of)
    run.compact(before)
    assert run.compacted
    assert not run.journal.path.exists()
    assert _spelt(run.observations(ENROL, SEARCH, person_of)) == _spelt(before)
    run.compact(before)


def test_killed_between_tables_goes_on_from_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, person_of = _begun(tmp_path)
    before = run.observations(ENROL, SEARCH, person_of)
    real = Path.replace
    done: list[Path] = []

    def third_is_killed(self: Path, target: Path) -> Path:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(target)
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", third_is_killed)
        with pytest.raises(KeyboardInterrupt):
            run.compact(before)
    assert not (tmp_path / "observations.parquet").exists()
    assert _spelt(run.observations(ENROL, SEARCH, person_of)) == _spelt(before)
    run.compact(before)
    assert run.compacted


def test_without_pyarrow_the_journal_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, person_of = _begun(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert not can_compact()
    before = run.observations(ENROL, SEARCH, person_of)
    run.compact(before)
    assert run.journal.path.exists()
    assert _spelt(run.observations(ENROL, SEARCH, person_of)) == _spelt(before)
    with pytest.raises(SystemFailed, match=r'pip install .*"pyarrow>='):
        parquet_files(before)


@pytest.mark.parametrize("name", FILES)
def test_damaged_parquet_is_named(tmp_path: Path, name: str) -> None:
    run, person_of = _begun(tmp_path)
    before = run.observations(ENROL, SEARCH, person_of)
    run.compact(before)
    run.put({name: b"PAR1 but not really"})
    with pytest.raises(BadInput, match=r"the observations in .* cannot be read"):
        run.observations(ENROL, SEARCH, person_of)
    files = parquet_files(before)
    flipped = bytearray(files[name])
    flipped[len(flipped) // 3] ^= 1
    run.put(files)
    (tmp_path / name).write_bytes(flipped)
    with pytest.raises(BadInput, match=f"{name} cannot be read"):
        run.observations(ENROL, SEARCH, person_of)
    (tmp_path / name).unlink()
    with pytest.raises(BadInput, match=f"{name} cannot be read"):
        run.observations(ENROL, SEARCH, person_of)


def test_an_outcome_that_nobody_knows_is_refused() -> None:
    files = parquet_files(_collected({s: [] for s in (*ENROL, *SEARCH)}, {}))
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    schema = parquet.read_schema(arrow.BufferReader(files[FILES[0]]))
    row = {"stage": "enrol-a", "person": "p", "photo": "g", "outcome": "oke", "capped": False, "detail": ""}
    sink = arrow.BufferOutputStream()
    parquet.write_table(
        arrow.Table.from_pylist([{**row, "seconds": None, "retries": 0}], schema=schema), sink
    )
    with pytest.raises(BadInput, match="'oke', which nobody knows"):
        read_parquet({**files, FILES[0]: sink.getvalue().to_pybytes()}, "run", {"g": "p"})
    with pytest.raises(ValueError, match="nobody knows"):
        KeptAnswer("g", "oke")


CASE = {
    "enrol-a": [KeptAnswer("g1", "ok"), KeptAnswer("g2", "ok")],
    "search-a": [
        KeptAnswer("p1", "ok", candidates=(("g1", 0.2), ("g2", 0.5))),
        KeptAnswer("p2", "ok", "\x1b"),
    ],
}
NONE: dict[str, list[KeptAnswer]] = {stage: [] for stage in (*ENROL, *SEARCH)}
PERSON_OF = {"g1": "ann", "g2": "bob", "p1": "cem", "p2": "dan"}


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        (2, "search", [0, 7]),
        (2, "search", [1, 0]),
        (2, "search", [-1, 0]),
        (2, "search", [0, 10**15]),
        (2, "probe_person", ["cem", "dan"]),
        (2, "probe_photo", ["p1", "p3"]),
        (2, "gallery_person", ["ann", "ann"]),
        (2, "gallery_photo", ["g1", "g3"]),
        (2, "rank", [1, 3]),
        (2, "rank", [2, 1]),
        (2, "score", [0.2, None]),
        (2, "score", ["0.2", "0.5"]),
        (2, "more", [1, 2]),
        (1, "person", ["cem", "cem"]),
        (1, "photo", ["p1", None]),
        (1, "retries", [0, -1]),
        (1, "seconds", [0.1, float("inf")]),
        (1, "seconds", [-0.1, None]),
        (1, "capped", [0, 1]),
    ],
)
def test_columns_that_contradict_each_other_or_the_manifest_are_refused(
    file: int, column: str, value: list[object]
) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    files = parquet_files(_collected({s: CASE.get(s, []) for s in (*ENROL, *SEARCH)}, PERSON_OF))
    table = parquet.read_table(arrow.BufferReader(files[FILES[file]]))
    names = table.column_names
    changed = arrow.array(value)
    if column in names:
        table = table.set_column(names.index(column), column, changed)
    else:
        table = table.append_column(column, changed)
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink)
    with pytest.raises(BadInput) as refused:
        read_parquet({**files, FILES[file]: sink.getvalue().to_pybytes()}, "run", PERSON_OF)
    assert refused.value.code == "run-unreadable"


def test_more_answers_than_photographs_are_not_made_objects() -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    files = parquet_files(_collected({s: CASE.get(s, []) for s in (*ENROL, *SEARCH)}, PERSON_OF))
    table = parquet.read_table(arrow.BufferReader(files[FILES[1]]))
    sink = arrow.BufferOutputStream()
    parquet.write_table(arrow.concat_tables([table] * 100), sink)
    with pytest.raises(BadInput, match="200 rows, where 8 are the most"):
        read_parquet({**files, FILES[1]: sink.getvalue().to_pybytes()}, "run", PERSON_OF)


def _without(content: bytes, *columns: str) -> bytes:
    import pyarrow as arrow
    from pyarrow import parquet

    sink = arrow.BufferOutputStream()
    parquet.write_table(parquet.read_table(arrow.BufferReader(content)).drop_columns([*columns]), sink)
    return bytes(sink.getvalue().to_pybytes())


def test_observations_of_before_kinds_were_kept_are_read_as_they_are() -> None:
    collected = _collected({**NONE, **CASE}, PERSON_OF)
    files = parquet_files(collected)
    older = {**files, **{name: _without(files[name], *QUALITY) for name in FILES[:2]}}
    assert _spelt(read_parquet(older, "run", PERSON_OF)) == _spelt(collected)
    with pytest.raises(BadInput, match="other columns"):
        read_parquet({**files, FILES[0]: _without(files[FILES[0]], QUALITY[0])}, "run", PERSON_OF)


def test_a_kind_known_in_part_is_damage() -> None:
    kind = Quality(120, 130.0, None, 0.0, 0.25)  # type: ignore[arg-type]
    rows = {"enrol-a": [KeptAnswer("g1", "ok", quality=kind)]}
    files = parquet_files(_collected({**NONE, **rows}, PERSON_OF))
    with pytest.raises(BadInput, match="known in part"):
        read_parquet(files, "run", PERSON_OF)
