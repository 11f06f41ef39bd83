from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fairlineup.evidence.bundles import Bundle, BundleContents, make_bundle
from fairlineup.evidence.disclosure import Act, record
from fairlineup.evidence.plan import Folder
from fairlineup.evidence.runs import RunDirectory
from fairlineup.records import BadInput

from .kit import Making, contents, draw

BINARY = (".parquet", ".sig")


def texts(path: Path) -> str:
    found = contents(path)
    return "\n".join(c.decode() for name, c in found.items() if not name.endswith((*BINARY, ".jpg", ".png")))


def test_it_holds_what_full_reproduction_needs(unsigned: Path) -> None:
    names = set(contents(unsigned))
    assert {
        "MANIFEST.sha256",
        "README.txt",
        "bundle.json",
        "plan.toml",
        "manifest.csv",
        "findings.json",
        "run.json",
        "results.json",
        "timing.json",
        "events.jsonl",
        "report.html",
        "enrolments.parquet",
        "searches.parquet",
        "observations.parquet",
    } <= names
    assert not {name for name in names if name.startswith((".", "photographs/", "answers"))}
    told = json.loads(contents(unsigned)["bundle.json"])
    assert told["signed_by"] == ""
    assert told["population"] == "simulated"
    assert told["computed_with"]["libraries"]["numpy"]
    assert told["seed"] == 1


def test_the_same_run_gives_the_same_bytes(making: Making, unsigned: Path, signed: Path, key: Path) -> None:
    assert making(name="again.zip").path.read_bytes() == unsigned.read_bytes()
    assert making(key=key, name="signed.zip").path.read_bytes() == signed.read_bytes()


def test_dates_and_order_are_fixed_and_nothing_is_compressed(unsigned: Path) -> None:
    with zipfile.ZipFile(unsigned) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert [info.filename for info in infos][1:] == sorted(info.filename for info in infos[1:])


def test_no_path_of_the_machine_is_in_it(unsigned: Path, audited: Path) -> None:
    assert str(audited) in (audited / "run" / "plan.toml").read_text()
    assert str(audited) not in texts(unsigned)


def test_names_stay_unless_they_are_left_out(making: Making, run: RunDirectory) -> None:
    with_names = making(name="with.zip")
    assert "Zoe Person-" in contents(with_names.path)["manifest.csv"].decode()
    without = making(BundleContents(names=False), name="without.zip")
    assert "Zoe" not in texts(without.path)
    told = json.loads(contents(without.path)["bundle.json"])
    assert told["names"].startswith("replaced by ids")
    assert "replaced by ids" in contents(without.path)["README.txt"].decode()
    results = json.loads(contents(without.path)["results.json"])
    assert results["names"]
    assert all(person == name for person, name in results["names"].items())
    for key in ("thresholds", "verdicts", "false_matches"):
        assert results[key] == run.read_results()[key]


def test_a_name_that_would_stay_is_refused(making: Making, run: RunDirectory, tmp_path: Path) -> None:
    record(run.path, Act("told", _day(), "Vendor", note="of Zoe Person-" + _someone(run)), _day())
    assert making(name="with.zip").path.is_file()
    with pytest.raises(BadInput, match="a name would still stand"):
        making(BundleContents(names=False))
    assert not (tmp_path / "out.zip").exists()


def test_reviewers_are_numbered_where_names_are_left_out(making: Making, run: RunDirectory) -> None:
    from fairlineup.evidence.evaluation import decision_log, draw_worklist, keep_pairs, observations_of
    from fairlineup.evidence.pipeline import measure_again
    from fairlineup.evidence.runs import load_run
    from fairlineup.labels import Decision

    papers = load_run(run.path)
    pairs = keep_pairs(run, draw_worklist(papers, observations_of(papers), 3))
    rows = [
        Decision(pair.name, who, "cannot_tell", "dark", "2026-01-01")
        for who in ("Ann Example", "Bo Example", "ANN  example")
        for pair in pairs
    ]
    decision_log(run).add(rows)
    since = making(BundleContents(names=False), name="since.zip")
    measure_again(run.path)
    made = making(BundleContents(names=False))
    assert (since.reviewed_since, made.reviewed_since) == (True, False)
    found = contents(made.path)
    assert found == contents(since.path)
    assert b"Example" not in b"".join(found.values())
    assert set(json.loads(found["results.json"])["labels"]["decided"]) == {"reviewer 1", "reviewer 2"}
    assert "labels/worklist.csv" in found


