from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fairlineup.evidence.runs import Row, RunDirectory, freeze
from fairlineup.records import BadInput, SystemFailed

PAPERS = {"plan.toml": b"plan", "manifest.csv": b"manifest", "findings.json": b"[]"}
HOLD = """
import sys
from pathlib import Path
from fairlineup.evidence.runs import RunDirectory
with RunDirectory(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.readline()
"""


def _identity(plan: str = "p", photographs: str = "d") -> Row:
    return {"digests": {"plan": plan, "photographs": photographs}, "begun": "now"}


def test_the_same_run_is_taken_up(tmp_path: Path) -> None:
    run, begun = freeze(tmp_path / "run", _identity(), PAPERS)
    assert not begun
    again, begun = freeze(tmp_path / "run", {**_identity(), "begun": "later"}, {"plan.toml": b"other text"})
    assert begun
    assert again == run
    assert run.read_document("plan.toml") == b"plan"
    assert run.read_identity()["begun"] == "now"


@pytest.mark.parametrize(
    ("identity", "differing"),
    [
        (_identity(plan="q"), "plan"),
        (_identity(photographs="e"), "photographs"),
        (_identity("q", "e"), "plan and photographs"),
    ],
)
def test_another_run_is_not_mixed_in(tmp_path: Path, identity: Row, differing: str) -> None:
    freeze(tmp_path / "run", _identity(), PAPERS)
    with pytest.raises(BadInput, match=f"belongs to another run.*got others: {differing}; choose"):
        freeze(tmp_path / "run", identity, PAPERS)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"got one that holds thesis\.txt"):
        freeze(tmp_path, _identity(), PAPERS)
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(BadInput):
        freeze(tmp_path / "run", _identity(), PAPERS)
    with pytest.raises(BadInput), RunDirectory(tmp_path / "run").locked():
        pass
    assert (tmp_path / "run").read_text() == "mine"


@pytest.mark.parametrize("papers", [1, 2, 3])
def test_killed_while_freezing_begins_anew(tmp_path: Path, papers: int) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in list(PAPERS)[:papers]:
        (run / name).write_bytes(b"of the killed one")
    (run / ".run.json.17.partial").write_bytes(b"{")
    (run / ".lock").touch()
    directory, begun = freeze(run, _identity(), PAPERS)
    assert not begun
    assert all(directory.read_document(name) == content for name, content in PAPERS.items())


def test_damaged_or_missing_papers_are_named(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    with pytest.raises(BadInput, match=r"run\.json cannot be read.*name a folder that"):
        run.read_identity()
    with pytest.raises(BadInput, match="finish the run first"):
        run.read_results()
    with pytest.raises(BadInput, match=r"plan\.toml cannot be read"):
        run.read_document("plan.toml")
    (tmp_path / "run.json").write_bytes(b"{")
    with pytest.raises(BadInput, match="got damaged JSON"):
        freeze(tmp_path, _identity(), PAPERS)


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
