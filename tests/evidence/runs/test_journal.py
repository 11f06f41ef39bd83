from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.evidence.runs import EventLog, Journal, Row
from fairlineup.records import BadInput


def _rows(*names: str) -> list[Row]:
    return [{"photo": name, "outcome": "ok"} for name in names]


def test_parts_are_read_in_order_stage_by_stage(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    assert journal.parts("one") == 0
    assert list(journal.read("one")) == []
    for number in range(12):
        journal.write("one", number, _rows(f"{number}-a", f"{number}-ä"))
    journal.write("one-b", 0, _rows("other"))
    assert journal.parts("one") == 12
    assert [row["photo"] for row in journal.read("one")] == [f"{n}-{x}" for n in range(12) for x in "aä"]
    assert list(journal.read("one-b")) == _rows("other")


def test_parts_after_a_gap_do_not_count(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in (0, 1, 3, 4):
        journal.write("s", number, _rows(str(number)))
    assert journal.parts("s") == 2
    assert [row["photo"] for row in journal.read("s")] == ["0", "1"]


def test_a_left_over_partial_is_no_part(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("s", 0, _rows("a"))
    (tmp_path / ".s-000001.jsonl.123.partial").write_bytes(b'{"photo": "b", "outc')
    assert list(journal.read("s")) == _rows("a")
    journal.discard()
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"photo":"a"}\n{"pho', b"\xff\xfe", b"7\n", b"[]\n", b'{"outcome":"ok"}\n']
)
def test_damage_is_named_with_the_part_and_the_remedy(tmp_path: Path, content: bytes) -> None:
    journal = Journal(tmp_path)
    journal.write("s", 0, _rows("a"))
    (tmp_path / "s-000000.jsonl").write_bytes(content)
    with pytest.raises(BadInput, match=r"s-000000\.jsonl cannot be read.*delete that part and later ones"):
        list(journal.read("s"))


def test_discarded_journal_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.discard()
    journal.write("s", 0, _rows("a"))
    journal.discard()
    assert not (tmp_path / "journal").exists()


def test_events_are_a_line_each(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.add("begun", stage="s")
    log.add("ended")
    lines = log.path.read_text().splitlines()
    assert [('"begun"' in line, '"stage":"s"' in line) for line in lines] == [(True, True), (False, False)]
    with pytest.raises(BadInput):
        EventLog(tmp_path / "events.jsonl" / "x").add("begun")
