"""Keys of scopes open with their master key, in their store and scope."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairlineup.records import Refused, SystemFailed
from fairlineup.service.sealing import KeyFile, Keyring, MasterKey, WrappedKey

from .conftest import NOW


def test_a_key_of_another_scope_store_or_master_does_not_unlock(
    keyring: Keyring, key_file: KeyFile, tmp_path: Path
) -> None:
    key = keyring.make("collection/7")
    other_store = KeyFile.make(tmp_path / "other.json", "store-2", key_file.masters)
    stranger = KeyFile.make(tmp_path / "stranger.json", "store-1", [MasterKey.new(NOW)])
    wrong = (
        (keyring, dataclasses.replace(key, scope="collection/8"), "changed, or moved"),
        (keyring, dataclasses.replace(key, id=bytes(8)), "changed, or moved"),
        (keyring, dataclasses.replace(key, wrapped=b"short"), "changed, or moved"),
        (Keyring(other_store), key, "changed, or moved"),
        (Keyring(stranger), key, "does not hold"),
    )
    for ring, one, said in wrong:
        with pytest.raises(SystemFailed, match=said) as caught:
            ring.unlock([one])
        assert caught.value.code == "seal-broken"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_a_wrapped_key_is_refused(keyring: Keyring, data: st.DataObject) -> None:
    key = keyring.make("store")
    wrapped = bytearray(key.wrapped)
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SystemFailed, match="does not open"):
        keyring.unlock([WrappedKey(key.id, key.scope, key.master, bytes(wrapped))])


def test_a_running_ring_takes_up_a_master_key_that_another_process_made(
    keyring: Keyring, key_file: KeyFile
) -> None:
    first = keyring.make("store")
    other = Keyring(key_file.with_new(NOW))
    second = other.renew(other.unlock([first]))
    assert second.master != first.master
    sealer = keyring.unlock([first, second])
    assert sealer.newest == second.id
    assert keyring.make("collection/1").master == second.master


def test_keys_of_two_scopes_make_no_sealer(keyring: Keyring) -> None:
    for keys in ([], [keyring.make("a"), keyring.make("b")]):
        with pytest.raises(ValueError, match="one scope"):
            keyring.unlock(keys)


def test_a_ring_whose_file_went_says_what_is_lost(keyring: Keyring, key_file: KeyFile) -> None:
    other = Keyring(key_file.with_new(NOW))
    key = other.make("store")
    key_file.path.unlink()
    with pytest.raises(Refused, match="no template"):
        keyring.unlock([key])
