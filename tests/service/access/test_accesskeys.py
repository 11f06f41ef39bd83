"""Access keys: made, good for what they say, revoked, rotated with an overlap; each act on the ledger."""

from __future__ import annotations

import re

import pytest

from fairlineup.records import FairlineupError, Refused
from fairlineup.service.access import (
    AccessKeys,
    Limits,
    MadeAccessKey,
    NewAccessKey,
    check_allowed,
    rotate_seal_keys,
)
from fairlineup.service.safeguards import entries
from fairlineup.service.store import Store

from .conftest import NOON, Clock, Opened

TESTING = NewAccessKey("testing")
HOUR_S = 3600.0


@pytest.fixture
def keys(store: Store) -> AccessKeys:
    return AccessKeys(store)


def kinds(store: Store) -> list[str]:
    with store.reading() as reading:
        return [entry.kind for entry in entries(reading)]


def test_a_key_is_ours_and_its_secret_is_sealed(keys: AccessKeys, store: Store, opened: Opened) -> None:
    made = keys.make(TESTING, "command line")
    assert re.fullmatch("FLKA[A-Z2-7]{16}", made.key.id)
    assert re.fullmatch("[A-Za-z0-9]{40}", made.secret)
    assert AccessKeys(opened()).secret_of(made.key.id) == made.secret
    assert keys.good(made.key.id) == made.key == keys.listed()[0]
    assert made.secret not in repr(made)
    files = b"".join(one.read_bytes() for one in store.folder.iterdir())
    assert made.secret.encode() not in files
    assert made.key.id.encode() in files
    assert kinds(store) == ["access-key-made"]


def test_a_secret_outlives_a_rotation_of_the_seal(keys: AccessKeys, store: Store) -> None:
    made = keys.make(TESTING, "command line")
    rotate_seal_keys(store, "command line")
    assert keys.secret_of(made.key.id) == made.secret


def test_nobody_else_has_a_secret(keys: AccessKeys) -> None:
    keys.make(TESTING, "command line")
    for name in ("", "FLKA" + "A" * 16, "'; --", "FLKA\0", "x" * 5_000):
        assert keys.secret_of(name) is None
        with pytest.raises(Refused) as caught:
            keys.good(name)
        assert caught.value.code == "access-key-unusable"


def test_a_revoked_key_is_good_for_nothing_at_once_in_every_process(
    keys: AccessKeys, opened: Opened, store: Store
) -> None:
    made = keys.make(TESTING, "command line")
    server = AccessKeys(opened())
    assert server.secret_of(made.key.id)
    assert keys.revoke(made.key.id, "command line").revoked == NOON
    assert server.secret_of(made.key.id) is None
    with pytest.raises(Refused, match="revoked"):
        server.good(made.key.id)
    keys.revoke(made.key.id, "command line")
    assert kinds(store) == ["access-key-made", "access-key-revoked"]
    with pytest.raises(Refused, match="none of this id"):
        keys.revoke("FLKA", "command line")


def test_a_key_lapses(keys: AccessKeys, clock: Clock) -> None:
    made = keys.make(NewAccessKey("testing", lasts_s=HOUR_S), "command line")
    clock.now += HOUR_S - 1
    assert keys.secret_of(made.key.id) == made.secret
    clock.now += 1
    assert keys.secret_of(made.key.id) is None
    with pytest.raises(Refused, match="lapsed"):
        keys.good(made.key.id)


def test_both_keys_are_good_until_the_overlap_is_over(keys: AccessKeys, store: Store, clock: Clock) -> None:
    wanted = NewAccessKey("testing", ("ListFaces",), ("people",), Limits(5, 6, 7), 100 * HOUR_S)
    old = keys.make(wanted, "command line")
    clock.now += HOUR_S
    new = keys.rotate(old.key.id, 24 * HOUR_S, "command line")
    assert (new.key.operations, new.key.collections, new.key.limits) == (
        wanted.operations,
        wanted.collections,
        wanted.limits,
    )
    assert new.key.family == old.key.family
    assert new.key.expires == clock.now + 100 * HOUR_S
    assert keys.secret_of(old.key.id) == old.secret != new.secret == keys.secret_of(new.key.id)
    clock.now += 24 * HOUR_S
    assert (keys.secret_of(old.key.id), keys.secret_of(new.key.id)) == (None, new.secret)
    assert kinds(store) == ["access-key-made", "access-key-rotated"]


