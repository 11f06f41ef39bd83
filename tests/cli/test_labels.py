from __future__ import annotations

import base64
import contextlib
import csv
import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairlineup.evidence.runs import RunDirectory

Run = Callable[..., tuple[int, str, str]]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--dump-dom",
)
PLAN = """
title = "A test"
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.05, false_non_match_rate = 0.2 }
"""


@pytest.fixture(scope="module")
def finished(finishes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run."""
    return finishes(tmp_path_factory.mktemp("labels"), PLAN, 12, 20)


@pytest.fixture
def audited(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished / "run", tmp_path / "run")
    return tmp_path / "run"


def fill(audited: Path, name: str, decision: str, rows: int | None = None) -> Path:
    """The sheet of a reviewer, filled in from the top."""
    sheet = audited / f"labels/sheet-{name}.csv"
    lines = sheet.read_text().splitlines()
    filled = [line.replace(",,", f",{decision},looked") for line in lines[1:][:rows]]
    path = audited.parent / f"{name}.csv"
    path.write_text("\n".join([lines[0], *filled, *lines[1:][len(filled) :]]) + "\n")
    return path


def test_a_list_two_reviewers_and_what_they_agree_on(run: Run, audited: Path) -> None:
    status, out, err = run("audit", "labels", audited, "--pairs", 6)
    assert (status, out) == (0, f"12 pairs: {audited / 'labels/worklist.csv'}\n")
    assert "for each of two people" in err
    for name in ("Ann", "Bo"):
        status, out, err = run("audit", "labels", audited, "--reviewer", name)
        assert status == 0, err
        assert f"12 pairs for {name}: " in out
    for name, decision in (("ann", "same_person"), ("bo", "same_picture")):
        filled = fill(audited, name, decision)
        status, out, err = run("audit", "labels", audited, "--reviewer", name, "--decisions", filled)
        assert status == 0, err
        assert "12 decisions recorded" in err
    status, out, _ = run("audit", "labels", audited, "--status", "--json")
    found = json.loads(out)
    assert (found["pairs"], found["decided_by_both"], found["agreed"], found["undecided"]) == (12, 12, 12, 0)
    assert {one["kind"] for one in found["exclusions"]} == {"non_mated"}
    assert len(found["exclusions"]) == 6
    assert "not_measured" in found["kappa"]
    status, out, _ = run("audit", "labels", audited, "--status")
    assert "12 pairs on the list, 12 decided by two people" in out
    assert "labels both say are wrong: 6" in out


def test_a_page_is_blind_and_stands_alone(run: Run, audited: Path) -> None:
    run("audit", "labels", audited, "--pairs", 4, "--reviewer", "Ann")
    filled = fill(audited, "ann", "cannot_tell")
    assert run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", filled)[0] == 0
    assert run("audit", "labels", audited, "--reviewer", "Bo")[0] == 0
    page = (audited / "labels/review-bo.html").read_text()
    rows = list(csv.DictReader(io.StringIO((audited / "labels/worklist.csv").read_text())))
    assert len(rows) == 8
    manifest = list(csv.DictReader(io.StringIO((audited / "manifest.csv").read_text())))
    for told in {row["person"] for row in manifest} | {row["photo"] for row in manifest} | {"Ann", "looked"}:
        assert not re.search(rf"\b{re.escape(told)}\b", re.sub(r'"data:[^"]*"', "", page))
    assert page.count('src="data:image/jpeg;base64,') == 16
    assert not re.search(r"https?://", page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    shown = re.findall(r'data-pair="(\w+)"', page)
    assert sorted(shown) == sorted(row["pair"] for row in rows)
    assert shown != re.findall(r'data-pair="(\w+)"', (audited / "labels/review-ann.html").read_text())


def test_what_is_said_next_can_be_given_as_it_stands(run: Run, audited: Path) -> None:
    named = shlex.quote(str(audited))
    _, _, err = run("audit", "labels", audited, "--pairs", 6)
    within, following = err.splitlines()
    assert "within the gallery was not looked at: the system answers searches" in within
    assert following == f"next: fairlineup audit labels {named} --reviewer NAME, for each of two people"
    run("audit", "labels", audited, "--reviewer", "Ann")
    sheet = fill(audited, "ann", "same_person", 5)
    _, _, err = run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", sheet)
    assert err.splitlines()[-1].endswith(f"; fairlineup audit measure {named} counts them")


def test_a_list_that_no_reviewer_may_see_says_so_at_once(run: Run, audited: Path) -> None:
    identity = json.loads((audited / "run.json").read_text())
    identity["system"]["population"] = "real"
    RunDirectory(audited).put({"run.json": json.dumps(identity).encode()})
    status, _, err = run("audit", "labels", audited)
    assert status == 0
    assert "no reviewer can be shown these pairs yet: test use is not declared" in err
    status, _, err = run("audit", "labels", audited, "--reviewer", "Ann")
    assert status == 2
    assert 'say use = "test" under [dataset] in the plan' in err


def test_a_third_person_gets_no_page(run: Run, audited: Path) -> None:
    for name in ("Ann", "Bo"):
        assert run("audit", "labels", audited, "--pairs", 3, "--reviewer", name)[0] == 0
        filled = fill(audited, name.lower(), "cannot_tell", rows=1)
        assert run("audit", "labels", audited, "--reviewer", name, "--decisions", filled)[0] == 0
    status, out, err = run("audit", "labels", audited, "--reviewer", "Cy")
    assert (status, out) == (2, "")
    assert "Cy would be a third reviewer: expected one of Ann and Bo, who have decided already" in err
    assert not list((audited / "labels").glob("*cy*"))
    assert run("audit", "labels", audited, "--reviewer", " ann ")[0] == 0


def test_a_page_says_when_the_people_are_not_real(run: Run, audited: Path) -> None:
    assert run("audit", "labels", audited, "--pairs", 3, "--reviewer", "Ann")[0] == 0
    page, report = audited / "labels/review-ann.html", (audited / "report.html").read_text()
    (band,) = re.findall(r'<p class="band" role="note">(.*?)</p>', page.read_text())
    assert band.startswith("Simulated people. Nothing here is about real people")
    assert f'<p class="band" role="note">{band}</p>' in report
    results = json.loads((audited / "results.json").read_text())
    results["population"]["kind"] = "real"
    RunDirectory(audited).put({"results.json": json.dumps(results).encode()})
    assert run("audit", "labels", audited, "--reviewer", "Ann")[0] == 0
    assert 'role="note"' not in page.read_text()


def test_one_wrong_row_is_named_and_nothing_is_lost(run: Run, audited: Path) -> None:
    run("audit", "labels", audited, "--pairs", 3, "--reviewer", "Ann")
    good = fill(audited, "ann", "same_person", rows=2)
    assert run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", good)[0] == 0
    kept = (audited / "labels/decisions.jsonl").read_bytes()
    bad = fill(audited, "ann", "the_same")
    status, out, err = run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", bad)
    assert (status, out) == (2, "")
    assert "line 2" in err
    assert "'the_same'" in err
    other = fill(audited, "ann", "different_people")
    status, _, err = run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", other)
    assert status == 2
    assert "--change" in err
    assert (audited / "labels/decisions.jsonl").read_bytes() == kept
    status, _, err = run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", other, "--change")
    assert status == 0, err
    assert (audited / "labels/decisions.jsonl").read_bytes().startswith(kept)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--decisions", "x.csv"), "--decisions needs --reviewer"),
        (("--change",), "--change goes with --decisions"),
        (("--reviewer", "Ann", "--decisions", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("--pairs", "0"), "--pairs"),
        (("--reviewer", "A\x07"), "a reviewer needs a name"),
        (("--reviewer", "Ann", "--photographs", "nowhere"), "no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, audited: Path, words: tuple[str, ...], said: str) -> None:
    before = {path.name for path in audited.iterdir()} | {".lock"}
    status, out, err = run("audit", "labels", audited, *words)
    assert (status, out) == (2, "")
    assert said in err
    assert {path.name for path in audited.iterdir()} | {".lock"} == before


def _verified(run: Run, audited: Path) -> tuple[str, dict[str, Any]]:
    """What is said when the run is bundled and the bundle verified, and the labels in its results."""
    path = audited.with_name("made.zip")
    path.unlink(missing_ok=True)
    status, _, err = run("audit", "bundle", audited, "--out", path)
    assert status == 0, err
    status, out, _ = run("audit", "verify", path)
    assert status == 0, out
    with zipfile.ZipFile(path) as bundle:
        found: dict[str, Any] = json.loads(bundle.read("results.json"))["labels"]
        assert ("labels/worklist.csv" in bundle.namelist()) == bool(found["pairs"])
        assert ("labels/decisions.jsonl" in bundle.namelist()) == bool(found["decided"])
    return err, found


def test_a_review_at_any_stage_goes_into_a_bundle(run: Run, audited: Path) -> None:
    since = "the label review has changed since the run was measured"
    status, _, _ = run("audit", "labels", audited, "--reviewer", "Ann", "--photographs", "nowhere")
    assert status == 2
    said, found = _verified(run, audited)
    assert (since in said, found["pairs"]) == (False, 0)
    assert run("audit", "labels", audited, "--pairs", 6)[0] == 0
    said, found = _verified(run, audited)
    assert (since in said, found["pairs"], found["decided"]) == (True, 12, {})
    for number, (name, decision) in enumerate((("Ann", "same_person"), ("Bo", "different_people")), start=1):
        assert run("audit", "labels", audited, "--reviewer", name)[0] == 0
        sheet = fill(audited, name.lower(), decision, 5)
        assert run("audit", "labels", audited, "--reviewer", name, "--decisions", sheet)[0] == 0
        said, found = _verified(run, audited)
        assert (since in said, len(found["decided"])) == (True, number)
    assert found["decided_by_both"] > 0
    assert run("audit", "measure", audited)[0] == 0
    said, again = _verified(run, audited)
    assert (since in said, again) == (False, found)


def test_an_unfinished_run_has_no_tails(run: Run, audited: Path) -> None:
    (audited / "results.json").unlink()
    status, _, err = run("audit", "labels", audited)
    assert status == 2
    assert "results.json cannot be read" in err


DRIVEN = """<!doctype html><body><pre id="said"></pre>
<iframe src="{page}" style="width:900px;height:900px"></iframe>
<script>
window.onload = () => {{
  const view = document.querySelector("iframe").contentWindow, page = view.document;
  const options = {{bubbles: true, cancelable: true}};
  const press = (key, on) => on.dispatchEvent(new view.KeyboardEvent("keydown", {{key, ...options}}));
  const blobs = [];
  view.Blob = class {{ constructor(parts) {{ blobs.push(parts.join("")); }} }};
  view.URL.createObjectURL = () => "#"; view.URL.revokeObjectURL = () => {{}};
  press("2", page.body);
  const field = page.activeElement; field.value = 'ears, "both"';
  field.dispatchEvent(new view.Event("input", {{bubbles: true}}));
  press("Enter", field);
  press("n", page.activeElement);
  const wide = page.documentElement.scrollWidth <= 900;
  page.getElementById("save").click();
  const now = [...page.querySelectorAll("section.pair")].findIndex((one) => one.classList.contains("now"));
  document.getElementById("said").textContent =
    JSON.stringify([page.getElementById("count").textContent, now, wide, blobs]);
}};
</script></body>"""


def _dumped(harness: Path) -> str:
    """What the page holds once its scripts ran; Chromium hangs at its start now and then, so try again."""
    for number in range(10):
        profile = f"--user-data-dir={harness.parent / f'profile-{number}'}"
        command = [str(CHROMIUM), *QUIET, profile, harness.as_uri()]
        with contextlib.suppress(subprocess.TimeoutExpired):
            return subprocess.run(command, capture_output=True, timeout=120, check=False, text=True).stdout
    pytest.fail("Chromium hung ten times")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_the_page_works_by_keys_alone(run: Run, audited: Path) -> None:
    run("audit", "labels", audited, "--pairs", 3, "--reviewer", "Ann")
    page = audited / "labels/review-ann.html"
    harness = audited.parent / "harness.html"
    harness.write_text(DRIVEN.format(page=page.as_uri()), "utf-8")
    (said,) = re.findall(r'<pre id="said">(.*?)</pre>', _dumped(harness), re.S)
    count, now, wide, blobs = json.loads(said.replace("&quot;", '"').replace("&gt;", ">"))
    first = re.findall(r'data-pair="(\w+)"', page.read_text())[0]
    assert count == "1 of 6 decided"
    assert now == 2  # Enter goes on to the second pair, n to the third
    assert wide
    assert blobs == [f'pair,decision,reason\n{first},different_people,"ears, ""both"""\n']
    saved = audited.parent / "saved.csv"
    saved.write_text(blobs[0])
    assert run("audit", "labels", audited, "--reviewer", "Ann", "--decisions", saved)[0] == 0
