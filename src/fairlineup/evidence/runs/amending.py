"""A begun run under a changed plan: taken up if only words were changed, else refused with the way out.

Words are what the system is never asked: title, whom and what the photographs show, declared use, names of
people, and where labels, thresholds and limits come from. Everything else decides a result, and was declared
before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from fairlineup.evidence.plan import Plan, ResolvedPlan, parse_resolved, write_plan
from fairlineup.evidence.runs.directory import RunDirectory
from fairlineup.evidence.runs.frozen import FrozenRun
from fairlineup.evidence.runs.manifest import manifest_csv
from fairlineup.files import rows_by_name
from fairlineup.records import BadInput
from fairlineup.results import Amendment, ChangedWords

P = TypeVar("P", bound=Plan)
Rows = dict[str, dict[str, Any]]
WORDS_OF_A_ROW = ("name", "source", "use")


def amend(run: FrozenRun, after: FrozenRun) -> FrozenRun:
    """Put a plan and data set that differ in words alone in the place of a run's own, and record that.

    The plan that was kept stays beside it under its digest, and run.json tells each word that was changed.

    Args:
        run: as it was begun.
        after: the same with other words, and digests of all of it.
    Raises: BadInput: more than words differ.
    """
    before, plan, identity = _before(run), after.plan, run.identity
    rows, others = _rows(run), _rows(after)
    decided = _decided(before, plan) + _rows_decided(rows, others)
    if decided:
        raise another_run(run.directory, decided)
    record = Amendment(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        measured_before=run.directory.finished,
        digests=identity.digests,
        changed=_changed_words(before, plan) | _changed_sources(rows, others),
    )
    other_plan = after.identity.digests.plan != identity.digests.plan
    amended = replace(after.identity, amended=(*identity.amended, record))
    after = replace(after, identity=amended)
    after.write({_superseded(run): plan_without_folder(before)} if other_plan else {})
    return after


def another_run(directory: RunDirectory, others: list[str]) -> BadInput:
    """The error for a run that was begun for something else, with the way to measure its answers anew."""
    remedy = "choose another folder, or restore what it was begun with"
    if directory.finished and not {"system", "version"} & set(others):
        name = json.dumps(f"replay:{directory.path}", ensure_ascii=False)
        remedy = (
            "to measure its answers under this plan without asking the system again, write under [system] "
            f"name = {name} without options, and choose another folder; or restore what it was begun with"
        )
    return BadInput(
        f"{directory.path} belongs to another run",
        expected="the same plan, photographs and system as when it was begun",
        got=f"others: {' and '.join(others)}",
        remedy=remedy,
        code="run-changed",
        facts={"folder": str(directory.path)},
    )


def wordless(plan: P) -> P:
    """A plan without the words that decide nothing; labels are compared as the data set has them."""
    return replace(
        plan,
        title="",
        labels={},
        dataset=replace(plan.dataset, folder="", capture="", population="", use=""),
        threshold=tuple(replace(one, source="") for one in plan.threshold),
        limit=tuple(replace(one, source="") for one in plan.limit),
    )


def plan_without_folder(plan: Plan) -> bytes:
    """A plan as its digest is taken: where the folder lies on this machine decides nothing."""
    return write_plan(replace(plan, dataset=replace(plan.dataset, folder=""))).encode()


def _superseded(run: FrozenRun) -> str:
    """What the plan that is superseded now is called."""
    return f"plan-{len(run.identity.amended) + 1}.toml"


def _before(run: FrozenRun) -> ResolvedPlan:
    """The plan that is superseded; where a kill came between, it is kept beside its successor."""
    name = _superseded(run)
    if not run.directory.has_document(name):
        return run.plan
    text = run.directory.read_document(name).decode()
    if re.search(r'(?m)^generator = ""$', text):
        text = re.sub(r'(?m)^folder = ""$', 'folder = "."', text)  # wherever it was: it decides nothing
    return parse_resolved(text, str(run.directory.path / name))


def _decided(before: ResolvedPlan, after: ResolvedPlan) -> list[str]:
    one, other = wordless(before), wordless(after)
    return [
        f"plan ({field.name})"
        for field in fields(ResolvedPlan)
        if getattr(one, field.name) != getattr(other, field.name)
    ]


def _rows_decided(one: Rows, other: Rows) -> list[str]:
    """What differs between two settled manifests beside words, in a few words."""
    if [*one] != [*other]:
        return ["manifest (photo)"]
    columns = dict.fromkeys(column for row in (*one.values(), *other.values()) for column in row)
    decisive = [c for c in columns if c not in WORDS_OF_A_ROW and not c.endswith("_source")]
    return [
        "photographs" if column == "sha256" else f"manifest ({column})"
        for column in decisive
        if any(one[photo].get(column) != other[photo].get(column) for photo in one)
    ]


def _changed_words(before: ResolvedPlan, after: ResolvedPlan) -> dict[str, ChangedWords]:
    one, other = _words(before), _words(after)
    return {
        name: ChangedWords(one.get(name, ""), other.get(name, ""))
        for name in dict.fromkeys((*one, *other))
        if one.get(name) != other.get(name)
    }


def _words(plan: ResolvedPlan) -> dict[str, str]:
    dataset = plan.dataset
    return {
        "title": plan.title,
        **{f"dataset.{name}": getattr(dataset, name) for name in ("population", "capture", "use")},
        **{f"threshold {one.name}: source": one.source for one in plan.threshold},
        **{f"limit {n}: source": one.source for n, one in enumerate(plan.limit, start=1)},
    }


def _changed_sources(one: Rows, other: Rows) -> dict[str, ChangedWords]:
    """Sources of labels that changed, and how many photographs have another name, source or use."""
    first, second = next(iter(one.values()), {}), next(iter(other.values()), {})
    changed = {
        f"label {column.removesuffix('_source')}: source": ChangedWords(first[column], second[column])
        for column in first
        if column.endswith("_source") and first[column] != second[column]
    }
    for column in WORDS_OF_A_ROW:
        count = sum(one[photo][column] != other[photo][column] for photo in one)
        if count:
            changed[f"manifest column {column}"] = ChangedWords(photographs=count)
    return changed


def _rows(run: FrozenRun) -> Rows:
    _, rows = rows_by_name(manifest_csv(run.dataset, run.digests).decode())
    return {row["photo"]: row for row in rows}
