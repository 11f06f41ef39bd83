from __future__ import annotations

import csv
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fairlineup.evidence.samples import SamplesRequest, sample_rows, write_samples
from fairlineup.records import BadInput

SMALL = SamplesRequest(people=6, photos=2, probes=2)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_manifest_says_who_is_searched_and_that_nobody_exists(tmp_path: Path) -> None:
    assert write_samples(tmp_path, SMALL) == 12
    written = rows(tmp_path)
    assert [row["role"] for row in written] == ["probe", "gallery"] * 2 + ["gallery"] * 8
    assert {row["population"] for row in written} == {"synthetic"}
    for label in ("presentation", "tone_band", "monk_tone", "age_band"):
        assert {row[f"{label}_source"] for row in written} == {"generator"}
        assert all(row[label] for row in written)
    assert all((tmp_path / row["photo"]).is_file() for row in written)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    write_samples(tmp_path, SMALL)
    before = contents(tmp_path)
    victim = next((tmp_path / "photographs").iterdir())
    victim.unlink()
    assert write_samples(tmp_path, SMALL) == 1
    assert contents(tmp_path) == before


def test_a_folder_of_other_samples_is_not_mixed_up(tmp_path: Path) -> None:
    write_samples(tmp_path, SMALL)
    with pytest.raises(BadInput, match=r"holds other samples.*got people 6"):
        write_samples(tmp_path, SamplesRequest(people=7, photos=2, probes=2))


def test_any_number_of_workers_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairlineup.workers.pool.WORTHWHILE", 2)
    request = SamplesRequest(people=36, photos=2)
    write_samples(tmp_path / "one", request, workers=1)
    write_samples(tmp_path / "two", request, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ({"people": 0}, "people"),
        ({"people": 3, "photos": 0}, "photos"),
        ({"people": 3, "probes": 4}, "probes"),
        ({"people": 3, "start": -1}, "start"),
        ({"people": 3, "capture": "x-ray"}, "capture"),
        ({"people": 3, "probe_capture": "x-ray"}, "capture"),
    ],
)
def test_numbers_that_cannot_be_had_are_refused(numbers: dict[str, object], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        SamplesRequest(**numbers)  # type: ignore[arg-type]


def test_too_many_people_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="at most"):
        write_samples(tmp_path / "many", SamplesRequest(people=65_536))
    assert not (tmp_path / "many").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from fairlineup.evidence.samples import SamplesRequest, write_samples
from fairlineup.workers import pool
def progress(stage, done, total):
    if done >= 20:
        os.kill(os.getpid(), signal.SIGKILL)
pool.WORTHWHILE = 2
write_samples(Path(sys.argv[1]), SamplesRequest(people=100, photos=2, probes=20), progress, workers=2)
"""


def test_the_command_goes_on_after_it_was_killed(tmp_path: Path) -> None:
    several = (
        "from fairlineup.cli import main; from fairlineup.workers import pool; pool.WORTHWHILE = 2; main()"
    )
    asked = ["samples", "make", "--people", "100", "--photos", "2", "--out", str(tmp_path / "killed"), "-q"]
    command = [sys.executable, "-c", several, *asked]
    killing = [sys.executable, "-c", KILLED, str(tmp_path / "killed")]
    assert subprocess.run(killing, check=False).returncode == -signal.SIGKILL
    folder = tmp_path / "killed" / "photographs"
    assert not (tmp_path / "killed" / "people.csv").exists()
    made = len(list(folder.glob("sample-*.jpg")))
    assert 0 < made < 200
    subprocess.run(command, check=True, capture_output=True)
    write_samples(tmp_path / "whole", SamplesRequest(people=100, photos=2, probes=20), workers=1)
    mine, whole = contents(tmp_path / "killed"), contents(tmp_path / "whole")
    assert {name: mine[name] for name in whole} == whole


def test_probes_can_be_taken_by_another_camera_than_the_rest() -> None:
    made = sample_rows(SamplesRequest(people=3, photos=2, probes=1, probe_capture="doorbell"))
    assert [(row.role, row.shot.number, row.shot.capture) for row in made[:3]] == [
        ("probe", 0, "doorbell"),
        ("gallery", 1, "studio"),
        ("gallery", 0, "studio"),
    ]
    assert {row.shot.capture for row in made[2:]} == {"studio"}


def test_rows_are_as_many_as_asked() -> None:
    request = SamplesRequest(people=40, photos=3, probes=10, start=7)
    made = sample_rows(request)
    assert len(made) == request.photographs == 120
    assert len({row.photo for row in made}) == 120


def test_somebody_elses_data_set_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person,photo,role\nme,a.jpg,probe\n")
    with pytest.raises(BadInput, match="holds another data set"):
        write_samples(tmp_path, SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
    assert "me,a.jpg" in (tmp_path / "people.csv").read_text()
