from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import ImageOps

from fairlineup.evidence.plan import (
    ALLOWED,
    Case,
    Finding,
    Kind,
    Policy,
    find,
    read_dataset,
    settle,
)
from fairlineup.evidence.plan.settle import tally
from fairlineup.faces.photos import SYNTHETIC_MARK
from fairlineup.records import BadInput

from .kit import picture, save, write_csv

HEAD = ["person", "photo", "role", "name", "sex", "sex_source"]
ROWS = {
    "a.jpg": ["ann", "a.jpg", "probe", "Ann Lee", "F", "registry"],
    "a2.jpg": ["ann", "a2.jpg", "gallery", "Ann Lee", "F", "registry"],  # a.jpg cropped and rescaled
    "b.jpg": ["bob", "b.jpg", "probe", "Bob", "M", "registry"],
    "c.jpg": ["cem", "c.jpg", "gallery", "Cem", "M", "registry"],  # b.jpg again, mirrored
    "d.jpg": ["dee", "d.jpg", "gallery", "LEE,  ann", "F", "registry"],  # one name, two ids
    "e.jpg": ["eve", "e.jpg", "gallery", "Eve", "F", "registry"],
    "f.jpg": ["eve", "f.jpg", "gallery", "Eve", "X", "registry"],  # labels disagree
    "gone.jpg": ["gus", "gone.jpg", "gallery", "Gus", "M", "registry"],
    "zero.jpg": ["zed", "zero.jpg", "gallery", "Zed", "M", "registry"],
    "half.jpg": ["hal", "half.jpg", "gallery", "Hal", "M", "registry"],
    "text.jpg": ["tom", "text.jpg", "probe", "Tom", "M", "registry"],
    "u.png": ["uma", "u.png", "probe", "Uma", "F", "registry"],
    "m.jpg": ["max", "m.jpg", "gallery", "Max", "M", "registry"],  # says that it was made up
}


