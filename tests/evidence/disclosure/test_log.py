from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fairlineup.evidence.disclosure import FILE, Act, read_acts, record
from fairlineup.records import BadInput

TODAY = date(2026, 6, 1)
TOLD = Act("told", date(2026, 5, 1), "Vendor", None, "by post")


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    record(tmp_path, TOLD, TODAY)
    record(tmp_path, Act("answered", date(2026, 5, 3)), TODAY)
    record(tmp_path, Act("public", date(2026, 7, 3)), TODAY)
    return tmp_path


def test_what_was_recorded_is_read_back(recorded: Path) -> None:
    acts = read_acts(recorded)
    assert [(a.kind, a.on, a.who, a.note) for a in acts] == [
        ("told", TOLD.on, "Vendor", "by post"),
        ("answered", date(2026, 5, 3), "Vendor", ""),
        ("public", date(2026, 7, 3), "", ""),
    ]
    assert all(act.at for act in acts)
    assert read_acts(recorded / "elsewhere") == ()


def test_lines_are_only_added(recorded: Path) -> None:
    before = (recorded / FILE).read_bytes()
    record(recorded, Act("public", date(2026, 8, 3)), TODAY)
    assert (recorded / FILE).read_bytes().startswith(before)
    with pytest.raises(BadInput):
        record(recorded, Act("answered", date(2027, 1, 1)), TODAY)
    assert len(read_acts(recorded)) == 4


def test_a_line_taken_out_changed_or_cut_is_found(recorded: Path) -> None:
    whole = (recorded / FILE).read_bytes()
    lines = whole.splitlines(keepends=True)
    changed = lines[0].replace(b"2026-05-01", b"2026-04-01")
    for content in (
        b"".join(lines[1:]),
        lines[0] + lines[2],
        changed + lines[1] + lines[2],
        lines[1] + lines[0] + lines[2],
        whole[:-1],
        whole[:-20],
        whole.replace(b"answered", b"assented"),
    ):
        (recorded / FILE).write_bytes(content)
        with pytest.raises(BadInput, match="no line of it changed"):
            read_acts(recorded)
        with pytest.raises(BadInput):
            record(recorded, Act("public", TODAY), TODAY)
        assert (recorded / FILE).read_bytes() == content


def test_each_line_is_plain_json(recorded: Path) -> None:
    rows = [json.loads(line) for line in (recorded / FILE).read_text().splitlines()]
    assert [row["act"] for row in rows] == ["told", "answered", "public"]
    assert rows[0]["before"] == ""
    assert rows[1]["before"].startswith("sha256:")
