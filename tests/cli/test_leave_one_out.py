"""A folder of few people, from the command line: made into a data set, audited, bundled, verified, told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from fairlineup.systems import Card, draw_card

Run = Callable[..., tuple[int, str, str]]
PEOPLE = 33


def folder_of_cards(folder: Path) -> Path:
    """A folder for each simulated person, with two cards."""
    for person in range(PEOPLE):
        for number in range(2):
            path = folder / f"Person {person:02d}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(draw_card(Card(f"p{person}", number, "a"), side_px=16))
    return folder


def test_thirty_three_people_from_a_folder_to_a_bundle(run: Run, tmp_path: Path) -> None:
    folder, plan, out = folder_of_cards(tmp_path / "set"), tmp_path / "plan.toml", tmp_path / "run"
    assert run("data", "folder", folder, "--plan", plan, "--system", "simulated")[0] == 0
    kept = plan.read_text().replace('unreadable = "stop"', 'unreadable = "keep"')
    plan.write_text(kept.replace("[system]", "[system]\noptions = { false_match_rate = 0.02 }"))
    status, _, err = run("audit", "check", plan, "-q")
    assert status == 0, err
    assert "33 photographs to enrol, 33 searches" in err
    status, told, err = run("audit", "run", plan, "--out", out, "-q")
    assert status == 0, err
    assert "among 32 people who are not them" in told
    assert "leave-one-out" in told
    results = json.loads((out / "results.json").read_text())
    assert (results["gallery"]["people"], results["gallery"]["with_mates"]["people"]) == (32, 33)
    page = re.sub(r"\s+", " ", (out / "report.html").read_text())
    assert "each other’s strangers" in page
    assert "None of those searched for was in that gallery" not in page
    first = (out / "results.json").read_bytes()
    assert run("audit", "measure", out)[0] == 0
    assert (out / "results.json").read_bytes() == first
    assert run("audit", "bundle", out, "--out", tmp_path / "run.zip")[0] == 0
    status, told, _ = run("audit", "verify", tmp_path / "run.zip")
    assert (status, "all the same" in told) == (0, True)
