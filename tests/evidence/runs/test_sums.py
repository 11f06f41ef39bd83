"""Every file of a run is known by its digest, at any moment."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from fairlineup.evidence.runs import SUMS, RunDirectory, put_files, read_sums
from fairlineup.records import BadInput

OLD, NEW = {"a.json": b"1", "b.json": b"2"}, {"b.json": b"two", "labels/c.csv": b"3"}


def _all(run: RunDirectory) -> dict[str, bytes]:
    names = ("a.json", "b.json", "labels/c.csv")
    return {name: run.read_document(name) for name in names if run.has_document(name)}


def test_what_was_put_is_read_and_nothing_else(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    run.put(OLD)
    run.put(NEW)
    assert _all(run) == {**OLD, **NEW}
    (tmp_path / "a.json").write_bytes(b"7")
    with pytest.raises(BadInput, match="other bytes"):
        run.read_document("a.json")
    (tmp_path / "a.json").unlink()
    assert run.has_document("a.json")
    with pytest.raises(BadInput, match="No such file"):
        run.read_document("a.json")
    (tmp_path / "stranger.json").write_bytes(b"{}")
    assert run.has_document("stranger.json")
    with pytest.raises(BadInput, match="other bytes"):
        run.read_document("stranger.json")


@pytest.mark.parametrize("kill", range(5))
def test_a_kill_at_any_moment_leaves_files_that_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill: int
) -> None:
    run = RunDirectory(tmp_path)
    run.put(OLD)
    real, done = Path.replace, list[Path]()

    def killed(self: Path, target: Path) -> Path:
        if len(done) == kill:
            raise KeyboardInterrupt
        done.append(target)
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        if kill < 4:
            with pytest.raises(KeyboardInterrupt):
                run.put(NEW)
        else:
            run.put(NEW)
    read = _all(run)
    assert all(content in (OLD.get(name), NEW.get(name)) for name, content in read.items())
    run.put(NEW)
    assert _all(run) == {**OLD, **NEW}
    assert not read_sums(tmp_path).coming


def test_any_changed_byte_of_the_sums_is_found(tmp_path: Path) -> None:
    put_files(tmp_path, OLD)
    path = tmp_path / SUMS
    whole = path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 7
        path.write_bytes(flipped)
        with pytest.raises(BadInput, match="cannot be read"):
            read_sums(tmp_path)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_anybody_can_check_them(tmp_path: Path) -> None:
    put_files(tmp_path, OLD)
    command = ["sha256sum", "--strict", "-c", SUMS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["a.json:", "OK", "b.json:", "OK"])
