"""Words from outside at the terminal's edge: they end no line, paint nothing and are no markup."""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

import fairlineup.cli
from fairlineup.cli.console import notice, say, show_json, show_table, watching
from fairlineup.cli.streams import forgiving

FOREIGN = "\x1b[2J[red]a[/red]\r\n\x9b31m[link=https://example.org]b[/link]\u202e\u2028c"
SEEN = r"\x1b[2J[red]a[/red]\r\n\x9b31m[link=https://example.org]b[/link]\u202e\u2028c"


class Terminal(io.StringIO):
    """A terminal of 200 columns."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """What is put out goes to a terminal, as a command puts it out."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    made = Terminal()
    with redirect_stdout(made), redirect_stderr(made), forgiving():
        yield made


def test_a_line_stays_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"found {FOREIGN}", "next")
    notice(f"warning: {FOREIGN}")
    out, err = capsys.readouterr()
    assert out == f"found {SEEN}\nnext\n"
    assert err == f"warning: {SEEN}\n"


def test_json_escapes_in_its_own_way(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"name": FOREIGN, "other": "Zoë"})
    out, _ = capsys.readouterr()
    assert json.loads(out) == {"name": FOREIGN, "other": "Zoë"}
    assert out.replace("\n", "").isprintable()
    assert "Zoë" in out


def test_a_table_shows_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as made:
        show_table(("who", "note"), [("Vendor", FOREIGN)])
    shown = made.getvalue()
    assert SEEN in shown.replace("\n", "")
    assert "\x1b]8" not in shown
    assert "\x1b[2J" not in shown


def test_bars_are_drawn_and_their_notes_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as made, watching(quiet=False) as watch:
        for done in (1, 2):
            watch.note(f"{FOREIGN}{done}")
            watch("enrol-absent", done, 2)
    shown = made.getvalue()
    assert "\x1b[" in shown  # the bars' own colors
    assert r"\x1b[?25l" not in shown
    assert "\x1b[2J" not in shown
    assert "[red]a[/red]" in shown
    assert "\x1b]8" not in shown


def test_what_a_library_writes_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as made:
        sys.stderr.write(f"a warning {FOREIGN}\n")
        sys.stdout.write("two\nlines \x1b[31m\n")
    assert "\x1b" not in made.getvalue()
    assert "two\nlines" in made.getvalue()


PAST = {
    "console.py": {"echo", "Console", "print"},
    "help.py": {"echo", "echo_via_pager"},  # our own pages
    "audit.py": {"echo"},  # a plan, whose bytes are for a file
    "entrance.py": {"print"},  # before the rest is imported
}


def test_commands_speak_through_the_console_alone() -> None:
    """One place escapes: `say`, `notice`, `show_json` and `show_table`."""
    for path in sorted(Path(str(fairlineup.cli.__file__)).parent.glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        spoken = {_name(node.func) for node in calls} & {
            "echo",
            "secho",
            "echo_via_pager",
            "print",
            "Console",
        }
        assert spoken <= PAST.get(path.name, set()), path.name


def _name(called: Any) -> str:
    return str(getattr(called, "attr", getattr(called, "id", "")))
