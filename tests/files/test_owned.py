from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fairlineup.files import (
    append,
    atomic_file,
    make_folder,
    sweep_temporary,
    temporary_folder,
    write_atomic,
    write_new,
)

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and kills are those of POSIX")
KILLED = """
import os, signal, sys
from pathlib import Path
from fairlineup.files import atomic_file, temporary_folder
with temporary_folder() as folder, atomic_file(Path(sys.argv[1]) / "report.html") as file:
    (folder / "deep").mkdir()
    (folder / "deep" / "template").write_bytes(b"a face")
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def spare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary ones."""
    (tmp_path / "spare").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "spare"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "spare"


def _modes(folder: Path) -> dict[str, str]:
    found = {path.relative_to(folder).as_posix(): path.stat().st_mode for path in folder.rglob("*")}
    return {name: oct(stat.S_IMODE(mode)) for name, mode in found.items()}


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_written_is_for_its_owner_alone(tmp_path: Path, spare: Path, mask: int) -> None:
    (tmp_path / "there").mkdir()
    before = os.umask(mask)
    try:
        write_atomic(tmp_path / "run" / "deep" / "people.csv", b"a name")
        write_new(tmp_path / "run" / "key", b"secret")
        append(tmp_path / "run" / "log", b"a decision")
        make_folder(tmp_path / "run" / "empty")
        make_folder(tmp_path / "there")
        with temporary_folder() as folder:
            assert _modes(spare)[folder.name] == "0o700"
            assert _modes(folder) == {".owner": "0o600"}
    finally:
        os.umask(before)
    assert _modes(tmp_path / "run") == {
        "deep": "0o700",
        "deep/people.csv": "0o600",
        "key": "0o600",
        "log": "0o600",
        "empty": "0o700",
    }
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


@posix
def test_what_a_kill_left_goes_at_the_next_start(tmp_path: Path, spare: Path) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "out")], check=False)
    assert run.returncode == -signal.SIGKILL
    (left,) = spare.iterdir()
    assert (left / "deep" / "template").exists()
    (half,) = (tmp_path / "out").iterdir()
    assert half.name.endswith(".partial")
    sweep_temporary()
    assert not list(spare.iterdir())
    write_atomic(tmp_path / "out" / "other", b"1")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["other"]


def test_what_is_in_use_or_of_somebody_else_stays(tmp_path: Path, spare: Path) -> None:
    (spare / "fairlineup-other").mkdir()
    (spare / "fairlineup-spare-full").mkdir()
    (spare / "fairlineup-spare-full" / "thing").touch()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / ".owner").touch()
    (spare / "fairlineup-spare-link").symlink_to(tmp_path / "theirs")
    (spare / "fairlineup-spare-empty").mkdir()
    with temporary_folder() as one, temporary_folder() as two:
        (one / "thing").touch()
        sweep_temporary()
        assert (one / "thing").exists()
        assert two.exists()
        kept = {"fairlineup-other", "fairlineup-spare-full", "fairlineup-spare-link", one.name, two.name}
        assert {path.name for path in spare.iterdir()} == kept
    assert not one.exists()
    assert (tmp_path / "theirs" / ".owner").exists()


def test_a_file_that_another_writes_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with atomic_file(tmp_path / "one") as file:
        file.write(b"1")
        monkeypatch.setattr(sys.modules["fairlineup.files.writing"], "_swept", set())
        write_atomic(tmp_path / "two", b"2")
    assert (tmp_path / "one").read_bytes() == b"1"


@posix
def test_a_link_put_where_a_file_is_written_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / f".one.{os.getpid()}.partial").symlink_to(tmp_path / "theirs")
    write_atomic(tmp_path / "one", b"ours")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert (tmp_path / "one").read_bytes() == b"ours"


def test_what_this_process_is_writing_is_not_tidied_up(tmp_path: Path) -> None:
    """Another of its threads may have made the file and not locked it yet."""
    other = tmp_path / f".b.{os.getpid()}.partial"
    other.write_bytes(b"")
    write_atomic(tmp_path / "a", b"x")
    assert other.exists()
