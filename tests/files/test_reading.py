from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.files import content_of, put, read_file, sweep_partial
from fairlineup.records import BadInput


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    put(tmp_path / "deep" / "file", b"content")
    path = tmp_path / "deep" / "file"
    assert read_file(path, "the file", expected="bytes", remedy="look") == b"content"
    for place, got in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(BadInput, match=rf"the file cannot be read[\s\S]*bytes[\s\S]*{got}[\s\S]*look"):
            read_file(place, "the file", expected="bytes", remedy="look")


def test_a_file_that_may_not_be_there(tmp_path: Path) -> None:
    assert content_of(tmp_path / "none") is None
    put(tmp_path / "some", b"")
    assert content_of(tmp_path / "some") == b""


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    put(tmp_path / "whole", b"1")
    (tmp_path / ".half.77.partial").write_bytes(b"2")
    sweep_partial(iter([tmp_path, tmp_path / "none"]))
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]
