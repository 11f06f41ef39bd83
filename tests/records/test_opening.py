from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from fairlineup.records import LARGEST_PHOTOGRAPH, Photograph, leads_out, open_regular, read_regular

posix = pytest.mark.skipif(os.name != "posix", reason="no pipes, devices or open folders here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set's folder, beside a secret."""
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "set" / "deep").mkdir(parents=True)
    (tmp_path / "set" / "deep" / "one.jpg").write_bytes(b"one")
    return tmp_path / "set"


@posix
def test_what_is_no_regular_file_is_refused_by_name_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        (tmp_path / "link").symlink_to(tmp_path / "pipe")
        kinds = {"pipe": "a pipe", "socket": "a socket", "link": "a pipe", "/dev/zero": "a device"}
        for name, kind in kinds.items():
            with pytest.raises(OSError, match=f"{kind}, not a regular file"):
                read_regular(tmp_path / name, 10)
            with pytest.raises(OSError, match=f"{kind}, not a regular file"):
                Photograph("", tmp_path / name).read()
    for other, error in ((tmp_path, IsADirectoryError), (tmp_path / "no\0ne", FileNotFoundError)):
        with pytest.raises(error):
            open_regular(other)


@posix
def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").write_bytes(b"1")
    os.mkfifo(tmp_path / "pipe")
    opened = os.open
    monkeypatch.setattr(os, "open", lambda path, flags: opened(tmp_path / "pipe", flags))
    with pytest.raises(OSError, match="a pipe, not a regular file"):
        open_regular(tmp_path / "one")


def test_a_sparse_file_is_refused_by_its_size_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse.jpg").open("wb") as file:
        file.truncate(20_000_000_000)
    with pytest.raises(OSError, match="more than 50,000,000 bytes"):
        Photograph("", tmp_path / "sparse.jpg").read()
    with (tmp_path / "just.jpg").open("wb") as file:
        file.truncate(LARGEST_PHOTOGRAPH)
    assert len(Photograph("", tmp_path / "just.jpg").read()) == LARGEST_PHOTOGRAPH


def test_a_file_that_grows_is_read_no_further_than_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").write_bytes(b"12345")
    assert read_regular(tmp_path / "one", 5) == b"12345"
    stated = os.fstat

    def before_it_grew(handle: int) -> os.stat_result:
        found = list(stated(handle))
        found[6] = 1
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", before_it_grew)
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_regular(tmp_path / "one", 4)


def test_links_within_a_folder_are_followed_and_none_out_of_it(folder: Path) -> None:
    (folder / "in.jpg").symlink_to("deep/one.jpg")
    (folder / "also").symlink_to("deep")
    (folder / "out.jpg").symlink_to("../secret.jpg")
    (folder / "up").symlink_to("..")
    (folder / "loop").symlink_to("loop")
    os.link(folder.parent / "secret.jpg", folder / "hard.jpg")
    (folder.parent / "linked").symlink_to(folder)
    for root in (folder, folder.parent / "linked"):
        for name in ("deep/one.jpg", "in.jpg", "also/one.jpg"):
            assert Photograph(name, root / name, root).read() == b"one"
            assert leads_out(root / name, root) is None
        assert Photograph("hard.jpg", root / "hard.jpg", root).read() == b"secret"
        for name in ("out.jpg", "up/secret.jpg", "../secret.jpg", str(folder.parent / "secret.jpg")):
            with pytest.raises(PermissionError, match="a link that leads out of its folder"):
                Photograph(name, root / name, root).read()
        with pytest.raises(OSError, match=r"loop|link|symbolic|No such"):
            Photograph("loop", root / "loop", root).read()


@posix
@pytest.mark.parametrize("swapped", ["deep", "deep/one.jpg"])
def test_a_link_put_in_after_the_look_leads_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "one.jpg").write_bytes(b"secret")
    opened, swaps = os.open, list[Path]()

    def after_a_swap(path: Any, flags: int, **more: Any) -> int:
        if not swaps:
            swaps.append((folder / swapped).rename(folder.parent / "away"))
            (folder / swapped).symlink_to(outside if swapped == "deep" else outside / "one.jpg")
        return opened(path, flags, **more)

    monkeypatch.setattr(os, "open", after_a_swap)
    with pytest.raises(OSError):  # noqa: PT011 - which one differs by system
        Photograph("", folder / "deep" / "one.jpg", folder).read()
    assert swaps


@posix
def test_no_handle_is_left_open(folder: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for name in ("deep/one.jpg", "none.jpg", "deep"):
        for within in (None, folder):
            try:
                Photograph("", folder / name, within).read()
            except OSError:
                continue
    assert len(list(Path("/dev/fd").iterdir())) == before