def test_an_overlap_never_makes_a_key_last_longer(keys: AccessKeys, clock: Clock) -> None:
    old = keys.make(NewAccessKey("testing", lasts_s=HOUR_S), "command line")
    keys.rotate(old.key.id, 24 * HOUR_S, "command line")
    assert keys.good(old.key.id).expires == clock.now + HOUR_S
    at_once = keys.make(TESTING, "command line")
    keys.rotate(at_once.key.id, 0.0, "command line")
    assert keys.secret_of(at_once.key.id) is None


def test_what_is_not_rotated(keys: AccessKeys, clock: Clock) -> None:
    old = keys.make(NewAccessKey("testing", lasts_s=10 * HOUR_S), "command line")
    keys.rotate(old.key.id, HOUR_S, "command line")
    lapsed = keys.make(NewAccessKey("testing", lasts_s=1.0), "command line")
    revoked = keys.make(TESTING, "command line")
    keys.revoke(revoked.key.id, "command line")
    good = keys.make(TESTING, "command line")
    clock.now += 2.0
    for name, overlap_s, said in (
        (old.key.id, HOUR_S, "replaced already"),
        (lapsed.key.id, HOUR_S, "lapsed"),
        (revoked.key.id, HOUR_S, "revoked"),
        ("FLKA", HOUR_S, "none of this id"),
        (good.key.id, -1.0, "an overlap"),
        (good.key.id, float("nan"), "an overlap"),
        (good.key.id, 1e12, "an overlap"),
    ):
        with pytest.raises(FairlineupError, match=said):
            keys.rotate(name, overlap_s, "command line")
    assert len(keys.listed()) == 5


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (NewAccessKey("dragnet"), "testing"),
        (NewAccessKey("testing", ("ListFaces", "SearchFace")), "'?SearchFace'?"),
        (NewAccessKey("testing", lasts_s=0.0), "more than none"),
        (NewAccessKey("testing", lasts_s=float("inf")), "more than none"),
        (NewAccessKey("testing", limits=Limits(0)), "one or more"),
        (NewAccessKey("testing", limits=Limits(probes_per_day=-1)), "one or more"),
    ],
)
def test_what_no_key_can_be(keys: AccessKeys, store: Store, wanted: NewAccessKey, said: str) -> None:
    with pytest.raises(FairlineupError, match=said):
        keys.make(wanted, "command line")
    assert (keys.listed(), kinds(store)) == ([], [])


def test_a_key_is_for_its_operations_and_collections_alone(keys: AccessKeys) -> None:
    def allowed(made: MadeAccessKey, operation: str, *collections: str) -> bool:
        try:
            check_allowed(made.key, operation, collections)
        except Refused as error:
            assert error.code == "access-key-scope"  # noqa: PT017 - refused or not
            return False
        return True

    all_of_it = keys.make(TESTING, "command line")
    some = keys.make(NewAccessKey("testing", ("ListFaces", "DetectFaces"), ("a", "b")), "command line")
    assert allowed(all_of_it, "DeleteFaces", "c")
    assert allowed(some, "ListFaces", "a")
    assert allowed(some, "DetectFaces")
    assert not allowed(some, "DeleteFaces", "a")
    assert not allowed(some, "ListFaces", "c")
    assert not allowed(some, "ListFaces", "a", "c")


def test_the_ledger_names_no_collection(keys: AccessKeys, store: Store) -> None:
    made = keys.make(NewAccessKey("testing", collections=("suspects-of-june",)), "command line")
    keys.rotate(made.key.id, 0.0, "command line")
    with store.reading() as reading:
        bodies = [entry.body for entry in entries(reading)]
    assert "suspects" not in str(bodies)
    assert [len(one["collections"][0]) for one in bodies] == [64, 64]
