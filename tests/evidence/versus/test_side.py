"""Which runs are compared at all, and which are refused with the reason."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.plan import GalleryChoice
from fairlineup.evidence.runs import FrozenRun, RunIdentity
from fairlineup.evidence.versus import compare_runs
from fairlineup.records import BadInput, Refused, TransportError
from fairlineup.systems import SimulatedSystem

from .kit import World, compared, simulated, world


@pytest.fixture
def small(tmp_path: Path) -> World:
    return world(tmp_path, {"a": 30, "b": 10}, {"a": 30})


def test_one_run_or_one_run_twice_is_nothing_to_compare(small: World) -> None:
    one = small.run("one", simulated())
    with pytest.raises(BadInput, match="from two"):
        compare_runs(one)
    with pytest.raises(BadInput, match="one of them twice"):
        compare_runs(one, one)


def _real(run: FrozenRun) -> RunIdentity:
    return replace(run.identity, system=replace(run.information, population="real"))


def test_people_who_do_not_exist_say_nothing_of_two_systems(small: World) -> None:
    """The systems call themselves real here, as any system asked about samples does."""
    one, other = (small.run(name, simulated(seed=n)) for n, name in enumerate(("one", "two")))
    made_up = [
        replace(
            papers,
            identity=_real(papers),
            dataset=replace(
                papers.dataset,
                entries=tuple(replace(entry, population="synthetic") for entry in papers.dataset.entries),
            ),
        )
        for papers in (one, other)
    ]
    assert [papers.population for papers in made_up] == ["synthetic", "synthetic"]
    with pytest.raises(Refused, match="nothing about which of two systems is better"):
        compare_runs(*made_up)
    real = replace(one, identity=_real(one))
    with pytest.raises(Refused, match="rates were planted"):
        compare_runs(real, other)


def test_other_galleries_are_refused(small: World) -> None:
    one = small.run("one", simulated())
    other = small.run("two", simulated(), gallery=GalleryChoice(20))
    with pytest.raises(BadInput, match=r"galleries of these runs differ.*20 of 30"):
        compare_runs(one, other)


def test_pairs_are_told_by_digest_not_by_name(small: World, tmp_path: Path) -> None:
    """The same photographs under other names are the same; other pictures under the same names are not."""
    one = small.run("one", simulated(false_match_rate=0.01))
    renamed = tmp_path / "renamed"
    _copy(small.folder, renamed)
    other = World(renamed, tmp_path).run("two", simulated(false_match_rate=0.01))
    pair = compared(one, other).points[0].pairs[0]
    assert pair.fpir.counts.people == 40
    assert (pair.fpir.counts.first_only, pair.fpir.counts.second_only) == (0, 0)
    for path in renamed.rglob("*.png"):
        path.write_bytes(path.read_bytes() + b"\0")
    strange = World(renamed, tmp_path).run("three", simulated(false_match_rate=0.01))
    with pytest.raises(BadInput, match="0 of"):
        compare_runs(one, strange)


def test_ids_written_in_another_form_are_the_same_people(small: World, tmp_path: Path) -> None:
    one = small.run("one", simulated(false_match_rate=0.01))
    renamed = tmp_path / "renamed"
    _copy(small.folder, renamed)
    manifest = renamed / "people.csv"
    rows = list(csv.reader(io.StringIO(manifest.read_text())))
    for row in rows[1:]:
        row[0] = row[0].upper() + "\u200b"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    other = World(renamed, tmp_path).run("two", simulated(false_match_rate=0.01))
    pair = compared(one, other).points[0].pairs[0]
    assert pair.fpir.counts.people == 40


def _copy(folder: Path, to: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((folder / "people.csv").read_text())))
    for number, row in enumerate(rows):
        name = f"{number:04d}.png"
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes((folder / row["photo"]).read_bytes())
        row["photo"] = name
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (to / "people.csv").write_text(text.getvalue())


def test_searches_one_run_lost_are_counted_and_in_no_figure(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = small.run("one", simulated(false_match_rate=0.01))
    answer = SimulatedSystem._answer

    def lossy(self: SimulatedSystem, photo: str, *rest: Any) -> object:
        if photo.endswith(("00003-0.png", "00007-0.png")):
            raise TransportError("no answer", expected="one", got="none", remedy="ask again")
        return answer(self, photo, *rest)

    monkeypatch.setattr(SimulatedSystem, "_answer", lossy)
    other = small.run("two", simulated(false_match_rate=0.01))
    results = compared(one, other)
    pairing, run = results.pairing, results.runs[1]
    assert pairing.absent.searches == 36
    assert pairing.absent.unanswered == 4
    assert run.lost["search-absent"] == 4
    assert any("got no answer" in text for text in results.cautions)
