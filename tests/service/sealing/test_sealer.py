"""What is sealed opens in its place, with its key, and nowhere else."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairlineup.records import SystemFailed
from fairlineup.service.sealing import OVERHEAD_BYTES, Keyring, Sealer, context_of, key_id_of

HERE = context_of("template", 7, 1)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared
@given(content=st.binary(max_size=600), context=st.binary(max_size=40))
def test_what_is_sealed_opens(sealer: Sealer, content: bytes, context: bytes) -> None:
    blob = sealer.seal(content, context)
    assert sealer.open_sealed(blob, context) == content
    assert len(blob) == len(content) + OVERHEAD_BYTES
    assert key_id_of(blob) == sealer.newest
    assert blob != sealer.seal(content, context)


@shared
@given(data=st.data(), content=st.binary(max_size=40))
def test_any_changed_byte_is_refused(sealer: Sealer, data: st.DataObject, content: bytes) -> None:
    blob = bytearray(sealer.seal(content, HERE))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SystemFailed) as caught:
        sealer.open_sealed(bytes(blob), HERE)
    assert caught.value.code == "seal-broken"


@shared
@given(data=st.data())
def test_a_cut_or_longer_blob_is_refused(sealer: Sealer, data: st.DataObject) -> None:
    blob = sealer.seal(b"template", HERE)
    other = data.draw(st.sampled_from([blob + b"\0", *(blob[:end] for end in range(len(blob)))]))
    with pytest.raises(SystemFailed, match="does not open"):
        sealer.open_sealed(other, HERE)


def test_a_blob_moved_elsewhere_does_not_open(sealer: Sealer, keyring: Keyring) -> None:
    blob = sealer.seal(b"template", HERE)
    others = (
        context_of("template", 7, 2),
        context_of("template", 8, 1),
        context_of("photograph", 7, 1),
        b"",
        context_of("template", 71),
    )
    for context in others:
        with pytest.raises(SystemFailed, match="moved"):
            sealer.open_sealed(blob, context)
    another = keyring.unlock([keyring.make("collection/8")])
    with pytest.raises(SystemFailed, match="which is not here"):
        another.open_sealed(blob, HERE)
    assert (sealer.knows(blob), another.knows(blob)) == (True, False)


@given(
    st.lists(st.text(max_size=5) | st.binary(max_size=5) | st.integers(), max_size=4).map(tuple), st.data()
)
def test_contexts_of_two_places_are_never_the_same(
    parts: tuple[str | bytes | int, ...], data: st.DataObject
) -> None:
    others = data.draw(st.lists(st.text(max_size=5) | st.binary(max_size=5) | st.integers(), max_size=4))
    assert (context_of("kind", *parts) == context_of("kind", *others)) == (parts == tuple(others))
    assert context_of("a", "bc") != context_of("ab", "c")
    assert context_of("a", 1) != context_of("a", "1") != context_of("a", b"1")


def test_a_renewed_scope_opens_the_old_and_hashes_alike(keyring: Keyring) -> None:
    first = keyring.make("collection/7")
    old = keyring.unlock([first])
    blob = old.seal(b"template", HERE)
    new = keyring.unlock([first, keyring.renew(old)])
    assert new.open_sealed(blob, HERE) == b"template"
    assert key_id_of(new.seal(b"template", HERE)) == new.newest != old.newest
    assert new.keyed_hash(b"photo", "photograph") == old.keyed_hash(b"photo", "photograph")


def test_hashes_differ_by_scope_purpose_and_content(sealer: Sealer, keyring: Keyring) -> None:
    another = keyring.unlock([keyring.make("collection/8")])
    hashes = {
        sealer.keyed_hash(b"photo", "photograph"),
        sealer.keyed_hash(b"photo", "body"),
        sealer.keyed_hash(b"other", "photograph"),
        another.keyed_hash(b"photo", "photograph"),
    }
    assert {len(one) for one in hashes} == {32}
    assert len(hashes) == 4


def test_no_key_stands_in_a_repr(sealer: Sealer, keyring: Keyring) -> None:
    wrapped = keyring.make("collection/7")
    shown = repr((sealer, wrapped, keyring.file, sealer._keys))
    for secret in (wrapped.wrapped, keyring.file.newest.key, sealer._keys[0].key, sealer.root):
        assert repr(secret)[2:-1] not in shown


def test_threads_share_a_sealer(sealer: Sealer) -> None:
    def work(number: int) -> bool:
        contexts = [context_of("template", number, row) for row in range(50)]
        blobs = [sealer.seal(context * 2, context) for context in contexts]
        return sealer.open_all(zip(blobs, contexts, strict=True)) == [one * 2 for one in contexts]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(40)))


def test_a_gallery_opens_in_a_moment(sealer: Sealer) -> None:
    """25,000 take about 50 ms of CPU; the bound here is forty times that, per template."""
    contexts = [context_of("template", 7, row) for row in range(2_000)]
    sealed = [(sealer.seal(bytes(512), context), context) for context in contexts]
    before = time.process_time()
    sealer.open_all(sealed)
    assert time.process_time() - before < 2_000 * 80e-6
