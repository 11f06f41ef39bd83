"""Documents of a run that somebody else wrote: refused by name, whatever stands in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.evidence.runs import RunDirectory, freeze_run, load_run
from fairlineup.records import BadInput

from .kit import people, plan_for, simulated, write_shots

pytestmark = pytest.mark.usefixtures("no_copies")

Spoil = Callable[[list[str]], list[str]]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    cards = write_shots(folder / "cards", people({"a": 6}, {"a": 4}))
    freeze_run(plan_for(cards), simulated().information(), folder / "run")
    return folder / "run"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"{}", b"null", b"[" * 100_000, b'"' + b"x" * 200_000]
)
@pytest.mark.parametrize("name", ["run.json", "plan.toml", "manifest.csv", "findings.json"])
def test_no_content_of_a_document_is_anything_but_an_error(frozen: Path, name: str, content: bytes) -> None:
    path = frozen / name
    whole = path.read_bytes()
    try:
        RunDirectory(frozen).put({name: content})
        with pytest.raises(BadInput) as caught:
            load_run(frozen)
    finally:
        RunDirectory(frozen).put({name: whole})
    assert caught.value.code in {"run-unreadable", "plan-invalid", "run-of-an-older-format"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[:1],
        lambda rows: [*rows, "a,b"],
        lambda rows: [*rows, f"{rows[1]},more"],
        lambda rows: [f"{rows[0]},person", *(f"{row},x" for row in rows[1:])],
        lambda rows: [*rows[:-1], "x" * 200_000 + rows[-1]],
    ],
)
def test_a_manifest_with_other_cells_is_damaged(frozen: Path, spoil: Spoil) -> None:
    path = frozen / "manifest.csv"
    whole = path.read_text("utf-8")
    try:
        spoilt = "\n".join(spoil(whole.splitlines())) + "\n"
        RunDirectory(frozen).put({path.name: spoilt.encode()})
        with pytest.raises(BadInput) as caught:
            load_run(frozen)
    finally:
        path.write_text(whole, "utf-8")
    assert caught.value.code == "run-unreadable"
