"""Rotation, export and restore of the keys that a data directory is sealed with."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fairlineup.records import BadInput, FairlineupError, Refused, SystemFailed
from fairlineup.service.access import export_seal_keys, restore_seal_keys, rotate_seal_keys, sealkeys
from fairlineup.service.safeguards import entries
from fairlineup.service.sealing import KeyFile, Keyring
from fairlineup.service.store import SEALED, Store, begin_rotation, drop_old_keys, export_state, store_id

from .conftest import NOON, Clock, Opened, add_face, filled, template_of, templates

WORDS = "five quite random words here"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealkeys, "PAUSE_S", 0.0)
    monkeypatch.setattr("fairlineup.service.sealing.export.COST", 16)


def _masters(store: Store) -> set[str]:
    with store.reading() as reading:
        return {row[0] for row in reading.execute("SELECT master FROM seal_key")}


def _expected(store: Store) -> dict[int, bytes]:
    with store.reading() as reading:
        return {row[0]: template_of(row[0]) for row in reading.execute("SELECT id FROM face")}


def test_after_a_rotation_nothing_needs_the_old_key(store: Store, opened: Opened) -> None:
    filled(store)
    old = store.keyring.file
    with store.reading() as reading:
        hashed = store.sealer(reading, "collection/1").keyed_hash(b"photo", "photograph")
    done = rotate_seal_keys(store, "command line")
    assert (done.resumed, done.resealed, done.removed) == (False, 20, (old.newest.id,))
    assert _masters(store) == {done.master}
    again = opened()
    assert [one.id for one in again.keyring.file.masters] == [done.master]
    assert templates(again) == _expected(store)
    with again.reading() as reading:
        assert again.sealer(reading, "collection/1").keyed_hash(b"photo", "photograph") == hashed
        kinds = [entry.kind for entry in entries(reading)]
        assert reading.execute("SELECT count(*) FROM seal_key").fetchone()[0] == 3
    assert kinds == ["seal-rotation-begun", "seal-rotation-done"]


@pytest.mark.parametrize("step", ["reseal_some", "drop_old_keys", "end_rotation"])
@pytest.mark.parametrize("times", [0, 1])
def test_a_rotation_that_stopped_goes_on(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    filled(store, faces=60, collections=1)
    real, calls = getattr(sealkeys, step), []

    def stops(*given: object) -> object:
        calls.append(1)
        if len(calls) > times:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(sealkeys, step, stops)
        try:
            rotate_seal_keys(store, "command line")
        except KeyboardInterrupt:
            assert templates(opened()) == _expected(store)
    other = opened()
    done = rotate_seal_keys(other, "command line")
    assert [one.id for one in other.keyring.file.masters] == [done.master]
    assert templates(other) == templates(store) == _expected(store)


def test_a_key_file_that_grew_before_the_store_did_is_trimmed(store: Store) -> None:
    filled(store, faces=1)
    with pytest.raises(ZeroDivisionError), store.writing() as work:
        assert begin_rotation(store, work) / 0
    assert len(store.keyring.file.masters) == 2
    done = rotate_seal_keys(store, "command line")
    assert not done.resumed
    assert [one.id for one in store.keyring.file.masters] == [done.master]


def test_what_others_do_meanwhile_is_sealed_with_the_new_key(store: Store, opened: Opened) -> None:
    """A process that opened the data directory before makes a collection and a face with the new key."""
    filled(store, faces=1)
    server = opened()
    templates(server)
    with store.writing() as work:
        begin_rotation(store, work)
    filled(server, faces=0, collections=0)
    with server.writing() as work:
        server.new_scope(work, "collection/99")
        add_face(server, work, 1, "new")
    done = rotate_seal_keys(store, "command line")
    assert done.resumed
    assert _masters(server) == {done.master}
    assert templates(server) == templates(opened()) == _expected(store)


def test_the_store_refuses_to_drop_a_key_that_seals_something(store: Store) -> None:
    filled(store, faces=1)
    with store.writing() as work:
        begin_rotation(store, work)
    with pytest.raises(SystemFailed, match="FOREIGN KEY"), store.writing() as work:
        drop_old_keys(work)
    assert templates(store) == _expected(store)


def test_a_blob_that_is_broken_stops_it_and_is_named(store: Store) -> None:
    filled(store, faces=3, collections=1)
    with store.writing() as work:
        work.execute(
            "UPDATE template SET sealed = CAST(substr(sealed, 1, 40) || x'00000000' AS BLOB) WHERE face = 2"
        )
    with pytest.raises(SystemFailed) as caught:
        rotate_seal_keys(store, "command line")
    assert caught.value.code == "seal-broken"
    assert caught.value.__notes__ == ["it stands in the table template, in row 2"]
    assert len(store.keyring.file.masters) == 2
    with store.writing() as work:
        work.execute("DELETE FROM face WHERE id = 2")
    assert rotate_seal_keys(store, "command line").resumed


def test_every_sealed_column_is_sealed_again(store: Store) -> None:
    """A new table with sealed blobs must stand in SEALED, else a rotation would end without it."""
    with store.reading() as reading:
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%sealed%BLOB%'"
        assert {row[0] for row in reading.execute(sql)} == {one.table for one in SEALED}
        for one in SEALED:
            found = reading.execute(f"PRAGMA foreign_key_list({one.table})").fetchall()
            assert ("sealed_by", "seal_key") in {(row["from"], row["table"]) for row in found}


def test_two_rotations_at_once_lose_nothing(store: Store, opened: Opened) -> None:
    filled(store, faces=80, collections=2)
    stores, errors = [store, opened(), opened()], []

    def work(one: Store) -> None:
        try:
            for _ in range(3):
                rotate_seal_keys(one, "command line")
        except FairlineupError as error:  # pragma: no cover - what must not be
            errors.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in stores]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    last = opened()
    assert templates(last) == _expected(last)
    assert _masters(last) <= {one.id for one in last.keyring.file.masters}


def test_a_rotation_that_begins_before_another_ends_goes_on(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store)
    other = opened()
    pauses: list[None] = []

    def pause(_: float) -> None:
        pauses.append(None)
        if len(pauses) == 2:  # the first rotation has sealed all again, and not ended
            rotate_seal_keys(other, "command line")
            with other.writing() as work:
                assert begin_rotation(other, work)

    monkeypatch.setattr("fairlineup.service.access.sealkeys.time.sleep", pause)
    rotate_seal_keys(store, "command line")
    assert rotate_seal_keys(store, "command line").resumed
    assert templates(store) == _expected(store)


KILLED = """
import sys, time
from pathlib import Path
from fairlineup.service.access import rotate_seal_keys, sealkeys
from fairlineup.service.store import Store, resealing
sealkeys.reseal_some = lambda store, work: resealing.reseal_some(store, work, 3)
sealkeys.PAUSE_S = 0.001
store = Store(Path(sys.argv[1]))
print("on", flush=True)
while True:
    rotate_seal_keys(store, "command line")
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_rotation_that_is_killed_loses_nothing(store: Store, opened: Opened) -> None:
    filled(store, faces=20)
    for wait_ms in (5, 30, 80):
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(store.folder)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        threading.Event().wait(wait_ms / 1000)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert templates(opened()) == _expected(store)
    done = rotate_seal_keys(opened(), "command line")
    assert [one.id for one in opened().keyring.file.masters] == [done.master]