def _folder(folder: Path, rows: list[list[str]], header: list[str] = HEAD) -> Path:
    pictures = {
        name: picture(seed) for seed, name in enumerate(["a.jpg", "b.jpg", "d.jpg", "e.jpg", "f.jpg"])
    }
    pictures["a2.jpg"] = pictures["a.jpg"].crop((14, 12, 150, 190)).resize((204, 267))
    pictures["c.jpg"] = ImageOps.mirror(pictures["b.jpg"])
    pictures["u.png"] = picture(99)
    for name, image in pictures.items():
        save(image, folder / name)
    picture(77).save(folder / "m.jpg", comment=SYNTHETIC_MARK)
    (folder / "zero.jpg").touch()
    save(picture(50), folder / "half.jpg")
    content = (folder / "half.jpg").read_bytes()
    (folder / "half.jpg").write_bytes(content[: len(content) // 2])
    (folder / "text.jpg").write_text("this is no picture\n" * 50)
    write_csv(folder, header, rows)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _folder(tmp_path_factory.mktemp("set"), list(ROWS.values()))


@pytest.fixture(scope="module")
def found(folder: Path) -> tuple[Finding, ...]:
    return find(read_dataset(folder))


def _of(found: tuple[Finding, ...], kind: Kind) -> list[Finding]:
    return [finding for finding in found if finding.kind is kind]


@pytest.mark.parametrize(
    ("kind", "people", "photos"),
    [
        (Kind.MISSING_FILE, [("gus",)], [("gone.jpg",)]),
        (Kind.SAME_PICTURE, [("ann",)], [("a.jpg", "a2.jpg")]),
        (Kind.ONE_PICTURE_TWO_PEOPLE, [("bob", "cem")], [("b.jpg", "c.jpg")]),
        (Kind.ONE_NAME_TWO_PEOPLE, [("ann", "dee")], [("a.jpg", "a2.jpg", "d.jpg")]),
        (Kind.LABELS_DISAGREE, [("eve",)], [("e.jpg", "f.jpg")]),
        (Kind.BOTH_ROLES, [("ann",)], [("a.jpg", "a2.jpg")]),
        (Kind.UNREADABLE, [("zed",), ("hal",), ("tom",)], [("zero.jpg",), ("half.jpg",), ("text.jpg",)]),
        (Kind.SAYS_SYNTHETIC, [("max",)], [("m.jpg",)]),
        (Kind.UNKNOWN_COLUMN, [], []),
    ],
)
def test_each_kind_is_found_and_nothing_else(
    found: tuple[Finding, ...], kind: Kind, people: list[tuple[str, ...]], photos: list[tuple[str, ...]]
) -> None:
    assert [finding.people for finding in _of(found, kind)] == people
    assert [finding.photos for finding in _of(found, kind)] == photos


def test_words_of_what_was_seen(found: tuple[Finding, ...]) -> None:
    assert _of(found, Kind.LABELS_DISAGREE)[0].detail == "sex: F and X"
    assert all(finding.detail for finding in found)
    reasons = [finding.detail for finding in _of(found, Kind.UNREADABLE)]
    assert len(set(reasons)) == 3


def test_unknown_columns_are_found(tmp_path: Path) -> None:
    folder = _folder(tmp_path, [["ann", "a.jpg", "probe", "9"]], ["person", "photo", "role", "shoe"])
    finding = find(read_dataset(folder))
    assert [(f.kind, f.detail) for f in finding] == [(Kind.UNKNOWN_COLUMN, "shoe")]
    with pytest.raises(BadInput, match="a column that is neither known nor declared as a label: shoe"):
        settle(read_dataset(folder), finding, Policy())
    assert len(settle(read_dataset(folder), finding, Policy(unknown_column="keep")).entries) == 1


def test_ids_stay_when_other_rows_move_or_leave(
    folder: Path, found: tuple[Finding, ...], tmp_path: Path
) -> None:
    ids = {finding.id for finding in found}
    assert len(ids) == len(found)
    rows = list(ROWS.values())
    concerned = {"a.jpg", "a2.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"}
    others = [row for row in rows if row[1] not in concerned]
    random.Random(4).shuffle(others)  # noqa: S311 - an order, not a secret
    moved = [*others[:2], *[row for row in rows if row[1] in concerned], *others[2:]]
    assert {f.id for f in find(read_dataset(_folder(tmp_path / "moved", moved)))} == ids
    fewer = [row for row in rows if row[1] not in ("u.png", "gone.jpg", "zero.jpg")]
    remaining = {f.id for f in find(read_dataset(_folder(tmp_path / "fewer", fewer)))}
    assert remaining == {f.id for f in found if f.photos not in (("gone.jpg",), ("zero.jpg",))}


def test_ids_change_with_the_photographs(found: tuple[Finding, ...]) -> None:
    finding = _of(found, Kind.SAME_PICTURE)[0]
    assert finding.id.startswith("same_picture:")
    assert Finding(finding.kind, finding.people, ("a.jpg", "a3.jpg"), finding.detail).id != finding.id
    assert Finding(finding.kind, finding.people, finding.photos, "other words").id == finding.id


# --- every way to settle each --------------------------------------------------------------------

LENIENT = Policy(
    missing_file="leave_out", unreadable="keep", one_picture_two_people="keep", one_name_two_people="keep"
)


@pytest.mark.parametrize(
    ("kind", "action", "out", "merged"),
    [
        (Kind.MISSING_FILE, "leave_out", {"gone.jpg"}, {}),
        (Kind.UNREADABLE, "keep", set(), {}),
        (Kind.UNREADABLE, "leave_out", {"zero.jpg", "half.jpg", "text.jpg"}, {}),
        (Kind.SAME_PICTURE, "keep", set(), {}),
        (Kind.SAME_PICTURE, "leave_out", {"a2.jpg"}, {}),
        (Kind.ONE_PICTURE_TWO_PEOPLE, "merge", set(), {"c.jpg": "bob"}),
        (Kind.ONE_PICTURE_TWO_PEOPLE, "leave_out", {"c.jpg"}, {}),
        (Kind.ONE_PICTURE_TWO_PEOPLE, "keep", set(), {}),
        (Kind.ONE_NAME_TWO_PEOPLE, "merge", set(), {"d.jpg": "ann"}),
        (Kind.ONE_NAME_TWO_PEOPLE, "leave_out", {"a.jpg", "a2.jpg", "d.jpg"}, {}),
        (Kind.ONE_NAME_TWO_PEOPLE, "keep", set(), {}),
        (Kind.LABELS_DISAGREE, "leave_out", set(), {}),
        (Kind.LABELS_DISAGREE, "keep", set(), {}),
        (Kind.BOTH_ROLES, "keep", set(), {}),
        (Kind.BOTH_ROLES, "leave_out", {"a2.jpg"}, {}),
        (Kind.SAYS_SYNTHETIC, "keep", set(), {}),
        (Kind.SAYS_SYNTHETIC, "leave_out", {"m.jpg"}, {}),
    ],
)
@pytest.mark.parametrize("by_case", [False, True])
def test_every_way_to_settle(
    folder: Path,
    found: tuple[Finding, ...],
    kind: Kind,
    action: str,
    out: set[str],
    merged: dict[str, str],
    *,
    by_case: bool,
) -> None:
    policy = {k.value: getattr(LENIENT, k.value) for k in Kind}
    cases = tuple(Case(f.id, action, "looked at it") for f in _of(found, kind)) if by_case else ()
    if not by_case:
        policy[kind.value] = action
    elif action != "stop":
        policy[kind.value] = "stop"
    settled = settle(read_dataset(folder), found, Policy(**policy, case=cases))
    assert {entry.photo for entry in settled.left_out} == out | {"gone.jpg"}
    person = {entry.photo: entry.person for entry in settled.entries}
    assert person == {p: merged.get(p, row[0]) for p, row in ROWS.items() if p not in out | {"gone.jpg"}}
    labelled = {e.photo for e in settled.entries if "sex" in e.labels}
    blanked = kind is not Kind.LABELS_DISAGREE or action == "leave_out"
    assert ({"e.jpg", "f.jpg"} & labelled == set()) is blanked
    reasons = {s.reason for s in settled.settlements if s.finding.kind is kind}
    assert reasons == {"looked at it" if by_case else "by policy"}
    assert tally(settled.settlements)[f"{kind.value}: {action}"] == len(_of(found, kind))


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.UNKNOWN_COLUMN and "_in_form" not in k])
def test_stop_is_one_line_with_the_remedy(folder: Path, found: tuple[Finding, ...], kind: Kind) -> None:
    policy = {k.value: getattr(LENIENT, k.value) for k in Kind} | {kind.value: "stop"}
    with pytest.raises(BadInput) as caught:
        settle(read_dataset(folder), found, Policy(**policy))
    text = str(caught.value)
    assert "\n" not in text
    assert _of(found, kind)[0].id in text
    assert _of(found, kind)[0].photos[0] in text
    assert f"set {kind.value} under [settle] in the plan to {' or '.join(ALLOWED[kind])}" in text
    assert (caught.value.code, caught.value.facts["kind"]) == ("data-doubtful", kind.value)


