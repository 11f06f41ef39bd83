from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.records import BadInput
from fairlineup.seals import PrivateKey, PublicKey

KEY = PrivateKey.new()
# RFC 8032, 7.1, test 2: seed, message, signature
SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
SIGNED = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def pem_of(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_the_signature_is_that_of_the_standard() -> None:
    private = PrivateKey.from_pem(pem_of(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SEED))))
    assert private.sign(b"\x72").hex() == SIGNED
    assert private.public.verifies(b"\x72", bytes.fromhex(SIGNED))


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_flipped_bit_is_found(content: bytes, data: st.DataObject) -> None:
    signature = KEY.sign(content)
    assert len(signature) == 64
    assert KEY.public.verifies(content, signature)
    both = bytearray(content + signature)
    at = data.draw(st.integers(0, len(both) * 8 - 1))
    both[at // 8] ^= 1 << at % 8
    assert not KEY.public.verifies(bytes(both[: len(content)]), bytes(both[len(content) :]))


def test_another_key_did_not_sign_it() -> None:
    other = PrivateKey.new().public
    assert not other.verifies(b"text", KEY.sign(b"text"))
    assert other.fingerprint != KEY.public.fingerprint


def test_a_signature_of_another_length_is_none() -> None:
    assert not KEY.public.verifies(b"text", b"")
    assert not KEY.public.verifies(b"text", KEY.sign(b"text")[:-1])


def test_one_key_has_one_form() -> None:
    pem = KEY.public.pem
    assert PublicKey.from_pem(b"a remark\n" + pem + b"\n").pem == pem


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        public = KEY.write(tmp_path / "new" / "key")
    finally:
        os.umask(before)
    private = tmp_path / "new" / "key"
    assert public == tmp_path / "new" / "key.pub"
    assert PublicKey.read(public).pem == PrivateKey.read(private).public.pem == KEY.public.pem
    if os.name == "posix":
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert stat.S_IMODE(public.stat().st_mode) == 0o644


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_private_key_that_others_can_read_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    KEY.write(tmp_path / "key")
    PrivateKey.read(tmp_path / "key")
    assert not caplog.text
    (tmp_path / "key").chmod(0o640)
    PrivateKey.read(tmp_path / "key")
    assert f"the private key {tmp_path / 'key'} can be read by others" in caplog.text


@pytest.mark.parametrize("there", ["key", "key.pub"])
def test_no_key_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(BadInput) as caught:
        KEY.write(tmp_path / "key")
    assert caught.value.code == "file-exists"
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_what_is_no_usable_key_is_said() -> None:
    curve = generate_private_key(SECP256R1())
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    locked = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    )
    for key, words in (
        (other, "another kind"),
        (locked, "password"),
        (b"", "no private key"),
        (KEY.public.pem, "no"),
    ):
        with pytest.raises(BadInput, match=words) as caught:
            PrivateKey.from_pem(key, "mine")
        assert caught.value.code == "key-unusable"
    for key in (b"", pem_of(Ed25519PrivateKey.generate()), KEY.public.pem.replace(b"M", b"N", 1)):
        with pytest.raises(BadInput):
            PublicKey.from_pem(key)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        PrivateKey.read(tmp_path / "none")
    assert caught.value.code == "file-missing"


@pytest.mark.parametrize("name", [".", "/", "a\0b", "n" * 253])
def test_a_name_that_no_key_can_have(tmp_path: Path, name: str) -> None:
    path = tmp_path / name if len(name) > 1 else Path(name)
    with pytest.raises(BadInput) as caught:
        PrivateKey.new().write(path)
    assert caught.value.code == "file-unwritable"
    assert not [*tmp_path.iterdir()]


def test_a_file_far_larger_than_a_key_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "key").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(BadInput) as caught:
        PublicKey.read(tmp_path / "key")
    assert caught.value.code == "file-too-large"
