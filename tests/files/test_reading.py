from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.files import (
    content_of,
    is_file,
    is_folder,
    is_there,
    read_file,
    read_text,
    write_atomic,
)
from fairlineup.records import BadInput


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    write_atomic(tmp_path / "deep" / "file", b"content")
    path = tmp_path / "deep" / "file"
    assert read_file(path, "the file", expected="bytes", remedy="look") == b"content"
    for place, got in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(BadInput, match=rf"the file cannot be read[\s\S]*bytes[\s\S]*{got}[\s\S]*look"):
            read_file(place, "the file", expected="bytes", remedy="look")


def test_a_file_that_may_not_be_there(tmp_path: Path) -> None:
    assert content_of(tmp_path / "none") is None
    write_atomic(tmp_path / "some", b"")
    assert content_of(tmp_path / "some") == b""


@pytest.mark.parametrize("name", ["a" * 300, "я" * 200, "with\0nul", "x/" * 3000, "."])
def test_a_name_no_file_can_have_is_not_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert not is_file(path)
    assert is_folder(path) is is_there(path) is (name == ".")
    with pytest.raises(BadInput, match=r"the file cannot be read: expected bytes, got .+; look"):
        read_file(path, "the file", expected="bytes", remedy="look")


def test_a_loop_of_links_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    assert not is_file(tmp_path / "one")
    assert not is_there(tmp_path / "one" / "deeper")


def test_text_that_is_not_utf8_is_told_by_its_place(tmp_path: Path) -> None:
    write_atomic(tmp_path / "text", b"\xef\xbb\xbfgr\xc3\xbcn")
    assert read_text(tmp_path / "text", "it", expected="UTF-8", remedy="save it") == "grün"
    write_atomic(tmp_path / "text", "grün".encode("latin-1"))
    with pytest.raises(BadInput, match="it cannot be read: expected UTF-8, got byte 3 is not UTF-8; save it"):
        read_text(tmp_path / "text", "it", expected="UTF-8", remedy="save it")
