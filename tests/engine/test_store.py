from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.engine import cache_folder
from fairlineup.engine.store import kept, models_folder, written_whole


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path / "cache"))


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("FAIRLINEUP_CACHE")
    assert cache_folder().name == "fairlineup"


def test_a_file_is_made_once_and_again_if_it_was_damaged() -> None:
    made = []

    def make() -> bytes:
        made.append(1)
        return b"content"

    path = kept("thing-c1", ".bin", make)
    assert kept("thing-c1", ".bin", make) == path
    assert len(made) == 1
    path.write_bytes(b"damaged")
    assert kept("thing-c1", ".bin", make).read_bytes() == b"content"
    assert len(made) == 2
    assert kept("thing-c2", ".bin", make) != path


def test_nothing_is_left_of_a_file_that_was_not_finished(tmp_path: Path) -> None:
    target = tmp_path / "thing"

    def interrupted() -> None:
        with written_whole(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []
    with written_whole(target) as file:
        file.write(b"whole")
    assert target.read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]


def test_the_folder_of_models_is_made() -> None:
    assert models_folder().is_dir()