def test_the_disclosure_goes_in_and_a_damaged_one_stops_it(making: Making, run: RunDirectory) -> None:
    record(run.path, Act("told", _day(), "Vendor"), _day())
    assert b'"who":"Vendor"' in contents(making(name="one.zip").path)["disclosure.jsonl"]
    (run.path / "disclosure.jsonl").write_text("{}\n")
    with pytest.raises(BadInput, match="disclosure"):
        making()


def test_photographs_go_in_where_they_may(making: Making, audited: Path) -> None:
    made = making(BundleContents(photographs=Folder(audited / "cards")))
    inside = {name: c for name, c in contents(made.path).items() if name.startswith("photographs/")}
    assert len(inside) == made.photographs > 20
    for name, content in inside.items():
        assert (audited / "cards" / name.removeprefix("photographs/")).read_bytes() == content


def test_photographs_of_others_are_refused(making: Making, audited: Path, tmp_path: Path) -> None:
    moved = tmp_path / "cards"
    shutil.copytree(audited / "cards", moved)
    first = next(path for path in sorted(moved.rglob("*")) if path.suffix in (".jpg", ".png"))
    first.write_bytes(first.read_bytes() + b" ")
    with pytest.raises(BadInput, match="not the one that was audited"):
        making(BundleContents(photographs=Folder(moved)))
    first.unlink()
    with pytest.raises(BadInput, match="No such file"):
        making(BundleContents(photographs=Folder(moved)))


def test_photographs_of_real_people_need_declared_use(
    making: Making, run: RunDirectory, audited: Path
) -> None:
    identity = run.read_identity()
    run.write_frozen({}, replace(identity, system=replace(identity.system, population="real")))
    with pytest.raises(BadInput) as caught:
        making(BundleContents(photographs=Folder(audited / "cards")))
    assert caught.value.code == "use-not-declared"


def test_a_run_that_is_not_finished_is_refused(making: Making, run: RunDirectory) -> None:
    (run.path / "results.json").unlink()
    with pytest.raises(BadInput) as caught:
        making()
    assert caught.value.code == "run-unfinished"


def test_results_that_do_not_follow_are_refused(making: Making, run: RunDirectory) -> None:
    results = run.read_results()
    results["thresholds"][0]["fpir"]["errors"] += 1  # type: ignore[index,call-overload,operator]
    run.write_results(results)
    for choice in (BundleContents(), BundleContents(names=False)):
        with pytest.raises(BadInput, match=r"thresholds\[0\].fpir.errors"):
            making(choice)


def test_nothing_is_overwritten(making: Making, tmp_path: Path) -> None:
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(BadInput) as caught:
        making()
    assert caught.value.code == "file-exists"
    assert (tmp_path / "out.zip").read_text() == "mine"


def test_a_credential_never_goes_in(
    making: Making, run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.events.add("abcdefgh-12345678")
    monkeypatch.setenv("EXAMPLE_API_KEY", "abcdefgh-12345678")
    with pytest.raises(BadInput, match="EXAMPLE_API_KEY") as refused:
        making()
    assert "abcdefgh" not in str(refused.value)
    monkeypatch.setenv("EXAMPLE_API_KEY", "another-12345678")
    assert making().files


@pytest.mark.parametrize("option", ["api_key", "secret", "ACCESS-TOKEN", "password"])
def test_an_option_called_like_a_credential_is_refused(
    making: Making, run: RunDirectory, option: str
) -> None:
    plan = (run.path / "plan.toml").read_text()
    assert "[system.options]" in plan
    said = plan.replace("[system.options]", f'[system.options]\n{option} = "x"')
    run.put({"plan.toml": said.encode()})
    with pytest.raises(BadInput, match=option):
        making()


def test_a_run_without_parquet_is_bundled_with_its_journal(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fairlineup.cli import main
    from fairlineup.evidence.bundles import verify_bundle

    monkeypatch.setattr("fairlineup.evidence.runs.directory.can_compact", lambda: False)
    with pytest.raises(SystemExit) as end:
        main(["audit", "run", str(audited / "plan.toml"), "--out", str(tmp_path / "run"), "--quiet"])
    assert end.value.code == 0
    made: Bundle = make_bundle(RunDirectory(tmp_path / "run"), tmp_path / "b.zip", BundleContents(), draw)
    names = contents(made.path)
    assert "answers.sqlite" in names
    assert not any(name.endswith(".parquet") for name in names)
    assert verify_bundle(made.path, draw).differences == ()


def _day() -> date:
    return date(2026, 1, 1)


def _someone(run: RunDirectory) -> str:
    return (run.path / "manifest.csv").read_text().splitlines()[1].split(",")[0]
