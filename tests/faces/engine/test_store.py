from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fairlineup.faces.engine import CacheUnusable, ModelFileError, cache_folder
from fairlineup.faces.engine.store import kept, kept_content, models_folder
from fairlineup.records import Photograph, SystemFailed


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path / "cache"))


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("FAIRLINEUP_CACHE")
    assert cache_folder().name == "fairlineup"


KNOWN = hashlib.sha256(b"content").hexdigest()


def test_a_file_that_is_known_is_made_once_and_again_if_it_was_damaged() -> None:
    made = []

    def make() -> bytes:
        made.append(1)
        return b"content"

    path = kept("thing-c1", ".bin", make, KNOWN)
    assert kept("thing-c1", ".bin", make, KNOWN) == path
    assert len(made) == 1
    path.write_bytes(b"damaged")
    assert kept("thing-c1", ".bin", make, KNOWN).read_bytes() == b"content"
    assert len(made) == 2
    assert kept("thing-c2", ".bin", make, KNOWN) != path


@pytest.mark.parametrize("known", ["", KNOWN, "0" * 64])
def test_a_file_that_somebody_named_by_its_own_digest_is_not_believed(known: str) -> None:
    poison = b"another network"
    place = models_folder() / f"thing-c1-{hashlib.sha256(poison).hexdigest()}.bin"
    place.write_bytes(poison)
    path = kept("thing-c1", ".bin", lambda: b"content", known)
    assert kept_content(path) == b"content"
    path.write_bytes(poison)
    with pytest.raises(ModelFileError, match="got SHA-256"):
        kept_content(path)
    path.unlink()
    with pytest.raises(ModelFileError, match="got No such file"):
        kept_content(path)


def test_the_folder_of_models_is_made() -> None:
    assert models_folder().is_dir()


def in_a_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own, whose home and cache are as said."""
    kept = {name: value for name, value in os.environ.items() if name not in PLACES}
    return subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, check=False
    )


PLACES = ("FAIRLINEUP_CACHE", "HOME", "XDG_CACHE_HOME", "TMPDIR")
NO_HOME = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null/x"}
SEES = """
from fairlineup.cli import main
import sys
main(["faces", "--largest", *sys.argv[1:]])
"""
FOLDER = (
    "from fairlineup.faces.engine.store import models_folder; print(models_folder()); print(models_folder())"
)


@pytest.mark.skipif(os.name != "posix", reason="a folder within /dev/null")
def test_where_no_cache_can_be_made_a_temporary_one_is_used_and_said_once(tmp_path: Path) -> None:
    done = in_a_process(FOLDER, TMPDIR=str(tmp_path), **NO_HOME)
    first, second = done.stdout.split()
    assert (done.returncode, first) == (0, second)
    assert Path(first).parent == tmp_path
    assert done.stderr.count("\n") == done.stderr.count("can't be written (Not a directory)") == 1
    assert "FAIRLINEUP_CACHE names another" in done.stderr
    assert list(tmp_path.iterdir()) == []  # it goes with the process


@pytest.mark.skipif(os.name != "posix", reason="a folder within /dev/null")
def test_with_nowhere_to_write_the_variable_is_named(tmp_path: Path) -> None:
    done = in_a_process(
        f"import tempfile; tempfile._candidate_tempdir_list = lambda: ['/dev/null']\n{FOLDER}", **NO_HOME
    )
    assert "CacheUnusable: the folder /dev/null/x/fairlineup/models, where models are kept" in done.stderr
    assert "nor a temporary folder" in done.stderr


@pytest.mark.parametrize("named", ["/dev/null/cache", "file/cache"])
def test_a_named_folder_that_can_not_be_made_is_an_error(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path / named))
    with pytest.raises(
        CacheUnusable, match=r"got Not a directory; name another folder in .* FAIRLINEUP_CACHE"
    ):
        kept("thing", ".bin", lambda: b"content")


def test_a_home_that_nobody_has_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", "~nobody-of-that-name/cache")
    with pytest.raises(CacheUnusable, match="FAIRLINEUP_CACHE"):
        cache_folder()


def test_what_is_there_is_used_even_if_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept("thing-c1", ".bin", lambda: b"content", KNOWN)
    monkeypatch.setattr("tempfile.mkstemp", read_only)
    monkeypatch.setattr("tempfile.TemporaryFile", read_only)
    monkeypatch.setattr(Path, "mkdir", read_only)
    assert kept("thing-c1", ".bin", lambda: b"other", KNOWN) == path
    with pytest.raises(CacheUnusable, match="Read-only file system"):
        kept("thing-c2", ".bin", lambda: b"content")


def read_only(*_: object, **__: object) -> None:
    raise OSError(errno.EROFS, "Read-only file system")


def test_a_full_disk_is_told_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SystemFailed) as caught:
        kept("thing", ".bin", lambda: b"content")
    assert caught.value.code == "disk-failed"
    assert list(models_folder().iterdir()) == []


def test_a_folder_in_place_of_a_kept_file_is_passed_over() -> None:
    content = b"content"
    name = f"thing-{hashlib.sha256(b'other').hexdigest()}.bin"
    (models_folder() / name).mkdir()
    assert kept("thing", ".bin", lambda: content).read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="a folder within /dev/null")
def test_faces_are_found_without_a_cache_and_workers_share_the_temporary_one(
    tmp_path: Path, mixed: list[Photograph]
) -> None:
    photos = []
    for number in range(40):
        content = mixed[0].source
        assert isinstance(content, bytes)
        photos.append(tmp_path / f"{number}.png")
        photos[-1].write_bytes(content)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = in_a_process(
        SEES.replace("*sys.argv[1:]", f"*{[str(photo) for photo in photos]}"),
        TMPDIR=str(temporary),
        **NO_HOME,
    )
    assert (done.returncode, done.stdout.count("1 face")) == (0, 40)
    assert done.stderr.count("FAIRLINEUP_CACHE") == 1
    assert list(temporary.iterdir()) == []
    named = in_a_process(SEES.replace("*sys.argv[1:]", f"{str(photos[0])!r}"), FAIRLINEUP_CACHE="/dev/null/x")
    assert (named.returncode, named.stderr.count("\n")) == (2, 1)
    assert named.stderr.startswith(
        "fairlineup: the folder /dev/null/x/models, where models are kept: expected"
    )
