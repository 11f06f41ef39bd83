"""Decisions are only ever added, survive a kill, and damage is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.labels import PHOTOGRAPHS, Decision, DecisionLog
from fairlineup.records import BadInput, SystemFailed

ONE = Decision("p1", "Ann", "same_person", "the ears", "2026-01-02T12:00:00+00:00")
TWO = replace(ONE, pair="p2", decision="cannot_tell")
THREE = replace(ONE, pair="p3", reason="Žofie said\nso")


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    return DecisionLog(tmp_path / "labels" / "decisions.jsonl", PHOTOGRAPHS)


def test_what_was_written_stays_byte_for_byte(log: DecisionLog) -> None:
    assert log.read() == ()
    log.add([ONE, TWO])
    before = log.path.read_bytes()
    log.add([THREE])
    assert log.path.read_bytes().startswith(before)
    assert log.read() == (ONE, TWO, THREE)


def test_a_kill_at_any_byte_loses_no_more_than_was_not_written(log: DecisionLog) -> None:
    log.add([ONE])
    first = len(log.path.read_bytes())
    log.add([TWO])
    whole = log.path.read_bytes()
    for cut in range(first, len(whole) + 1):
        log.path.write_bytes(whole[:cut])
        left = log.read()
        assert left == ((ONE, TWO) if cut >= len(whole) - 1 else (ONE,))
        log.add([THREE])
        assert log.path.read_bytes().startswith(whole[:cut])
        assert log.read() == (*left, THREE)
        log.add([TWO])
        assert log.read() == (*left, THREE, TWO)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"pair": "p1"}',
        b'{"pair": "p1", "decision": "match"}',
        b'{"pair": 1, "decision": "cannot_tell"}',
        b'{"pair": "p1", "decision": ["cannot_tell"]}',
        b'{"pair": "p1", "decision": "cannot_tell", "decision": "same_person"}',
        b'{"pair": "\\ud800", "decision": "cannot_tell"}',
        b'{"pair": "\xed\xa0\x80", "decision": "cannot_tell"}',
        b"\xff",
        b'{"cut_off":"sha256:00"}',
    ],
)
def test_any_other_line_is_damage(log: DecisionLog, line: bytes) -> None:
    log.add([ONE])
    log.path.write_bytes(log.path.read_bytes() + line + b"\n")
    with pytest.raises(BadInput) as caught:
        log.read()
    assert caught.value.code == "file-malformed"
    assert caught.value.facts["line"] == "2"
    before = log.path.read_bytes()
    with pytest.raises(BadInput):
        log.add([TWO])
    assert log.path.read_bytes() == before


def test_a_flipped_bit_a_line_taken_out_or_moved_is_found(log: DecisionLog) -> None:
    log.add([ONE, TWO])
    log.add([THREE])
    whole = log.path.read_bytes()
    first, second, third = whole.splitlines(keepends=True)
    flips = (bytearray(whole) for _ in whole)
    for place, flipped in enumerate(flips):
        flipped[place] ^= 1 << place % 8
        log.path.write_bytes(flipped)
        with pytest.raises(BadInput):
            log.read()
    for edited in (first + third, second + third, second + first + third, first + second + third + first):
        log.path.write_bytes(edited)
        with pytest.raises(BadInput):
            log.read()


def test_a_full_disk_is_named(log: DecisionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.add([ONE])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SystemFailed, match="No space left"):
        log.add([TWO])
