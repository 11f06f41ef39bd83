"""The list of commands without the commands: names, first sentences, completion, and nothing heavy loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.shell_completion import ShellComplete

from fairlineup.cli.commands import fairlineup
from fairlineup.cli.lazy import LazyGroup

HEAVY = ("numpy", "scipy", "PIL", "dlib", "onnxruntime", "onnx", "pyarrow", "rich", "jinja2", "numba")
EXTRAS = ("PIL", "dlib", "onnxruntime", "onnx", "pyarrow", "boto3", "cryptography", "urllib3")
LISTS = [
    ["--help"],
    *([name, "--help"] for name in ("audit", "data", "plan", "samples")),
    ["help", "dataset"],
]
CORE = [
    *(
        ["audit", name, "--help"]
        for name in ("plan", "check", "run", "measure", "report", "import", "verify")
    ),
    *([name, "--help"] for name in ("congress", "explain", "systems", "threshold")),
    ["plan", "size", "--help"],
]
CASES = [(LISTS, HEAVY), (CORE, (*EXTRAS, "scipy"))]
ASK_ALL = """
import json, sys
from fairlineup.cli import main
loaded = {}
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        heavy = [name for name in json.loads(sys.argv[2]) if name in sys.modules]
        loaded[" ".join(words)] = [end.code, heavy]
print(json.dumps(loaded), file=sys.stderr)
"""


def lazy_groups(group: LazyGroup) -> Iterator[LazyGroup]:
    yield group
    for one in group.commands.values():
        if isinstance(one, LazyGroup):
            yield from lazy_groups(one)


@pytest.mark.parametrize(("asked", "heavy"), CASES, ids=["lists", "commands"])
def test_help_loads_nothing_heavy(asked: list[list[str]], heavy: tuple[str, ...]) -> None:
    """A list loads neither NumPy nor SciPy; a command neither SciPy nor any extra before it is needed."""
    words = [json.dumps(asked), json.dumps(heavy)]
    done = subprocess.run(
        [sys.executable, "-c", ASK_ALL, *words], check=True, capture_output=True, text=True, timeout=1200
    )
    loaded = json.loads(done.stderr)
    assert len(loaded) == len(asked)
    assert set(map(str, loaded.values())) == {"[0, []]"}


@pytest.mark.parametrize("group", list(lazy_groups(fairlineup)), ids=lambda group: group.name)
def test_each_line_is_the_first_sentence_of_its_command(group: LazyGroup) -> None:
    context = click.Context(group, info_name=group.name)
    listed = context.get_help().split("Commands:\n")[1]
    commands = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
        commands[name] = command
    assert click.Group(commands=commands).get_help(context).split("Commands:\n")[1] == listed


def test_no_such_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert fairlineup.get_command(click.Context(fairlineup), "nothing") is None


@pytest.mark.parametrize(
    ("words", "begun", "offered"),
    [
        ([], "da", ["data"]),
        ([], "", ["audit", "calibrate", "compare", "congress", "data", "demo", "engines", "explain"]),
        (["audit"], "m", ["measure"]),
        (["audit", "run"], "--max", ["--max-cost", "--max-searches"]),
        (["samples"], "--h", ["--help"]),
    ],
)
def test_completion(words: list[str], begun: str, offered: list[str]) -> None:
    shell = ShellComplete(fairlineup, {}, "fairlineup", "_FAIRLINEUP_COMPLETE")
    items = shell.get_completions(words, begun)
    assert [item.value for item in items][: len(offered)] == offered
    assert words or all(item.help for item in items if not item.value.startswith("-"))
