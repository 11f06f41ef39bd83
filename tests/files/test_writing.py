from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from fairlineup.files import atomic_file, write_atomic, writing
from fairlineup.records import BadInput, FairlineupError, SystemFailed


def _raising(number: int) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "some" / "deep" / "file"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert [item.name for item in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "replace")])
@pytest.mark.parametrize("before", [None, b"as it was"])
def test_a_kill_never_leaves_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, before: bytes | None
) -> None:
    path = tmp_path / "file"
    if before is not None:
        path.write_bytes(before)
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, _killed)
        with pytest.raises(KeyboardInterrupt):
            write_atomic(path, b"new" * 10_000)
    assert (path.read_bytes() if path.exists() else None) == before
    write_atomic(path, b"after")
    assert path.read_bytes() == b"after"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_full_or_failing_disk_is_a_failed_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", _raising(number))
    with pytest.raises(SystemFailed, match=r"free some space and begin again") as caught:
        write_atomic(tmp_path / "file", b"x")
    assert os.strerror(number) in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT])
def test_unwritable_place_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(Path, "replace", _raising(number))
    with pytest.raises(BadInput, match="choose another place, or"):
        write_atomic(tmp_path / "file", b"x")


def test_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "file" / "a", tmp_path / "file" / "b" / "a"):
        with pytest.raises(BadInput, match="a folder this user may write to"):
            write_atomic(path, b"x")


def test_folder_where_a_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(BadInput):
        write_atomic(tmp_path / "folder", b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("place", ["/proc/none/file", "/dev/null/file", f"/tmp/{'x' * 300}/file"])  # noqa: S108
def test_places_that_take_no_files(place: str) -> None:
    with pytest.raises(BadInput, match="cannot write"):
        write_atomic(Path(place), b"x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_real_full_disk() -> None:
    with pytest.raises(SystemFailed, match="No space left"), writing(Path("/dev/full")):
        Path("/dev/full").write_bytes(b"x" * 100)


def test_other_errors_pass_through(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), writing(tmp_path):
        raise ValueError("mine")
    with pytest.raises(FairlineupError), writing(tmp_path):
        raise OSError(errno.EIO, "failed")


def test_nothing_is_left_of_a_file_that_was_not_finished(tmp_path: Path) -> None:
    target = tmp_path / "thing"

    def interrupted() -> None:
        with atomic_file(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []
    with atomic_file(target) as file:
        file.write(b"whole")
    assert target.read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]
