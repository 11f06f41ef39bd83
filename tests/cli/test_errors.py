"""Codes at the command line: one exit status each, and remedies in flags and commands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fairlineup import import_scores, read_plan
from fairlineup.cli.errors import EXIT_STATUSES, REMEDIES, exit_status_of, names_in, remedy_of, worded
from fairlineup.evidence.pipeline import verify
from fairlineup.evidence.plan import read_dataset
from fairlineup.evidence.runs import RunDirectory
from fairlineup.records import CODES, BadInput, FairlineupError, Refused, SystemFailed
from fairlineup.seals import PublicKey

SOURCE = Path(__file__).parents[2] / "src" / "fairlineup"
ROOTS = {"BadInput": 2, "SystemFailed": 3, "Refused": 4}


def raised() -> Iterator[tuple[str, str, str]]:
    """Where each error of a root is made in our source: place, root and code."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ROOTS:
                codes = [word.value for word in node.keywords if word.arg == "code"]
                for code in codes:
                    if isinstance(code, ast.Constant):
                        yield f"{path.name}:{node.lineno}", node.func.id, str(code.value)


def classes(root: type[FairlineupError]) -> Iterator[type[FairlineupError]]:
    for one in root.__subclasses__():
        yield one
        yield from classes(one)


def test_the_tables_name_codes_that_are() -> None:
    assert set(EXIT_STATUSES) <= set(CODES)
    assert set(REMEDIES) <= set(CODES)


def test_a_code_has_one_exit_status_whoever_raises_it() -> None:
    wrong = [one for one in raised() if EXIT_STATUSES.get(one[2], 2) != ROOTS[one[1]]]
    assert wrong == []
    for root in (BadInput, SystemFailed, Refused):
        for one in classes(root):
            if one.__module__.startswith("fairlineup.") and one.code != "unspecified":
                assert EXIT_STATUSES.get(one.code, 2) == ROOTS[root.__name__], one


@pytest.mark.parametrize(("root", "status"), [(BadInput, 2), (SystemFailed, 3), (Refused, 4)])
def test_an_error_of_no_code_goes_by_whose_fault_it_is(root: type[FairlineupError], status: int) -> None:
    assert exit_status_of(root("it", expected="a", got="b", remedy="c")) == status


def test_a_remedy_is_worded_from_facts() -> None:
    def made(**facts: str) -> BadInput:
        return BadInput("it", expected="a", got="b", remedy="choose another", code="file-exists", facts=facts)

    assert remedy_of(made(folder="run")) == "name another place than run with --out"
    assert remedy_of(made(other="run")) == "choose another"
    assert worded(made(folder="{run}")).endswith("b; name another place than {run} with --out")
    assert remedy_of(made(page="dataset")) == "choose another; `fairlineup help dataset` shows how"


def test_what_is_not_there_is_missing_and_not_unreadable(tmp_path: Path) -> None:
    reads: dict[str, Callable[[Path], object]] = {
        "`fairlineup audit plan DIR --out PLAN` writes one": read_plan,
        "fairlineup audit bundle --new-key KEYFILE": PublicKey.read,
        "`fairlineup help library` shows how": import_scores,
        "`fairlineup data folder DIR`; `fairlineup help dataset` shows how": read_dataset,
        "name the bundle": verify,
    }
    for remedy, read in reads.items():
        with pytest.raises(BadInput) as caught:
            read(tmp_path / "nothing")
        assert caught.value.code == "file-missing"
        assert remedy_of(caught.value).endswith(remedy)


def test_nobody_is_told_to_remove_a_folder_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "people.csv").touch()
    with pytest.raises(BadInput) as caught:
        RunDirectory(tmp_path).check_empty(())
    assert "or remove" not in remedy_of(caught.value)


def test_every_remedy_can_be_worded() -> None:
    for texts in REMEDIES.values():
        for place, text in enumerate(texts):
            assert text.format(**dict.fromkeys(names_in(text), "x"))
            assert names_in(text) - {"remedy"} or place == len(texts) - 1  # what needs no fact comes last