def test_an_export_brings_the_data_directory_back_on_another_machine(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store)
    export = tmp_path / "keys.json"
    export_seal_keys(store, export, WORDS, "command line")
    expected = _expected(store)
    store.close()
    there = tmp_path / "there"
    shutil.copytree(store.folder, there / "data")
    (there / "data").chmod(0o700)
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(there / "config"))
    with pytest.raises(Refused, match="no template") as caught:
        Store(there / "data")
    assert caught.value.code == "seal-key-missing"
    done = restore_seal_keys(there / "data", export.read_bytes(), WORDS)
    assert done.path.is_relative_to(there / "config")
    assert done.added == 1
    other = Store(there / "data")
    assert templates(other) == expected
    other.close()


def test_an_older_export_is_added_to_a_newer_file(store: Store, tmp_path: Path) -> None:
    """So that a backup from before a rotation opens again."""
    filled(store)
    export_seal_keys(store, tmp_path / "old.json", WORDS, "command line")
    with sqlite3.connect(tmp_path / "backup.sqlite") as backup, store.reading() as reading:
        reading.backup(backup)
    backup.close()
    rotate_seal_keys(store, "command line")
    newest = store.keyring.file.newest.id
    store.close()
    for left in store.folder.iterdir():
        left.unlink()
    shutil.copy(tmp_path / "backup.sqlite", store.path)
    with pytest.raises(SystemFailed, match="does not hold"):
        templates(Store(store.folder))
    assert restore_seal_keys(store.folder, (tmp_path / "old.json").read_bytes(), WORDS).added == 1
    back = Store(store.folder)
    assert templates(back) == _expected(back)
    assert back.keyring.file.newest.id == newest
    assert restore_seal_keys(store.folder, (tmp_path / "old.json").read_bytes(), WORDS).added == 0
    with back.writing() as work:
        back.new_scope(work, "collection/9")
    assert newest not in _masters(back)


