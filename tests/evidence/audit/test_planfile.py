from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairlineup.evidence.plan import (
    Case,
    ContrastChoice,
    DatasetChoice,
    GalleryChoice,
    LimitChoice,
    Plan,
    Policy,
    ProbesChoice,
    SearchChoice,
    StatisticsChoice,
    SystemChoice,
    ThresholdChoice,
    folder_of,
    parse_plan,
    read_plan,
    write_plan,
)
from fairlineup.records import BadInput

LEAST = '[dataset]\nfolder = "set"\n[system]\nname = "simulated"\n'

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMED = TEXT.filter(str.strip)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0, 2**40)
OPTIONS: st.SearchStrategy[Any] = st.recursive(
    TEXT | st.integers(-(2**60), 2**60) | NUMBERS | st.booleans() | st.sampled_from([float("inf")]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
USE = st.sampled_from(["", "test"])
PATH = NAMED.filter(lambda text: "\0" not in text)
HALF = st.sampled_from(["all", "even", "odd"])
IN_A_FOLDER = st.builds(DatasetChoice, PATH, PATH, HALF, TEXT, TEXT, USE)
MADE = st.builds(
    DatasetChoice, st.just(""), PATH, HALF, TEXT, TEXT, USE, NAMED, st.dictionaries(TEXT, OPTIONS, max_size=3)
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that may be written."""
    score = NUMBERS | st.sampled_from(["default", "recommended"])
    thresholds = draw(st.lists(st.builds(ThresholdChoice, TEXT, score, TEXT), min_size=1, max_size=3))
    names = [choice.name for choice in thresholds]
    thresholds = [choice for i, choice in enumerate(thresholds) if choice.name not in names[:i]]
    actions = {"one_picture_two_people": ["merge", "keep", "stop"], "unreadable": ["leave_out", "stop"]}
    contrasts = st.tuples(NAMED, TEXT, TEXT).filter(lambda c: c[1] != c[2]).map(lambda c: ContrastChoice(*c))
    cases = st.builds(Case, TEXT.map("x:{}".format), st.sampled_from(["keep", "merge"]), TEXT)
    return Plan(
        dataset=draw(IN_A_FOLDER | MADE),
        system=draw(st.builds(SystemChoice, TEXT, st.dictionaries(TEXT, OPTIONS, max_size=4))),
        title=draw(TEXT),
        labels=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        groups=tuple(draw(st.lists(NAMED, max_size=3))),
        settle=Policy(
            **{kind: draw(st.sampled_from(some)) for kind, some in actions.items()},
            case=tuple(draw(st.lists(cases, max_size=3))),
        ),
        probes=ProbesChoice(draw(WHOLE)),
        gallery=GalleryChoice(draw(WHOLE), tuple(draw(st.lists(st.integers(1, 99), max_size=3)))),
        search=SearchChoice(draw(st.booleans()), True, draw(st.integers(1, 99)), draw(st.none() | NUMBERS)),
        threshold=tuple(thresholds),
        contrast=tuple(draw(st.lists(contrasts, max_size=2))),
        limit=(
            LimitChoice(draw(st.sampled_from(["fpir", "fnir", "fte"])), draw(st.sampled_from(names)), 0.25),
        ),
        statistics=StatisticsChoice(draw(st.floats(0.501, 0.999)), draw(WHOLE)),
    )


@given(plans())
def test_written_plan_reads_back_equal(plan: Plan) -> None:
    assert parse_plan(write_plan(plan)) == plan
    assert write_plan(parse_plan(write_plan(plan))) == write_plan(plan)


def test_dates_in_options_are_kept() -> None:
    plan = parse_plan(LEAST + "options = { since = 2024-02-03, at = 2024-02-03T04:05:06Z, t = 07:08:09 }\n")
    assert parse_plan(write_plan(plan)) == plan


def test_every_default_is_spelt_out_with_a_sentence() -> None:
    text = write_plan(parse_plan(LEAST))
    table = tomllib.loads(text)
    assert table["search"]["list_length"] == 50
    assert table["settle"]["missing_file"] == "stop"
    assert table["threshold"] == [{"name": "default", "score": "default", "source": ""}]
    assert "# Search this many people drawn with the seed; 0 is everyone.\npeople = 0" in text
    assert "# record_to = (set from the system's scale when the run begins)" in text


def test_a_group_is_not_compared_with_itself() -> None:
    contrast = "[[contrast]]\nlabel = 'skin'\none = 'light'\n"
    with pytest.raises(BadInput, match="skin compares a group with itself: expected two groups that differ"):
        parse_plan(LEAST + contrast + "other = 'light'\n")
    assert parse_plan(LEAST + contrast).contrast == (ContrastChoice("skin", "light"),)


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("tittle = 'x'\n" + LEAST, "'tittle'", "did you mean 'title'?"),
        (LEAST.replace("folder", "foldr"), "'dataset.foldr'", "did you mean 'folder'?"),
        (LEAST + "optoins = {}\n", "'system.optoins'", "did you mean 'options'?"),
        (LEAST + "[serch]\n", "'serch'", "did you mean 'search'?"),
        (LEAST + "[search]\nlist_lenght = 3\n", "'search.list_lenght'", "did you mean 'list_length'?"),
        (LEAST + "[probes]\npeoples = 3\n", "'probes.peoples'", "did you mean 'people'?"),
        (LEAST + "[gallery]\nsize = [3]\n", "'gallery.size'", "did you mean 'sizes'?"),
        (LEAST + "[[treshold]]\n", "'treshold'", "did you mean 'threshold'?"),
        (LEAST + "[[threshold]]\nname='a'\nscores=1\n", "'threshold[0].scores'", "did you mean 'score'?"),
        (LEAST + "[[contrast]]\nlable='a'\n", "'contrast[0].lable'", "did you mean 'label'?"),
        (LEAST + "[limit]\nat_must = 0.1\n", "'limit.at_must'", "did you mean 'at_most'?"),
        (LEAST + "[statistics]\nsede = 1\n", "'statistics.sede'", "did you mean 'seed'?"),
        (LEAST + "[settle]\nboth_role = 'keep'\n", "'settle.both_role'", "did you mean 'both_roles'?"),
        (LEAST + "[[settle.case]]\nfindng='a'\n", "'settle.case[0].findng'", "did you mean 'finding'?"),
        (LEAST + "[zzz]\n", "'zzz'", "take it out"),
    ],
)
def test_misspelt_keys_are_named_with_what_was_meant(text: str, key: str, meant: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_plan(text)
    assert caught.value.code == "plan-invalid"
    assert caught.value.facts["option"] == key.strip("'")
    assert caught.value.remedy == meant


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "[search]\nlist_length = '5'\n",
            "search.list_length: expected a whole number from 1 to 1,000,000,000, got '5'",
        ),
        (
            "[search]\nlist_length = 5.0\n",
            "search.list_length: expected a whole number from 1 to 1,000,000,000, got 5.0",
        ),
        (
            "[search]\nlist_length = true\n",
            "search.list_length: expected a whole number from 1 to 1,000,000,000, got True",
        ),
        ("[search]\ntarget_absent = 1\n", "search.target_absent: expected true or false"),
        ("[search]\nrecord_to = nan\n", "search.record_to: expected a number"),
        ("[limit]\nat_most = 'low'\n", "limit.at_most: expected a number"),
        ("[limit]\nmeasure = 'fmr'\n", "limit.measure: expected one of 'fpir', 'fnir', 'fte', got 'fmr'"),
        ("[gallery]\nsizes = 5\n", "gallery.sizes: expected a list"),
        ("[gallery]\nsizes = [5, 'x']\n", "gallery.sizes[1]: expected a whole number"),
        ("[threshold]\nname = 'a'\n", "threshold.score: expected a number (without quotes)"),
        ("[[threshold]]\nname = 'a'\n", "threshold[0].score: expected a number (without quotes)"),
        (
            "[[threshold]]\nname = 'a'\nscore = 'defualt'\n",
            "threshold[0].score: expected a number (without quotes), 'default', 'recommended'",
        ),
        ("[[threshold]]\nname = 'a'\nscore = nan\n", "threshold[0].score: expected a number"),
        ("[labels]\nsex = 1\n", "labels.sex: expected text"),
        ("[settle]\nmissing_file = 'keep'\n", "missing_file cannot be settled so"),
        ("[settle]\nboth_roles = 'shrug'\n", "expected one of keep, leave_out, stop, got 'shrug'"),
        (
            "[[settle.case]]\nfinding = 'both_roles:1'\naction = 'merge'\n",
            "both_roles cannot be settled so",
        ),
        ("[[settle.case]]\nfinding = 'both_roles:1'\n", "settle.case[0].action: expected text, got nothing"),
        ("groups = 'sex'\n", "dataset.groups"),
    ],
)
def test_wrong_kinds_are_named_with_their_place(more: str, said: str) -> None:
    text = LEAST + more if more[0] == "[" else LEAST.replace("[system]", more + "[system]")
    with pytest.raises(BadInput) as caught:
        parse_plan(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the plan's dataset: expected a table, got nothing"),
        ("dataset = 'set'\n[system]\nname='x'\n", "the plan's dataset: expected a table"),
        ("[dataset]\n[system]\nname='x'\n", "dataset.folder: expected a value"),
        (LEAST.replace("[system]", "generator = 'x'\n[system]"), "or one of dataset.generator, got both"),
        (LEAST + "[dataset.options]\npeople = 3\n", "dataset.options: expected a dataset.generator"),
        ("[dataset\n", "mine.toml is not TOML: expected a TOML document"),
        (LEAST + "[search]\nretries = 1\nretries = 2\n", "mine.toml sets a name twice: expected each name"),
        (LEAST + "[search]\nretries = 1\nretries = 2\n", "got one for the second time at "),
        (LEAST + "[search]\nretries = 1\n[search]\nlist_length = 2\n", "mine.toml sets a name twice"),
    ],
)
def test_what_a_plan_must_have(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_plan(text, "mine.toml")
    assert said in str(caught.value)


def test_reading_a_file(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    plan = read_plan(tmp_path / "plan.toml")
    assert plan.dataset.folder == str(tmp_path / "set")
    absolute = replace(plan, dataset=replace(plan.dataset, folder="/somewhere/else"))
    (tmp_path / "other.toml").write_text(write_plan(absolute))
    assert read_plan(tmp_path / "other.toml").dataset.folder == "/somewhere/else"


def test_made_photographs_have_no_folder(tmp_path: Path) -> None:
    text = LEAST.replace('folder = "set"', 'generator = "samples"\noptions = { people = 3 }')
    (tmp_path / "plan.toml").write_text(text)
    plan = read_plan(tmp_path / "plan.toml")
    assert (plan.dataset.folder, plan.dataset.options) == ("", {"people": 3})
    with pytest.raises(BadInput, match=r"lie in no folder: expected the place that samples makes"):
        folder_of(plan.dataset)


@pytest.mark.parametrize("name", ["none.toml", "folder", "latin.toml"])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(BadInput, match=r"cannot be read: expected a TOML file in UTF-8"):
        read_plan(tmp_path / name)
