from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.evidence.runs import RunDirectory, RunIdentity, check_out, load_run
from fairlineup.records import (
    BadInput,
    ModelInformation,
    Price,
    Scale,
    SystemFailed,
    SystemInformation,
    Threshold,
)
from fairlineup.results import Amendment, ChangedWords, Digests
from fairlineup.seals import digest

DOCUMENTS = {"plan.toml": b"plan", "manifest.csv": b"manifest", "findings.json": b"[]"}
SYSTEM = SystemInformation(
    "a system",
    "somebody",
    "1",
    Scale("similarity", 0, 100, "a score"),
    Threshold(80.0, "its manual"),
    None,
    models=(ModelInformation("m", "1", "sha256:0", "MIT", 128, "euclidean"),),
    settings={"on": True, "many": 3, "share": 0.5, "mode": "fast"},
    sample_thresholds=(Threshold(85.0, "its sample"),),
    price=Price(0.001, "USD", "2026-11-01", "its list"),
    terms=("Nobody may look.",),
)
DIGESTS = Digests(digest(b"p"), digest(b"m"), digest(b"d"), digest(b"s"), "1")
IDENTITY = RunIdentity(DIGESTS, SYSTEM, {"python": "3"}, "", "now")
HOLD = """
import sys
from dataclasses import replace
from pathlib import Path
from fairlineup.evidence.runs import RunDirectory
with RunDirectory(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.readline()
"""


def _begin(path: Path) -> RunDirectory:
    directory = RunDirectory(path)
    directory.check_empty(DOCUMENTS)
    directory.write_frozen(DOCUMENTS, IDENTITY)
    return directory


def test_what_was_frozen_comes_back(tmp_path: Path) -> None:
    run = _begin(tmp_path / "run")
    assert run.begun
    assert run.read_identity() == IDENTITY
    assert run.read_document("plan.toml") == b"plan"
    words = {"title": ChangedWords("a", "b")}
    changed = Amendment("later", measured_before=True, digests=DIGESTS, changed=words)
    amended = replace(IDENTITY, digests=replace(DIGESTS, plan=digest(b"q")), amended=(changed,))
    run.write_frozen({}, amended)
    assert run.read_identity() == amended
    assert amended.first_digests == DIGESTS


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("1", "run-of-an-older-format"),
        ("null", "run-of-an-older-format"),
        ("2", "run-of-an-older-format"),
        ("4", "run-of-a-newer-format"),
        ('"3"', "file-malformed"),
        ("true", "file-malformed"),
        ("[3]", "file-malformed"),
        ("3.0", "file-malformed"),
        ('2, "fairlineup_run": 3', "run-unreadable"),
    ],
)
def test_other_formats_are_refused_by_name(tmp_path: Path, version: str, code: str) -> None:
    run = _begin(tmp_path / "run")
    text = (run.path / "run.json").read_text().replace('"fairlineup_run": 3', f'"fairlineup_run": {version}')
    (run.path / "run.json").write_text(text)
    with pytest.raises(BadInput) as caught:
        load_run(run.path)
    assert caught.value.code == code
    reader = "53a98f4b" if version == "2" else "d36563b"
    assert (f"as of commit {reader}" in str(caught.value)) == (code == "run-of-an-older-format")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInput) as caught:
        check_out(tmp_path)
    assert (caught.value.code, caught.value.facts) == ("file-exists", {"folder": str(tmp_path)})
    assert "thesis.txt" in caught.value.got


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(BadInput):
        check_out(tmp_path / "run")
    with pytest.raises(BadInput), RunDirectory(tmp_path / "run").locked():
        pass
    assert (tmp_path / "run").read_text() == "mine"


@pytest.mark.parametrize("documents", [1, 2, 3])
def test_killed_while_freezing_begins_anew(tmp_path: Path, documents: int) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in list(DOCUMENTS)[:documents]:
        (run / name).write_bytes(b"of the killed one")
    (run / ".run.json.17.partial").write_bytes(b"{")
    (run / ".lock").touch()
    directory = _begin(run)
    assert all(directory.read_document(name) == content for name, content in DOCUMENTS.items())


def test_damaged_or_missing_documents_are_named(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    for read, code in (
        (run.read_identity, "run-unreadable"),
        (run.read_results, "run-unfinished"),
        (lambda: run.read_document("plan.toml"), "run-unreadable"),
    ):
        with pytest.raises(BadInput) as caught:
            read()
        assert caught.value.code == code
        assert caught.value.facts["folder"] == str(tmp_path)
    for damaged in (b"{", b"[]", b'{"fairlineup_run": 2}'):
        (tmp_path / "run.json").write_bytes(damaged)
        with pytest.raises(BadInput):
            run.read_identity()


def test_results_are_the_same_bytes_and_never_nan(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.write_results({"b": 1.5, "a": ["é", None]})
    first = (tmp_path / "results.json").read_bytes()
    run.write_results({"b": 1.5, "a": ["é", None]})
    assert (tmp_path / "results.json").read_bytes() == first
    assert run.finished
    assert run.read_results() == {"b": 1.5, "a": ["é", None]}
    with pytest.raises(ValueError, match="JSON cannot say"):
        run.write_results({"a": float("nan")})


def test_what_cannot_be_written_is_read_without_a_lock(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with RunDirectory(tmp_path / "file" / "run").read_alone():
        pass
    with RunDirectory(tmp_path).read_alone(), pytest.raises(BadInput, match="is in use"):
        RunDirectory(tmp_path).locked().__enter__()


def test_a_second_process_is_told_the_run_is_in_use(tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-c", HOLD, str(run)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BadInput, match=r"is in use.*wait for it"), RunDirectory(run).locked():
            pass
        holder.stdin.write("\n")
        holder.stdin.close()
        assert holder.wait(timeout=1200) == 0
    with RunDirectory(run).locked():
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    with RunDirectory(tmp_path).locked():
        pass


def test_an_error_inside_lets_the_lock_go(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    fault = SystemFailed("a", expected="b", got="c", remedy="d")
    with pytest.raises(SystemFailed), run.locked():
        raise fault
    with run.locked():
        pass


def test_a_run_that_was_refused_leaves_no_folder(tmp_path: Path) -> None:
    def refused(folder: Path) -> None:
        with RunDirectory(folder).locked():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refused(tmp_path / "deep" / "run")
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    with pytest.raises(KeyboardInterrupt):
        refused(tmp_path / "mine" / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    with RunDirectory(tmp_path / "kept").locked():
        (tmp_path / "kept" / "thing").touch()
    assert (tmp_path / "kept" / "thing").exists()