def test_an_export_of_another_data_directory_is_refused(store: Store, tmp_path: Path, clock: Clock) -> None:
    other = Store(tmp_path / "other", make=True, clock=clock)
    export_seal_keys(other, tmp_path / "keys.json", WORDS, "command line")
    before = store.keyring.file.path.read_bytes()
    with pytest.raises(BadInput, match=f"one of the store {other.id}"):
        restore_seal_keys(store.folder, (tmp_path / "keys.json").read_bytes(), WORDS)
    assert store.keyring.file.path.read_bytes() == before
    other.close()


def test_whether_an_export_covers_what_is_sealed(store: Store, tmp_path: Path) -> None:
    def state() -> tuple[float | None, bool]:
        with store.reading() as reading:
            found = export_state(reading)
        return found.at, found.covers

    assert state() == (None, False)
    export_seal_keys(store, tmp_path / "a.json", WORDS, "command line")
    assert state() == (NOON, True)
    with store.writing() as work:
        begin_rotation(store, work)
    assert state() == (NOON, False)
    export_seal_keys(store, tmp_path / "b.json", WORDS, "command line")
    assert state() == (NOON, True)
    rotate_seal_keys(store, "command line")
    assert state() == (NOON, True)
    rotate_seal_keys(store, "command line")
    assert state() == (NOON, False)


def test_an_export_overwrites_nothing_and_lies_elsewhere(store: Store, tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("mine")
    for place, code in (
        (tmp_path / "there.json", "file-exists"),
        (store.folder / "keys.json", "file-unwritable"),
    ):
        with pytest.raises(BadInput) as caught:
            export_seal_keys(store, place, WORDS, "command line")
        assert caught.value.code == code
    assert (tmp_path / "there.json").read_text() == "mine"
    with store.reading() as reading:
        assert export_state(reading).at is None


def test_the_id_of_a_store_needs_no_key(store: Store) -> None:
    store.keyring.file.path.unlink()
    assert store_id(store.folder) == store.id
    with pytest.raises(BadInput, match="a store"):
        store_id(store.folder.parent)


def test_keys_come_back_into_a_ring_that_runs(store: Store) -> None:
    """Two rings of one file: one rotates, the other goes on with what it had and takes up the new."""
    filled(store, faces=1)
    ring = Keyring(KeyFile.read(store.keyring.file.path, store.id))
    rotate_seal_keys(store, "command line")
    with store.reading() as reading:
        assert store.sealer(reading).scope == "store"
    assert ring.make("x", store.keyring.file.newest.id).master == store.keyring.file.newest.id
