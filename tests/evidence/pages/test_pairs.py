from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from fairlineup.evidence.runs import RunDirectory
from fairlineup.records import NotMeasured
from fairlineup.results import WithinGallery

from .everything import everything
from .examples import pair, results, similarity
from .reading import Run

PHOTOS = ["probe/probe-0.png", "gallery/other-0.png", "probe/probe-1.png", "gallery/other-1.png"]


def run(tmp_path: Path, photos: list[str]) -> Run:
    made = Run(tmp_path / "run", replace(results(), closest_non_mated=(), missed=()))
    made.photograph(photos)
    return made


def test_both_photographs_stand_side_by_side_with_names(tmp_path: Path) -> None:
    made = run(tmp_path, PHOTOS).written()
    assert [node.attributes["alt"] for node in made.all("img")] == [
        "Searched: Ada Example",
        "Returned: Bo Else",
        "Searched: probe-1",
        "Returned: other-1",
    ]
    assert made.text.count("Not the same person, by the data set’s labels.") == 2
    assert "distance 0.41, rank 1" in made.text


def test_one_pair_a_search_the_closest(tmp_path: Path) -> None:
    made = run(tmp_path, PHOTOS).written()
    assert "2 searches returned somebody else" in made.text
    assert "distance 0.57" not in made.text


def test_without_faces_there_are_none(tmp_path: Path) -> None:
    made = run(tmp_path, PHOTOS).written(faces=False)
    assert not made.all("img")
    assert "data:image" not in made.html
    assert "Ada Example" in made.text


def test_a_photograph_that_is_not_there(tmp_path: Path) -> None:
    made = run(tmp_path, PHOTOS[:2]).written()
    assert len(made.all("img")) == 2
    assert made.text.count("No photograph: the file is not there") == 2


def test_a_photograph_that_has_changed(tmp_path: Path) -> None:
    changed = run(tmp_path, PHOTOS)
    (changed.photographs / PHOTOS[0]).write_bytes((changed.photographs / PHOTOS[2]).read_bytes())
    made = changed.written()
    assert "No photograph: the file has changed since the run" in made.text
    assert len(made.all("img")) == 3


def test_a_photograph_that_cannot_be_decoded(tmp_path: Path) -> None:
    broken = run(tmp_path, PHOTOS)
    file = broken.photographs / PHOTOS[0]
    old = file.read_bytes()
    file.write_bytes(b"no picture")
    manifest = broken.path / "manifest.csv"
    text = manifest.read_text("utf-8")
    before, after = (hashlib.sha256(content).hexdigest() for content in (old, b"no picture"))
    RunDirectory(broken.path).put({manifest.name: text.replace(before, after).encode()})
    assert "No photograph: the file cannot be decoded" in broken.written().text


def test_nothing_outside_the_data_set_is_shown(tmp_path: Path) -> None:
    outside = run(tmp_path, ["../outside.png"])
    sly = replace(pair(0, 0.41), probe_photo="../outside.png")
    outside.results = replace(outside.results, false_matches=(sly,))
    made = outside.written()
    assert "it lies outside the data set" in made.text
    assert not made.all("img")


def test_similarity_puts_the_highest_first_and_keeps_to_the_threshold(tmp_path: Path) -> None:
    text = Run(tmp_path / "run", similarity()).written().text
    assert "2 searches returned somebody else" in text
    assert text.index("score 97.5, rank 1") < text.index("score 81, rank 1")
    assert "score 79" not in text
    assert "score 80 or more" in text


def test_a_report_without_faces_needs_no_picture_library() -> None:
    check = "import sys, fairlineup.evidence.pages; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_pairs_within_the_gallery_stand_with_both_files_and_score(tmp_path: Path) -> None:
    text = Run(tmp_path / "run", everything()).written(faces=False).text
    assert "found 1 pair of gallery photographs under two people to be one picture" in text
    assert "gallery/other-0.png and gallery/other-1.png – Bo Else and other-1, kept as two people" in text
    assert "compared 595 of 600 gallery photographs, spread evenly" in text
    assert "Bo Else gallery/other-0.png other-1 gallery/other-1.png 0.3125 One picture, by the" in text
    assert "List 2 more, without photographs" in text


def test_within_the_gallery_says_why_nobody_looked(tmp_path: Path) -> None:
    why = WithinGallery((), NotMeasured("it costs 600 searches"))
    text = Run(tmp_path / "run", replace(results(), within_gallery=why)).written().text
    assert "none of its photographs under two people. Whom the system itself" in text
    assert "was not looked at: it costs 600 searches." in text


def test_photographs_within_the_gallery_stand_with_their_files(tmp_path: Path) -> None:
    files = [f"gallery/other-{n}.png" for n in range(3)]
    made = Run(tmp_path / "run", replace(results(), within_gallery=everything().within_gallery))
    made.photograph(files)
    text = made.written().text
    assert "distance 0.3125 One picture, by the pictures. gallery/other-0.png gallery/other-1.png" in text
