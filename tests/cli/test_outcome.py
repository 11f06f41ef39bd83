"""Ways to end, in this process: what is said on which stream, and the exit status."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from fairlineup.cli.commands import fairlineup
from fairlineup.cli.finding import finding
from fairlineup.evidence.pipeline import audit
from fairlineup.evidence.plan import DatasetChoice, Plan, SystemChoice
from fairlineup.evidence.runs import RunDirectory
from fairlineup.records import FairlineupError, Refused, SystemFailed
from fairlineup.results import AuditResults, LimitVerdict, Share
from fairlineup.systems import CardPopulation, open_system, write_population

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    write_population(folder, CardPopulation({"a": 6}, {"a": 8}))
    return folder


def _plan(tmp_path: Path, cards: Path, more: str = "", options: str = "") -> Path:
    path = tmp_path / "plan.toml"
    head = f'[dataset]\nfolder = "{cards}"\n[system]\nname = "simulated"\n'
    path.write_text(head + (f"[system.options]\n{options}\n" if options else "") + more)
    return path


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (SystemFailed("the disk", expected="room", got="none", remedy="free\nsome"), 3, "the disk: expected"),
        (Refused("the act", expected="a", got="b", remedy="c"), 4, "the act: expected a, got b; c"),
        (RuntimeError("oh\nno"), 3, "unexpected fault (RuntimeError: oh no, at cli/outcome.py, line "),
        (MemoryError("9 GB"), 3, "there is not enough memory (MemoryError: 9 GB)"),
        (OSError(5, "Input/output error", "x.jpg"), 3, "system refused (x.jpg: Input/output error)"),
        (SystemExit(0), 3, "unexpected fault (SystemExit: 0, at "),
        (ModuleNotFoundError("No", name="dlib"), 3, "pip install"),
        (KeyboardInterrupt(), 130, "give the same command again to go on"),
    ],
)
def test_every_fault_is_one_line_and_its_status(
    run: Run, monkeypatch: pytest.MonkeyPatch, fault: BaseException, status: int, said: str
) -> None:
    @click.command()
    def breaks() -> None:
        raise fault

    monkeypatch.setitem(fairlineup.commands, "breaks", breaks)
    code, out, err = run("breaks")
    assert (code, out) == (status, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    if isinstance(fault, FairlineupError):
        for words in (("--debug", "breaks"), ("breaks", "--debug")):
            code, _, err = run(*words)
            assert code == status
            assert "Traceback" in err
            assert said in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "No such command 'nothing'"),
        (["audit", "rnu"], "No such command 'rnu'"),
        (["audit", "run"], "Missing argument 'PLAN'; `fairlineup audit run --help` shows how"),
        (["audit", "run", "p", "--fail-on", "always"], "'always' is not one of"),
        (["--colour"], "No such option"),
        (["congress", "x", "--probes", "many"], "'many' is not a valid"),
    ],
)
def test_misuse_is_one_line(run: Run, words: list[str], said: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_group_without_a_command_shows_its_help(run: Run) -> None:
    code, out, err = run("audit")
    assert code == 2
    assert "Commands:" in out + err


@pytest.mark.parametrize("package", ["dlib", "onnxruntime"])
def test_the_demo_names_what_to_install_before_it_makes_anything(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    code, out, err = run("demo", "--engine", "dlib", "--out", tmp_path / "demo", "-q")
    assert (code, out) == (3, "")
    assert f"the package {package} is not installed: expected the packages of the extra dlib" in err
    assert "install what the extra dlib needs: " in err
    assert '"dlib-bin>=' in err
    assert not (tmp_path / "demo").exists()


# --- plan and check ------------------------------------------------------------------------------


def test_plan_is_printed_and_reads_back(run: Run, cards: Path, tmp_path: Path) -> None:
    code, out, err = run("audit", "plan", cards, "--system", "simulated")
    assert (code, err) == (0, "")
    assert 'groups = ["group"]' in out
    (tmp_path / "plan.toml").write_text(out)
    code, _, _ = run("audit", "run", tmp_path / "plan.toml", "--out", tmp_path / "run", "-q")
    assert code == 0


def test_check_warns_of_declared_groups_without_a_source(run: Run, cards: Path, tmp_path: Path) -> None:
    declared = '[[contrast]]\nlabel = "group"\none = "a"\n[[limit]]\nof = "group"\n'
    plan = _plan(tmp_path, cards, declared)
    plan.write_text('groups = ["group"]\n' + plan.read_text())
    code, _, err = run("audit", "check", plan, "-q")
    assert (code, "no source" in err) == (0, False)
    uncited = shutil.copytree(cards, tmp_path / "uncited")
    with (
        (cards / "people.csv").open(newline="") as read,
        (uncited / "people.csv").open("w", newline="") as written,
    ):
        rows = csv.DictReader(read)
        out = csv.DictWriter(written, rows.fieldnames or ())
        out.writeheader()
        out.writerows({**row, "group_source": ""} for row in rows)
    plan.write_text(plan.read_text().replace(str(cards), str(uncited)))
    code, _, err = run("audit", "check", plan, "-q")
    assert code == 0
    assert "warning: the contrast of group a against others can give nothing: no source is cited" in err
    assert "warning: the limit on fpir, every group can give nothing" in err


def test_check_lists_what_is_not_settled(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    write_population(folder, CardPopulation({"a": 3}, {"a": 3}))
    (folder / "gallery" / "other-a-00001-0.png").unlink()
    (folder / "gallery" / "other-a-00002-0.png").write_bytes(b"text")
    keep = '[settle]\nunreadable = "keep"\n'
    plan = _plan(tmp_path, folder, keep)
    code, out, err = run("audit", "check", plan, "-q")
    assert code == 2
    assert "a photograph that is not there: other-a-00001" in out
    assert "-> NOT SETTLED: choose leave_out" in out
    assert "2 × a person among the probes and in the gallery (their mate)\n    -> keep" in out
    assert "probe/probe-a-00000-0.png" not in out
    assert err.startswith("4 findings, 1 to be settled before the audit can run: under [settle] in the plan")
    assert "set missing_file to leave_out;" in err.splitlines()[0]
    code, every, _ = run("audit", "check", plan, "-q", "--all")
    assert code == 2
    assert "    probe/probe-a-00000-0.png\n" in every
    code, out, err = run("audit", "check", plan, "--json", "-q")
    rows: list[dict[str, Any]] = json.loads(out)
    assert (code, err) == (2, "")
    assert {row["kind"]: row["settled"] for row in rows} == {
        "missing_file": "stop",
        "unreadable": "keep",
        "both_roles": "keep",
    }
    missing = next(row for row in rows if row["kind"] == "missing_file")
    case = keep + f'[[settle.case]]\nfinding = "{missing["id"]}"\naction = "leave_out"\n'
    assert run("audit", "check", _plan(tmp_path, folder, case), "-q")[0] == 0
    code, _, err = run(
        "audit",
        "check",
        _plan(tmp_path, folder, case + case.removeprefix(keep).replace(missing["id"], "x:1")),
    )
    assert code == 2
    assert "a settled case names no finding of this data set" in err.splitlines()[-1]
    code, out, err = run("audit", "run", _plan(tmp_path, folder), "--out", tmp_path / "run", "-q")
    assert (code, out) == (2, "")
    assert "set missing_file under [settle] in the plan to leave_out" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("more", "options", "said"),
    [
        ("[[threshold]]\nname='default'\nscore=9.0\n", "", "a score from 0 to 2"),
        ("[[threshold]]\nname='default'\nscore='recommended'\n", "", "a system with a recommended threshold"),
        ("[gallery]\nsizes=[99]\n", "", "sizes up to 10 times the 8 people"),
        ("[[contrast]]\nlabel='group'\none='zebra'\n", "", "expected one of a, got 'zebra'"),
        ("", "false_match_rate = 7", "a number from 0 to 1 or a table, got 7"),
        ("", "kind = 'angle'", "got 'angle'"),
    ],
)
def test_plans_that_cannot_be_run(
    run: Run, cards: Path, tmp_path: Path, more: str, options: str, said: str
) -> None:
    code, out, err = run("audit", "run", _plan(tmp_path, cards, more, options), "--out", tmp_path / "r", "-q")
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["measure", "report"])
def test_what_is_no_run(run: Run, tmp_path: Path, command: str) -> None:
    code, out, err = run("audit", command, tmp_path)
    assert (code, out) == (2, "")
    assert "run.json cannot be read" in err


def test_interrupted_while_drawing_up_leaves_nothing_in_the_way(
    run: Run, cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = _plan(tmp_path, cards), tmp_path / "run"
    for step in ("inspect", "_digests", "manifest_csv"):
        with monkeypatch.context() as patched:

            def interrupted(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            patched.setattr(import_module("fairlineup.evidence.runs.freezing"), step, interrupted)
            code, _, err = run("audit", "run", plan, "--out", out)
        assert code == 130
        assert "to go on" in err
    code, _, err = run("audit", "run", plan, "--out", out)
    assert code == 0, err
    assert "begun before" not in err


def test_a_run_in_use(run: Run, cards: Path, tmp_path: Path) -> None:
    with RunDirectory(tmp_path / "run").locked():
        code, _, err = run("audit", "run", _plan(tmp_path, cards), "--out", tmp_path / "run", "-q")
    assert code == 2
    assert "is in use" in err


def test_measured_but_not_yet_compacted_is_compacted(
    run: Run, cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = _plan(tmp_path, cards), tmp_path / "run"
    with monkeypatch.context() as patched:

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(RunDirectory, "compact", interrupted)
        assert run("audit", "run", plan, "--out", out, "-q")[0] == 130
    assert (out / "results.json").is_file()
    assert (out / "answers.sqlite").is_file()
    assert run("audit", "run", plan, "--out", out, "-q")[0] == 0
    assert (out / "observations.parquet").is_file()
    assert not (out / "answers.sqlite").exists()


def test_a_plan_is_never_overwritten(run: Run, cards: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.toml"
    assert run("audit", "plan", cards, "--out", out)[0] == 0
    out.write_text("edited")
    code, _, err = run("audit", "plan", cards, "--out", out)
    assert (code, out.read_text()) == (2, "edited")
    assert "is there already" in err


def test_a_plan_is_not_written_for_a_system_that_is_not_there(run: Run, cards: Path) -> None:
    code, _, err = run("audit", "plan", cards, "--system", "lokal")
    assert code == 2
    assert "no such system: expected one of " in err
    assert "local, " in err
    assert "got 'lokal'" in err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[[threshold]]\nname = "default"\nscore = 5\n', "expected a score from 0 to 2"),
        ("[gallery]\nsizes = [2, 500]\n", "sizes up to 10 times the 8 people"),
        ("[gallery]\npeople = 999\n", "at most the 8 people there are, got 999"),
        ('[[contrast]]\nlabel = "group"\none = "z"\n', "no probe carries"),
    ],
)
def test_check_finds_what_run_would_refuse(
    run: Run, cards: Path, tmp_path: Path, more: str, said: str
) -> None:
    plan = _plan(tmp_path, cards, more)
    for command in (("audit", "check", plan, "-q"), ("audit", "run", plan, "--out", tmp_path / "run", "-q")):
        code, _, err = run(*command)
        assert code == 2
        assert said in err


@pytest.fixture(scope="module")
def results(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> AuditResults:
    """Of a small audit, from which others are made."""
    plan = Plan(DatasetChoice(str(cards)), SystemChoice("simulated"))
    system = open_system("simulated", {})
    return audit(plan, system, tmp_path_factory.mktemp("results") / "run").results


def test_no_verdict_is_said_once_for_all_limits_it_is_true_of(results: AuditResults) -> None:
    def held(outcome: Any, reason: str) -> LimitVerdict:
        return LimitVerdict("fpir", "default", 0.1, "", "", outcome, None, reason, None)

    def told(*verdicts: LimitVerdict) -> list[str]:
        people = replace(results.population, kind="real")
        return finding(replace(results, population=people, thresholds=(), verdicts=verdicts)).splitlines()

    nobody = held("not_given", "they do not exist")
    assert told(nobody) == ["No verdict: they do not exist."]
    assert told(nobody, nobody, nobody) == ["No verdict on any of the 3 limits: they do not exist."]
    first, second = told(nobody, held("pass", "it held"), nobody)
    assert first == "No verdict on some of the 3 limits: they do not exist."
    assert "PASS. It held." in second


def test_nobody_compared_is_said_not_read_as_nobody_flagged(results: AuditResults) -> None:
    def told(processed: int, enrolled: int) -> str:
        rate, held = Share(0.0, 0.0, 0.5, 0, 5, 5, "made up"), results.thresholds[0]
        rates = replace(
            held.rates, fpir=rate, fmr=rate, fnir=rate, fpir_processed=replace(rate, trials=processed)
        )
        others = replace(results.gallery.others, people=enrolled)
        changed = replace(
            results,
            population=replace(results.population, kind="real"),
            searches=replace(results.searches, strangers="others"),
            gallery=replace(results.gallery, others=others),
            thresholds=(replace(held, name="default", rates=rates),),
        )
        return finding(changed)

    assert told(0, 3).startswith("Nothing was measured: no photograph searched with was processed")
    assert told(5, 0).startswith("Nothing was measured")
    assert told(5, 3).startswith("At default (0.6), among 3 people")


def test_the_help_says_that_no_verdict_fails_too(run: Run) -> None:
    for command in (("audit", "run"), ("audit", "measure"), ("congress",)):
        said = " ".join(run(*command, "--help")[1].split())
        assert "with `inconclusive` also if one was inconclusive or got no verdict" in said