def test_one_case_does_not_settle_the_others(folder: Path, found: tuple[Finding, ...]) -> None:
    first = _of(found, Kind.UNREADABLE)[0]
    policy = {k.value: getattr(LENIENT, k.value) for k in Kind} | {"unreadable": "stop"}
    with pytest.raises(BadInput, match=r"half\.jpg"):
        settle(read_dataset(folder), found, Policy(**policy, case=(Case(first.id, "keep"),)))


def test_a_case_that_names_nothing(folder: Path, found: tuple[Finding, ...]) -> None:
    policy = {k.value: getattr(LENIENT, k.value) for k in Kind}
    with pytest.raises(BadInput, match=r"names no finding.*got 'same_picture:0000aaaa'; take the case out"):
        settle(read_dataset(folder), found, Policy(**policy, case=(Case("same_picture:0000aaaa", "keep"),)))


@pytest.mark.parametrize("kind", list(Kind))
def test_actions_a_kind_does_not_allow(folder: Path, found: tuple[Finding, ...], kind: Kind) -> None:
    finding = Finding(kind, ("ann",), ("a.jpg",), "made up")
    for action in {"merge", "leave_out", "keep", "shrug"} - set(ALLOWED[kind]):
        policy = Policy(case=(Case(finding.id, action),))
        with pytest.raises(BadInput, match=f"{kind.value} cannot be settled so"):
            settle(read_dataset(folder), (finding,), policy)


@pytest.mark.parametrize("photo", ["a" * 300 + ".jpg", "я" * 200, "gallery/x\0y.jpg", "people.csv/x.jpg"])
def test_a_photograph_no_file_can_be_called_is_missing(tmp_path: Path, photo: str) -> None:
    write_csv(tmp_path, ["person", "photo", "role"], [["p", photo, "probe"], ["o", "there.png", "gallery"]])
    save(picture(1), tmp_path / "there.png")
    dataset = read_dataset(tmp_path)
    assert [(f.kind, f.photos) for f in find(dataset)] == [(Kind.MISSING_FILE, (photo,))]
    with pytest.raises(OSError, match=r"No such file|too long|Not a directory"):
        dataset.photograph(dataset.entries[0]).read()
