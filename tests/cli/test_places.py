"""`[dataset] generator = "samples"`: an audit of made-up people whose photographs lie in no file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.pipeline import place_of
from fairlineup.evidence.plan import DatasetChoice, Folder, Memory, read_place
from fairlineup.records import BadInput

Run = Callable[..., tuple[int, str, str]]
REQUEST = {"people": 16, "probes": 6, "photos": 2}
PLAN = """
[dataset]
{where}
capture = "studio"
population = "nobody"
[system]
name = "local"
"""
MADE = 'generator = "samples"\noptions = { people = 16, probes = 6, photos = 2 }'


def _chosen(**options: Any) -> DatasetChoice:
    return DatasetChoice(generator="samples", options=options)


def test_a_folder_or_a_generator(tmp_path: Path) -> None:
    assert place_of(DatasetChoice(str(tmp_path), "who.csv")) == Folder(tmp_path, "who.csv")
    place = place_of(_chosen(**REQUEST))
    assert isinstance(place, Memory)
    dataset = read_place(place)
    assert len(dataset.entries) == 32
    assert {entry.population for entry in dataset.entries} == {"synthetic"}
    assert set(dataset.label_sources.values()) == {"generator"}
    assert all(place.holds(entry.photo) for entry in dataset.entries)
    one = dataset.photograph(dataset.entries[0])
    assert one.read() == one.read()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (DatasetChoice(generator="portraits"), "dataset.generator: expected samples, got 'portraits'"),
        (_chosen(), "option people: expected a whole number of 1 or more, got nothing"),
        (_chosen(people="many"), "option people: expected a whole number of 1 or more, got 'many'"),
        (_chosen(people=True), "option people: expected a whole number of 1 or more, got True"),
        (_chosen(people=3, capture=1), "option capture: expected text, got 1"),
        (_chosen(people=3, persons=4), "option persons: expected one of people, photos"),
        (_chosen(people=3, capture="x-ray"), "'x-ray'"),
        (_chosen(people=1_000_000), "at most"),
    ],
)
def test_what_cannot_be_made_is_named(choice: DatasetChoice, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        place_of(choice)
    assert said in str(caught.value)


def _audited(run: Run, where: str, name: str) -> dict[str, Any]:
    Path(f"{name}.toml").write_text(PLAN.format(where=where))
    code, _, err = run("audit", "run", f"{name}.toml", "--out", name, "-q")
    assert code == 0, err
    results: dict[str, Any] = json.loads(Path(name, "results.json").read_bytes())
    return results


@pytest.mark.usefixtures("one_worker")
def test_from_memory_as_from_disk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = [word for name, value in REQUEST.items() for word in (f"--{name}", value)]
    assert run("samples", "make", *words, "--out", "set", "-q")[0] == 0
    on_disk, made = _audited(run, 'folder = "set"', "disk"), _audited(run, MADE, "made")
    assert on_disk["digests"].pop("plan") != made["digests"].pop("plan")
    assert made == on_disk
    assert made["population"] | {"kind": "synthetic", "comparable": False} == made["population"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "disk",
        "disk.toml",
        "made",
        "made.toml",
        "set",
    ]
    _check_done_again(run)


def _check_done_again(run: Run) -> None:
    """Going on, measuring again and drawing again, with no photograph on disk."""
    results, page = (Path("made", name) for name in ("results.json", "report.html"))
    before = results.read_bytes(), page.read_bytes()
    assert page.read_text().count("data:image/jpeg") > 10
    for command in (("run", "made.toml", "--out", "made", "-q"), ("measure", "made"), ("report", "made")):
        page.unlink()
        code, _, err = run("audit", *command)
        assert code == 0, err
        assert (results.read_bytes(), page.read_bytes()) == before
    code, out, _ = run("audit", "measure", "made", "--fail-on", "inconclusive")
    assert code == 1
    assert "No verdict: people who do not exist say nothing" in out
    assert run("audit", "measure", "made", "--fail-on", "fail")[0] == 0
    assert run("audit", "check", "made.toml", "-q")[0] == 0
