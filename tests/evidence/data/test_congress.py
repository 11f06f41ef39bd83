"""From three repositories to a data set the Congress test can use."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from fairlineup.evidence.data import (
    CheckoutIncomplete,
    Checkouts,
    CongressSet,
    Fetcher,
    GitHub,
    Source,
    SourceChanged,
    SourceFailed,
    fetch,
    finish,
    prepare,
)
from fairlineup.evidence.plan import read_dataset
from fairlineup.records import BadInput, Progress, SystemFailed, no_progress

from .conftest import QUICK
from .mirror import COMMITS, IMAGES, LEGISLATORS, PHOTOS, Mirror, check_out, picture, repositories

PHOTOGRAPHS = 11


def gathered(folder: Path, source: Source, progress: Progress = no_progress) -> CongressSet:
    gathering = prepare(folder, source, progress)
    fetch(gathering, source, progress)
    return finish(gathering, source, progress)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def photographs(mirror: Mirror) -> list[str]:
    return [path for path in mirror.seen if path.startswith("/raw/") and path.endswith(".jpg")]


# --- the data set --------------------------------------------------------------------------------


def test_the_data_set_can_be_read_and_every_label_has_a_source(tmp_path: Path, github: GitHub) -> None:
    made = gathered(tmp_path, github)
    assert (made.probes, made.gallery, made.people, made.mates) == (5, 6, 8, 2)
    found = read_dataset(tmp_path)
    assert found.unknown_columns == ()
    at = f"{LEGISLATORS}@{COMMITS[LEGISLATORS]}:"
    both = f"{at}legislators-current.csv; {at}legislators-historical.csv"
    assert dict(found.label_sources) == {"sex": both, "birth_year": both}
    assert all((tmp_path / entry.photo).is_file() for entry in found.entries)
    by_photo = {entry.photo: entry for entry in found.entries}
    mate = by_photo["gallery/040100.jpg"]
    assert (mate.person, mate.role, dict(mate.labels)) == (
        "A000001",
        "gallery",
        {"sex": "F", "birth_year": "1960"},
    )
    assert mate.source == f"{PHOTOS}@{COMMITS[PHOTOS]}:images/wiki/040100.jpg"
    assert by_photo["probes/B000002.jpg"].name == "Bob Éxample"
    assert dict(by_photo["gallery/000900.jpg"].labels) == {}
    assert dict(by_photo["probes/C000003.jpg"].labels) == {"sex": "M"}


def test_no_source_stands_beside_a_blank(tmp_path: Path, github: GitHub) -> None:
    text = gathered(tmp_path, github).manifest.read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == PHOTOGRAPHS
    for row in rows:
        assert bool(row["sex"]) == bool(row["sex_source"])
        assert bool(row["birth_year"]) == bool(row["birth_year_source"])
        assert bool(row["capture"]) == (row["role"] == "gallery")
    assert "ethnicity" not in rows[0]


def test_the_size_is_exact_before_anything_is_fetched(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    gathering = prepare(tmp_path, github)
    assert photographs(mirror) == []
    said = gathering.bytes_absent
    fetch(gathering, github)
    files = [*(tmp_path / "probes").iterdir(), *(tmp_path / "gallery").iterdir()]
    assert said == gathering.bytes_total == sum(path.stat().st_size for path in files)
    assert len(files) == len(gathering.chosen) == PHOTOGRAPHS


def test_progress_is_told(tmp_path: Path, github: GitHub) -> None:
    told: list[tuple[str, int, int]] = []
    gathered(tmp_path, github, lambda *step: told.append(step))
    assert [step for step in told if step[0] == "photographs"] == [
        ("photographs", done, PHOTOGRAPHS) for done in range(PHOTOGRAPHS + 1)
    ]
    assert {stage for stage, _, _ in told} == {"lists", "photographs", "pictures"}


def test_the_token_goes_to_githubs_api_alone(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairlineup.evidence.data.github.GITHUB_API", mirror.hosts.api)
    gathered(tmp_path, github)
    assert all("authorization" in heads for path, heads in mirror.headers.items() if path.startswith("/api/"))
    raw = {path: heads for path, heads in mirror.headers.items() if path.startswith("/raw/")}
    assert len(raw) > PHOTOGRAPHS
    assert not any("secret" in str(heads) for heads in raw.values())
    assert not any(b"secret" in content for content in tree(tmp_path).values())
    assert "secret" not in repr(mirror.hosts)


def test_no_room_is_said_before_the_first_photograph(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathering = prepare(tmp_path, github)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(SystemFailed, match=r"no room in .*expected \d+ MB free, got 1 MB.*free \d+ MB there"):
        fetch(gathering, github)
    assert not list(tmp_path.glob("probes/*"))


def test_update_takes_the_newest_and_keeps_what_is_the_same(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered(tmp_path, github)
    monkeypatch.setitem(COMMITS, IMAGES, "9" * 40)
    mirror.files[IMAGES]["congress/450x550/A000001.jpg"] = picture(4711)
    assert prepare(tmp_path, github).absent == ()
    newer = prepare(tmp_path, github, update=True)
    assert [one.photo for one in newer.absent] == ["probes/A000001.jpg"]
    fetch(newer, github)
    finish(newer, github)
    assert (tmp_path / "probes/A000001.jpg").read_bytes() == picture(4711)
    assert "9" * 40 in (tmp_path / "people.csv").read_text()


def test_what_was_left_out_is_written_down(tmp_path: Path, github: GitHub) -> None:
    gathered(tmp_path, github)
    said = json.loads((tmp_path / "sources.json").read_text())["left_out"]
    assert sum(said.values()) == 7
    assert said["portraits that no id ties to a person, and who may be a probe"] == 2


# --- going on ------------------------------------------------------------------------------------


def test_a_second_run_asks_for_nothing(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    gathered(tmp_path, github)
    before = tree(tmp_path)
    mirror.seen.clear()
    gathered(tmp_path, github)
    assert dict(mirror.seen) == {}
    assert tree(tmp_path) == before


def test_only_what_is_missing_or_wrong_is_fetched(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered(tmp_path, github)
    before = tree(tmp_path)
    (tmp_path / "probes/A000001.jpg").unlink()
    spoilt = tmp_path / "gallery/000900.jpg"
    spoilt.write_bytes(b"\0" * spoilt.stat().st_size)
    (tmp_path / "gallery" / ".000100.jpg.7.partial").write_bytes(b"half")
    monkeypatch.setattr(import_module("fairlineup.files.writing"), "_swept", set())  # as in another process
    mirror.seen.clear()
    gathering = prepare(tmp_path, github)
    assert [one.photo for one in gathering.absent] == ["probes/A000001.jpg", "gallery/000900.jpg"]
    gathered(tmp_path, github)
    assert len(mirror.seen) == 2
    assert tree(tmp_path) == before


def test_a_run_that_goes_on_stays_at_its_commits(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path, github)
    monkeypatch.setitem(COMMITS, IMAGES, "9" * 40)
    with pytest.raises(SourceFailed, match=f"{'2' * 40}.*got HTTP 404") as caught:
        gathered(tmp_path, github)
    assert "moved" in caught.value.facts
    (tmp_path / "sources.json").unlink()
    gathered(tmp_path, GitHub(Fetcher(QUICK), mirror.hosts))
    assert json.loads((tmp_path / "sources.json").read_text())["repositories"][IMAGES]["commit"] == "9" * 40


def test_what_was_fetched_before_a_failure_stays(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    bad = mirror.raw(PHOTOS, "images/wiki/000900.jpg")
    mirror.faults[bad] = ["404"]
    gathering = prepare(tmp_path, github)
    with pytest.raises(SourceFailed, match=r"000900\.jpg: expected the file, got HTTP 404"):
        fetch(gathering, github)
    here = {one.photo for one in gathering.chosen if (tmp_path / one.photo).is_file()}
    assert len(here) >= 5
    assert "gallery/000900.jpg" not in here
    assert not (tmp_path / "people.csv").exists()
    assert not list(tmp_path.rglob("*.partial"))


def test_faults_everywhere_give_the_same_data_set(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    gathered(tmp_path / "plain", github)
    paths = list(mirror.seen)
    kinds = ["500", "cut", "short", "502"]
    mirror.faults = {path: [kinds[i % 4], kinds[(i + 1) % 4]] for i, path in enumerate(paths)}
    for path in paths:
        if path.startswith("/api/"):  # the API gives no digest to check an answer by
            mirror.faults[path] = ["500", "cut"]
    mirror.faults[mirror.raw(IMAGES, "congress/450x550/A000001.jpg")] = ["wrong", "stall"]
    gathered(tmp_path / "faulty", github)
    assert tree(tmp_path / "faulty") == tree(tmp_path / "plain")
    assert min(mirror.seen.values()) >= 4


def test_never_more_than_four_at_once(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    mirror.delay_s = 0.03
    gathered(tmp_path, github)
    assert mirror.most_at_once == 4


# --- what is refused -----------------------------------------------------------------------------


def test_somebody_elses_data_set_is_left_alone(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    (tmp_path / "people.csv").write_text("mine")
    with pytest.raises(BadInput, match="holds another data set"):
        prepare(tmp_path, github)
    assert tree(tmp_path) == {"people.csv": b"mine"}
    assert dict(mirror.seen) == {}


def test_a_record_that_cannot_be_read(tmp_path: Path, github: GitHub) -> None:
    prepare(tmp_path, github)
    (tmp_path / "sources.json").write_text("{")
    with pytest.raises(BadInput, match=r"sources\.json.*remove it"):
        prepare(tmp_path, github)


@pytest.mark.parametrize(
    ("repository", "path"), [(LEGISLATORS, "legislators-historical.csv"), (PHOTOS, "members.csv")]
)
def test_a_source_that_lacks_a_list(
    tmp_path: Path, github: GitHub, mirror: Mirror, repository: str, path: str
) -> None:
    del mirror.files[repository][path]
    with pytest.raises(SourceChanged, match=f"expected a file {path}"):
        prepare(tmp_path, github)


def test_a_source_without_its_folder(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    mirror.files[IMAGES] = {"README.md": b"moved"}
    with pytest.raises(SourceChanged, match="a folder congress/450x550"):
        prepare(tmp_path, github)


def test_a_list_cut_short_by_the_api(
    tmp_path: Path, github: GitHub, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Mirror.tree

    def cut(self: Mirror, repository: str, id_: str) -> bytes | None:
        body = whole(self, repository, id_)
        return body and body.replace(b'"truncated": false', b'"truncated": true')

    monkeypatch.setattr(Mirror, "tree", cut)
    with pytest.raises(SourceChanged, match="one cut short"):
        prepare(tmp_path, github)


def test_member_ids_are_not_needed(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    del mirror.files[PHOTOS]["config/database-raw.json"]
    gathered(tmp_path, github)
    people = {entry.photo: entry.person for entry in read_dataset(tmp_path).entries}
    assert people["gallery/000100.jpg"] == "A000001"
    assert "gallery/040100.jpg" not in people  # no id ties it, and the name is a probe's


def test_a_file_that_is_no_picture_is_left_out_and_named(
    tmp_path: Path, github: GitHub, mirror: Mirror
) -> None:
    mirror.files[PHOTOS]["images/wiki/000700.jpg"] = b"version https://git-lfs.github.com/spec/v1\n"
    mirror.files[PHOTOS]["images/wiki/000900.jpg"] = picture(5)[:400]
    made = gathered(tmp_path, github)
    assert made.unreadable == ("gallery/000700.jpg", "gallery/000900.jpg")
    assert made.gallery == 4
    assert not {"gallery/000700.jpg", "gallery/000900.jpg"} & {
        e.photo for e in read_dataset(tmp_path).entries
    }
    said = json.loads((tmp_path / "sources.json").read_text())
    assert said["left_out_unreadable"] == ["gallery/000700.jpg", "gallery/000900.jpg"]


# --- checkouts -----------------------------------------------------------------------------------


def test_checkouts_give_the_same_manifest(tmp_path: Path, github: GitHub) -> None:
    gathered(tmp_path / "fetched", github)
    gathered(tmp_path / "copied", Checkouts(check_out(tmp_path / "repositories")))
    fetched, copied = tree(tmp_path / "fetched"), tree(tmp_path / "copied")
    for record in ("sources.json", "sources/listings.json"):
        del fetched[record], copied[record]
    assert copied == fetched


def test_a_checkout_that_changed_is_copied_again(tmp_path: Path) -> None:
    source = Checkouts(check_out(tmp_path / "repositories"))
    gathered(tmp_path / "set", source)
    (tmp_path / "repositories/images/congress/450x550/A000001.jpg").write_bytes(picture(999))
    gathered(tmp_path / "set", source)
    assert (tmp_path / "set/probes/A000001.jpg").read_bytes() == picture(999)


def test_a_download_after_checkouts_checks_everything(tmp_path: Path, github: GitHub, mirror: Mirror) -> None:
    files = repositories()
    files[IMAGES]["congress/450x550/A000001.jpg"] = picture(999)
    gathered(tmp_path / "set", Checkouts(check_out(tmp_path / "repositories", files)))
    gathered(tmp_path / "set", github)
    assert len(photographs(mirror)) == 1
    assert (tmp_path / "set/probes/A000001.jpg").read_bytes() == picture(0)


def test_a_checkout_that_does_not_say_its_commit(tmp_path: Path) -> None:
    parent = check_out(tmp_path / "repositories")
    (parent / "congress-legislators" / ".git" / "HEAD").unlink()
    gathered(tmp_path / "set", Checkouts(parent))
    sources = read_dataset(tmp_path / "set").label_sources
    assert "unitedstates/congress-legislators@unknown-commit:legislators-current.csv" in sources["sex"]


@pytest.mark.parametrize(
    ("take_away", "named"),
    [
        ("images", "no images/"),
        ("member_photos/members.csv", "no member_photos/members.csv"),
        ("images/congress/450x550", "no images/congress/450x550/"),
        ("congress-legislators/legislators-current.csv", "branch gh-pages"),
    ],
)
def test_what_a_checkout_lacks_is_named(tmp_path: Path, take_away: str, named: str) -> None:
    parent = check_out(tmp_path)
    (parent / take_away).rename(tmp_path / "elsewhere")
    with pytest.raises(CheckoutIncomplete) as raised:
        Checkouts(parent)
    assert named in str(raised.value)


def test_checkouts_of_nothing_but_pointers(tmp_path: Path) -> None:
    files = repositories()
    for repository in (IMAGES, PHOTOS):
        for path in files[repository]:
            if path.endswith(".jpg"):
                files[repository][path] = b"version https://git-lfs.github.com/spec/v1\n"
    source = Checkouts(check_out(tmp_path / "repositories", files))
    with pytest.raises(BadInput, match="not pointers to them"):
        gathered(tmp_path / "set", source)
    assert not (tmp_path / "set" / "people.csv").exists()
