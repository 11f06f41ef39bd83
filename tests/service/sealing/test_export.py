"""An export brings the keys back on another machine, with its passphrase and whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairlineup.records import BadInput, FairlineupError
from fairlineup.seals import canonical_json, digest
from fairlineup.service.sealing import KeyFile, Keyring, context_of, export_keys, open_export
from fairlineup.service.sealing.export import COST, DEAREST

from .conftest import NOW

WORDS = "five quite random Wörter here"
CHEAP = 16


def test_a_restored_key_opens_what_was_sealed(key_file: KeyFile, tmp_path: Path) -> None:
    grown = key_file.with_new(NOW)
    ring = Keyring(grown)
    key = ring.make("collection/7")
    blob = ring.unlock([key]).seal(b"template", context_of("template", 7, 1))
    content = export_keys(grown, WORDS, NOW)
    key_file.path.unlink()

    found = open_export(content, "five quite random Wo\u0308rter here")
    there = KeyFile.make(tmp_path / "other" / "seal.json", found.store, found.masters)
    sealer = Keyring(there).unlock([key])
    assert sealer.open_sealed(blob, context_of("template", 7, 1)) == b"template"
    assert found.masters == grown.masters
    assert json.loads(content)["scrypt_n"] == COST == 131_072


def test_an_export_is_plain_text_without_a_key_in_it(key_file: KeyFile) -> None:
    content = export_keys(key_file, WORDS, NOW, cost=CHEAP)
    assert content.decode("ascii").isprintable() or "\n" in content.decode("ascii")
    written = json.loads(key_file.written())["keys"][0]["key"]
    assert written not in content.decode()
    assert content != export_keys(key_file, WORDS, NOW, cost=CHEAP)


@pytest.mark.parametrize("passphrase", ["", "five quite random wörter here", WORDS + " "])
def test_a_wrong_passphrase_is_named(key_file: KeyFile, passphrase: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_export(export_keys(key_file, WORDS, NOW, cost=CHEAP), passphrase)
    assert caught.value.code == "passphrase-wrong"


def test_a_short_passphrase_wraps_nothing(key_file: KeyFile) -> None:
    with pytest.raises(BadInput, match="12 characters"):
        export_keys(key_file, "short", NOW, cost=CHEAP)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), other=st.integers(1, 255))
def test_any_changed_byte_is_refused(key_file: KeyFile, place: float, other: int) -> None:
    """But for a space that becomes another space between two values, which changes nothing."""
    content = bytearray(export_keys(key_file, WORDS, NOW, cost=CHEAP))
    at = int(place * len(content))
    was = content[at]
    content[at] ^= other
    if {was, content[at]} <= set(b" \t\r\n"):
        return
    with pytest.raises(BadInput) as caught:
        open_export(bytes(content), WORDS)
    assert caught.value.code == "seal-export-unusable"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(
        st.sampled_from(
            ["store", "made", "salt", "nonce", "sealed", "format", "scrypt_n", "version", "keys"]
        ),
        st.sampled_from(["x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", 1, 3, 32, [], DEAREST * 2, None]),
        min_size=1,
    )
)
def test_what_somebody_wrote_anew_is_refused_though_its_digest_fits(
    key_file: KeyFile, changes: dict[str, object]
) -> None:
    content = json.loads(export_keys(key_file, WORDS, NOW, cost=CHEAP))
    changed = {**content, **changes}
    if changed == content:
        return
    changed.pop("digest")
    forged = json.dumps({**changed, "digest": digest(canonical_json(changed))}).encode()
    with pytest.raises(FairlineupError) as caught:
        open_export(forged, WORDS)
    assert caught.value.code in {"seal-export-unusable", "passphrase-wrong"}


def test_an_export_that_asks_for_too_much_memory_is_refused(key_file: KeyFile) -> None:
    content = json.loads(export_keys(key_file, WORDS, NOW, cost=CHEAP))
    for cost in (DEAREST * 2, 3, 0, -1):
        with pytest.raises(BadInput, match="cannot be used"):
            open_export(json.dumps({**content, "scrypt_n": cost}).encode(), WORDS)
