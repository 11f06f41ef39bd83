"""A system whose templates lie in this process: not asked twice after a kill; its gallery against itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fairlineup.evidence.asking import RunOptions
from fairlineup.evidence.evaluation import (
    draw_worklist,
    keep_pairs,
    left_out,
    observations_of,
    read_reviews,
    take_decisions,
)
from fairlineup.evidence.evaluation.joined import join
from fairlineup.evidence.plan import Policy, SystemChoice
from fairlineup.evidence.runs import RunDirectory, read_gallery_pairs
from fairlineup.records import (
    Closest,
    Enrolment,
    Outcome,
    Photograph,
    Price,
    Progress,
    Scale,
    SearchAnswer,
    SearchRequest,
    SystemInformation,
    Threshold,
    no_progress,
)
from fairlineup.systems import SimulatedOptions, SimulatedSystem, inmemory
from fairlineup.systems.inmemory import Described, VectorGalleries

from .kit import IMPATIENT, audit, people, picture, plan_for, save, write_csv, write_shots

SCALE = Scale("distance", 0.0, 2.0, "none")
DEFAULT = Threshold(0.6, "a test")
PART = 4
OPTIONS = RunOptions(PART, IMPATIENT)


class Vectors:
    """Makes vectors of bytes; some photographs are made alike, and one in ten has no face."""

    def __init__(self, stop_after: int = -1, alike: Mapping[str, str] | None = None) -> None:
        self.described: list[str] = []
        self._left, self._alike = stop_after, alike or {}
        self._galleries = VectorGalleries("euclidean", SCALE, None, 2)

    def information(self) -> SystemInformation:
        return SystemInformation("vectors", "tests", "1", SCALE, DEFAULT, None, population="simulated")

    def enrol(self, gallery: str, photos: Iterable[Photograph]) -> Iterator[Enrolment]:
        return self._galleries.enrol(gallery, map(self._describe, photos))

    def search(
        self, gallery: str, photos: Iterable[Photograph], request: SearchRequest
    ) -> Iterator[SearchAnswer]:
        return self._galleries.search(gallery, map(self._describe, photos), request)

    def template(self, gallery: str, photo: str) -> bytes:
        return self._galleries.template(gallery, photo)

    def recall(self, gallery: str, templates: Iterable[tuple[str, bytes]]) -> None:
        self._galleries.recall(gallery, templates)

    def closest(self, gallery: str, each: int, progress: Progress) -> Closest:
        if self._left == 0:
            raise KeyboardInterrupt
        return self._galleries.closest(gallery, each, progress)

    def delete_gallery(self, gallery: str) -> None:
        self._galleries.delete(gallery)

    def close(self) -> None:
        self._galleries.clear()

    def _describe(self, photo: Photograph) -> Described:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.described.append(photo.id)
        name = self._alike.get(photo.id, photo.id)
        seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
        if seed % 10 == 0:
            return Described(photo.id, Outcome.NO_FACE)
        vector = np.random.default_rng(seed).normal(size=8).astype(np.float32)
        vector += np.float32(1e-3) * (photo.id != name)
        return Described(photo.id, Outcome.OK, vector / np.float32(4))


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("cards"), people({"a": 10}, {"a": 14}))


@pytest.mark.usefixtures("no_copies")
def test_stopped_after_any_answer_nothing_that_was_kept_is_asked_again(cards: Path, tmp_path: Path) -> None:
    whole = Vectors()
    audit(plan_for(cards), whole, tmp_path / "whole", OPTIONS)
    files = ("results.json", "gallery-pairs.json")
    expected = [(tmp_path / "whole" / name).read_bytes() for name in files]
    for after in (1, 17, len(whole.described) - 9, len(whole.described)):
        run, first, second = tmp_path / str(after), Vectors(after), Vectors()
        with pytest.raises(KeyboardInterrupt):
            audit(plan_for(cards), first, run, OPTIONS)
        audit(plan_for(cards), second, run, OPTIONS)
        failed = 5  # those enrolled without a template are tried again
        assert len(first.described) + len(second.described) <= len(whole.described) + PART + failed
        assert [(run / name).read_bytes() for name in files] == expected, after


@pytest.mark.usefixtures("no_copies")
def test_no_template_is_left_when_everything_is_answered(cards: Path, tmp_path: Path) -> None:
    audit(plan_for(cards), Vectors(), tmp_path / "run", OPTIONS)
    with RunDirectory(tmp_path / "run").journal.reading() as journal:
        assert list(journal.templates("enrol-absent")) == []


@pytest.mark.usefixtures("no_copies")
def test_references_alike_under_two_people_are_on_the_list(cards: Path, tmp_path: Path) -> None:
    one, other = "gallery/oa0003-0.png", "gallery/oa0009-0.png"
    run, _ = audit(plan_for(cards), Vectors(alike={one: other}), tmp_path / "run", OPTIONS)
    compared = read_gallery_pairs(run.directory)
    assert compared is not None
    assert compared.looked_at == compared.references > 15
    nearest = compared.pairs[0]
    assert ({nearest.photo, nearest.other_photo}, nearest.one_picture) == ({one, other}, False)
    person = {entry.photo: entry.person for entry in run.dataset.entries}
    assert all(person[pair.photo] != person[pair.other_photo] for pair in compared.pairs)
    pairs = keep_pairs(run.directory, draw_worklist(run, observations_of(run), 3))
    (found,) = [pair for pair in pairs if {pair.one, pair.other} == {one, other}]
    for reviewer in ("Ann", "Bo"):
        sheet = f"pair,decision,reason\n{found.name},same_person,the same ear\n"
        take_decisions(run.directory, reviewer, sheet.encode())
    (wrong,) = read_reviews(run.directory).exclusions
    assert wrong.kind == "gallery"
    assert not any(mask.any() for mask in left_out(join(observations_of(run), run), [wrong]))


def test_one_picture_under_two_people_is_named_as_that(tmp_path: Path) -> None:
    rows = [("p", "p.jpg", "probe"), *((f"o{n}", f"o{n}.jpg", "gallery") for n in range(6))]
    for n, (_, photo, _) in enumerate(rows):
        save(picture(n), tmp_path / "set" / photo)
    save(picture(3), tmp_path / "set" / "o0.jpg")  # the picture of o2
    write_csv(tmp_path / "set", ["person", "photo", "role"], rows)
    system = Vectors(alike={"o0.jpg": "o2.jpg"})
    for action in ("keep", "merge"):
        plan = plan_for(tmp_path / "set", settle=Policy(one_picture_two_people=action))
        run, _ = audit(plan, system, tmp_path / action, OPTIONS)
        compared = read_gallery_pairs(run.directory)
        assert compared is not None
        assert [(p.photo, p.other_photo) for p in compared.pairs if p.one_picture] == [("o0.jpg", "o2.jpg")]
        within = json.loads((tmp_path / action / "results.json").read_bytes())["within_gallery"]
        known = {"people": ["o0", "o2"], "photo": "o0.jpg", "other_photo": "o2.jpg"}
        assert within["one_picture"] == [{**known, "one_person": action == "merge"}]
        assert within["compared"]["references"] == compared.references
        assert [pair["distance"] for pair in within["compared"]["pairs"]] == [p.score for p in compared.pairs]
        listed = draw_worklist(run, observations_of(run), 50)
        assert not any({pair.one, pair.other} == {"o0.jpg", "o2.jpg"} for pair in listed)


class Priced(SimulatedSystem):
    """One that charges for a call."""

    def information(self) -> SystemInformation:
        return replace(super().information(), price=Price(0.001, "USD", "2026-11-01", "a tariff"))


@pytest.mark.usefixtures("no_copies")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("rekognition", r"each photograph of the gallery would .* \(22 more searches for 0.02 USD\)"),
        ("replay:somewhere", "these answers were recorded before, and none of them compares"),
    ],
)
def test_a_system_without_templates_says_why_nobody_looked(
    cards: Path, tmp_path: Path, name: str, why: str
) -> None:
    plan = replace(plan_for(cards), system=SystemChoice(name))
    _, found = audit(plan, Priced(SimulatedOptions()), tmp_path / "run", OPTIONS)
    assert found["within_gallery"]["one_picture"] == []
    assert re.search(why, found["within_gallery"]["compared"]["not_measured"])


def test_a_large_gallery_is_looked_at_from_references_spread_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inmemory, "MOST_COMPARISONS", 300)
    system = Vectors()
    photos = [Photograph(f"g{n}", b"") for n in range(70)]
    standing = sum(one.outcome is Outcome.OK for one in system.enrol("g", photos))
    closest = system.closest("g", 2, no_progress)
    assert (closest.references, closest.looked_at) == (standing, 300 // standing)
    assert len(closest.pairs) <= 2 * closest.looked_at
    assert system.closest("none", 2, no_progress) == Closest(0, 0, ())
    scores = [score for _, _, score in closest.pairs]
    assert scores == sorted(scores)
