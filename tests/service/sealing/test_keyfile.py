"""The key file: made once, for its owner alone, outside the data directory, and refused where it is not."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairlineup.files import settings_folder
from fairlineup.records import BadInput, FairlineupError, Refused
from fairlineup.service.sealing import KeyFile, Keyring, MasterKey
from fairlineup.service.sealing.place import VARIABLE

from .conftest import NOW

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


def opened(data: Path, *, new: bool, named: Path | None = None, asked: bool = False) -> KeyFile:
    environ = {VARIABLE: str(named)} if named else {}
    return KeyFile.open(data, "store-1", new=new, now=NOW, asked=asked, environ=environ)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(tmp_path / "config"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@posix
def test_a_first_start_makes_it_for_its_owner_alone(data: Path) -> None:
    old = os.umask(0)
    try:
        file = opened(data, new=True)
    finally:
        os.umask(old)
    assert file.path == settings_folder() / "keys" / "store-1.json"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    again = opened(data, new=False)
    assert (file.made, again.made) == (True, False)
    assert again.masters == file.masters
    assert list(file.path.parent.iterdir()) == [file.path]


def test_a_store_without_its_key_is_refused_and_told_what_is_lost(data: Path) -> None:
    with pytest.raises(Refused) as caught:
        opened(data, new=False)
    assert caught.value.code == "seal-key-missing"
    assert "export" in caught.value.remedy
    assert "no template, photograph or access key" in caught.value.got


def test_a_named_key_is_made_only_where_it_is_asked_for(data: Path, tmp_path: Path) -> None:
    named = tmp_path / "mounted" / "seal.json"
    with pytest.raises(Refused, match="which the environment names"):
        opened(data, new=True, named=named)
    assert not named.parent.exists()
    made = opened(data, new=True, named=named, asked=True)
    assert made.path == named
    assert opened(data, new=False, named=named).masters == made.masters


def test_no_key_lies_in_the_data_directory(data: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(data)
    for place in (
        data / "seal.json",
        tmp_path / "link" / "seal.json",
        data / ".." / "data" / "k" / "seal.json",
    ):
        with pytest.raises(BadInput, match="outside the data directory"):
            opened(data, new=True, named=place, asked=True)
    outside = opened(data, new=True, asked=True)
    (tmp_path / "seal.json").symlink_to(data / "copy.json")
    (data / "copy.json").write_bytes(outside.path.read_bytes())
    with pytest.raises(BadInput, match="outside the data directory"):
        opened(data, new=False, named=tmp_path / "seal.json")


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_file_that_others_can_read_is_refused(data: Path, mode: int) -> None:
    file = opened(data, new=True)
    file.path.chmod(mode)
    with pytest.raises(BadInput, match="chmod 600") as caught:
        opened(data, new=False)
    assert caught.value.code == "seal-key-unusable"
    file.path.chmod(0o400)
    assert opened(data, new=False).masters == file.masters


@posix
def test_a_folder_in_which_others_can_write_is_refused(data: Path) -> None:
    file = opened(data, new=True)
    file.path.parent.chmod(0o777)
    with pytest.raises(BadInput, match="others can replace it"):
        opened(data, new=False)


@posix
def test_a_secret_that_root_mounts_for_a_group_is_taken(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened(data, new=True)
    if file.path.stat().st_uid != 0:
        pytest.skip("needs a file of root's")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    file.path.chmod(0o440)
    assert opened(data, new=False).masters == file.masters
    file.path.chmod(0o444)
    with pytest.raises(BadInput, match="others can read it"):
        opened(data, new=False)


def test_a_file_is_never_written_over(data: Path) -> None:
    file = opened(data, new=True)
    before = file.path.read_bytes()
    with pytest.raises(BadInput, match="would be lost"):
        KeyFile.make(file.path, "store-1", [MasterKey.new(NOW)])
    assert file.path.read_bytes() == before


def _with(change: Callable[[dict[str, object]], object], file: KeyFile) -> None:
    content = json.loads(file.path.read_bytes())
    change(content)
    file.path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(store="store-2"), "those of store-2"),
        (lambda c: c.update(format="another"), "'another' of version 1"),
        (lambda c: c.update(version=2), "of version 2"),
        (lambda c: c.update(keys=[]), "keys"),
        (lambda c: c.update(more=1), "'more' too"),
        (lambda c: c.pop("keys"), "'keys'"),
        (lambda c: c["keys"][0].update(id="0" * 16), "one that was changed at .keys"),
        (lambda c: c["keys"][0].update(key="AAAA"), "one that was changed at .keys"),
        (lambda c: c["keys"][0].update(created="then"), "another text at .keys"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_by_name(
    data: Path, change: Callable[[dict[str, object]], object], said: str
) -> None:
    file = opened(data, new=True)
    _with(change, file)
    with pytest.raises(BadInput) as caught:
        opened(data, new=False)
    assert caught.value.code == "seal-key-unusable"
    assert said in str(caught.value)
    assert file.newest.key.hex() not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\0" * 50, b"[" * 5_000, b'{"format": 1}', b" " * 70_000])
def test_what_is_no_key_file_is_refused(data: Path, content: bytes) -> None:
    opened(data, new=True).path.write_bytes(content)
    with pytest.raises(BadInput):
        opened(data, new=False)


def test_a_pipe_or_folder_in_its_place_is_refused_and_not_waited_for(data: Path) -> None:
    path = opened(data, new=True).path
    path.unlink()
    path.mkdir()
    with pytest.raises(BadInput, match="cannot be read"):
        opened(data, new=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), other=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_changes_no_key(key_file: KeyFile, place: float, other: int) -> None:
    whole = key_file.written()
    changed = bytearray(whole)
    changed[int(place * len(whole))] = other
    key_file.path.write_bytes(bytes(changed))
    try:
        found = KeyFile.read(key_file.path, "store-1")
    except FairlineupError as error:
        assert error.code == "seal-key-unusable"  # noqa: PT017 - refused or the same
    else:
        assert [one.key for one in found.masters] == [one.key for one in key_file.masters]


def test_keys_are_added_and_removed_but_the_newest_stays(key_file: KeyFile) -> None:
    grown = key_file.with_new(NOW)
    assert grown.masters[:-1] == key_file.masters
    assert Keyring(grown).make("store").master == grown.newest.id
    left = grown.without([key_file.newest.id])
    assert KeyFile.read(key_file.path, "store-1").masters == left.masters == (grown.newest,)
    with pytest.raises(ValueError, match="keeps its newest"):
        left.without([left.newest.id])


def test_a_user_without_a_home_is_told_to_name_a_place(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr("fairlineup.service.sealing.place.settings_folder", homeless)
    with pytest.raises(BadInput, match=VARIABLE):
        opened(data, new=True)
