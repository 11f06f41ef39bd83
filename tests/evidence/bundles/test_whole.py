"""A bundle checked whole: what an unsigned bundle's maker may tamper with, each kind told by its place."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fairlineup.evidence.bundles import BundleContents, make_bundle, verify_bundle
from fairlineup.evidence.bundles.contents import photographs
from fairlineup.evidence.bundles.differences import Difference
from fairlineup.evidence.plan import Folder
from fairlineup.evidence.runs import RunDirectory, load_run
from fairlineup.records import BadInput

from .kit import contents, draw, forged, summed


@pytest.fixture(scope="module")
def shown(audited: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a bundle with photographs and a list of doubtful pairs."""
    from fairlineup.cli import main

    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(audited / "run", folder / "run")
    for words in (
        ("audit", "labels", str(folder / "run"), "--pairs", "4"),
        ("audit", "measure", str(folder / "run")),
    ):
        with pytest.raises(SystemExit) as end:
            main([*words])
        assert end.value.code == 0
    choice = BundleContents(photographs=Folder(audited / "cards"))
    return contents(make_bundle(RunDirectory(folder / "run"), folder / "b.zip", choice, draw).path)


def apart(tmp_path: Path, files: dict[str, bytes]) -> dict[str, Difference]:
    """What is told of a bundle whose every digest was made anew."""
    found = verify_bundle(forged(tmp_path / "b.zip", summed(files)), draw)
    assert {one.name for one in found.checks} >= set(files)
    listed = {one.name for one in found.checks if one.outcome == "differs"}
    assert bool(listed) == bool(found.differences)
    return {one.path: one for one in found.differences}


def pictures(files: dict[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith("photographs/"))


def test_every_file_is_listed_with_its_check(shown: dict[str, bytes], tmp_path: Path) -> None:
    found = verify_bundle(forged(tmp_path / "b.zip", shown), draw)
    outcomes = {one.name: one.outcome for one in found.checks}
    assert found.differences == ()
    assert set(outcomes) == set(shown)
    assert {name for name in outcomes if outcomes[name] != "same"} == {"findings.json"}
    assert found.photographs == len(pictures(shown))


def test_photographs_are_those_that_were_audited(shown: dict[str, bytes], tmp_path: Path) -> None:
    one, other, gone, moved, *_ = pictures(shown)
    files = {name: content for name, content in shown.items() if name not in (gone, moved)}
    files |= {one: shown[other], other: shown[one], moved.upper().replace("PHOTOGRAPHS", "photographs"): b"x"}
    files["photographs/more.png"] = b"y"
    found = apart(tmp_path, files)
    assert {one, other, gone, moved, "photographs/more.png"} < set(found)
    assert len([path for path in found if path.startswith("photographs/")]) == 6
    assert "bundle.json.photographs" not in found  # as many as were
    none = {name: content for name, content in shown.items() if not name.startswith("photographs/")}
    assert list(apart(tmp_path, none)) == ["bundle.json.photographs"]


def test_events_and_pairs_are_those_of_the_run(shown: dict[str, bytes], tmp_path: Path) -> None:
    rows = [json.loads(line) for line in shown["events.jsonl"].splitlines()]
    rows[0]["photographs"] += 1
    rows[1] = {**rows[1], "stage": "search-other"}
    rows[2]["at"] = "yesterday"
    next(row for row in rows if row["event"] == "gallery deleted")["gallery"] = "fairlineup-other"
    rows.append({**rows[0], "event": "all is well"})
    lines = [json.dumps(row, separators=(",", ":"), sort_keys=True) for row in rows]
    pairs = shown["labels/worklist.csv"].decode().split("\n")
    name, one, other = pairs[1].split(",")
    pairs[1] = ",".join([name, other, one])
    changed = {"events.jsonl": "\n".join(lines).encode(), "labels/worklist.csv": "\n".join(pairs).encode()}
    found = apart(tmp_path, {**shown, **changed})
    places = {
        "events.jsonl[1].photographs",
        "events.jsonl[2].stage",
        "events.jsonl[3]",
        "labels/worklist.csv",
    }
    assert places < set(found)
    assert "events.jsonl[5].gallery" in found
    assert "events.jsonl" in found  # a last line that is cut off, and stages that were never begun
    assert any(path.startswith("events.jsonl") for path in apart(tmp_path, {**shown, "events.jsonl": b""}))


def test_files_of_other_runs_and_paths_of_other_machines_differ(
    shown: dict[str, bytes], tmp_path: Path
) -> None:
    identity = json.loads(shown["run.json"])
    identity["photographs_folder"] = "/etc"
    files = {
        **shown,
        "run.json": json.dumps(identity).encode(),
        "plan.toml": shown["plan.toml"].replace(b'folder = "photographs"', b'folder = "/etc"'),
        **dict.fromkeys(("answers.sqlite", "calibration.json", "canary-end.json", "plan-7.toml"), b"{}\n"),
    }
    found = apart(tmp_path, files)
    strangers = {"answers.sqlite", "calibration.json", "canary-end.json", "plan-7.toml"}
    assert set(found) >= strangers | {"run.json.photographs_folder", "run.json", "plan.toml"}


def test_whom_the_answers_are_about_is_the_same_everywhere(shown: dict[str, bytes], tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as pq

    name = "searches.parquet"
    table = pq.read_table(arrow.BufferReader(shown[name]))
    sink = arrow.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"fairlineup_population": "real"}), sink)
    assert list(apart(tmp_path, {**shown, name: sink.getvalue().to_pybytes()})) == [f"{name}.population"]


@pytest.mark.parametrize(
    "name",
    [
        "evil.sh",
        ".hidden",
        "figures/page.html",
        "labels/more.csv",
        "run.json.bak",
        "__MACOSX/plan.toml",
        "report-short.html",
        "Plan.toml",
        "photographs",
        "plan.toml/x",
        "PHOTOGRAPHS/x.png",
        *(f"photographs/a{one}b.png" for one in "\u2028\u2029\u202e\u2066\x85\x9b\x1b\n\r\x7f\u200b"),
    ],
)
def test_a_file_for_no_purpose_or_of_a_name_that_hides_is_refused(
    unsigned: Path, tmp_path: Path, name: str
) -> None:
    path = forged(tmp_path / "b.zip", {**contents(unsigned), name: b"x"})
    with pytest.raises(BadInput) as refused:
        verify_bundle(path, draw)
    assert refused.value.code == "bundle-unreadable"
    assert name.isprintable() or name not in str(refused.value)


def test_photographs_that_a_disk_takes_for_one_do_not_go_in(audited: Path, tmp_path: Path) -> None:
    shutil.copytree(audited / "run", tmp_path / "run")
    run = load_run(tmp_path / "run")
    first = next(iter(run.digests))
    digests = {**run.digests, first.upper(): run.digests[first]}
    with pytest.raises(BadInput, match="differs in form only"):
        photographs(replace(run, digests=digests), Folder(audited / "cards"))
