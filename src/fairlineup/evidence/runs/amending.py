"""A begun run under a changed plan: taken up if only words were changed, else refused with the way out.

Words are what the system is never asked: title, whom and what the photographs show, declared use, names of
people, and where labels, thresholds and limits come from. Everything else decides a result, and was declared
before it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from fairlineup.evidence.plan import Plan, ResolvedPlan, SettledDataset, parse_resolved, write_plan
from fairlineup.evidence.runs.directory import RunDirectory, amend
from fairlineup.evidence.runs.journal import Row
from fairlineup.evidence.runs.manifest import findings_json
from fairlineup.records import BadInput
from fairlineup.seals import Plain

P = TypeVar("P", bound=Plan)
WORDS_OF_A_ROW = ("name", "source", "use")


def differing(directory: RunDirectory, seals: Mapping[str, Plain]) -> list[str]:
    """Which digests of a begun run are others than these."""
    begun = cast("Mapping[str, Plain]", directory.read_identity().get("digests") or {})
    return [key for key, value in seals.items() if begun.get(key) != value]


def take_over(
    directory: RunDirectory,
    plan: ResolvedPlan,
    dataset: SettledDataset,
    manifest: bytes,
    seals: Mapping[str, Plain],
) -> None:
    """Put a plan and data set that differ in words alone in the place of a run's own, and record that.

    The plan that was kept stays beside it under its digest, and run.json tells each word that was changed.

    Args:
        directory: of the begun run.
        plan: resolved, with other words.
        dataset: as settled under it.
        manifest: manifest.csv of it.
        seals: digests of all of it.
    Raises: BadInput: more than words differ.
    """
    others = differing(directory, seals)
    before = _before(directory)
    decided = _decided(before, plan) + _rows_decided(directory.read_document("manifest.csv"), manifest)
    strange = [one for one in others if one not in ("plan", "manifest", "photographs")]
    if strange or decided:
        raise another_run(directory, [*strange, *decided])
    identity = directory.read_identity()
    done = cast("list[Plain]", identity.get("amended") or [])
    changed = _changed_words(before, plan) | _changed_sources(directory, manifest)
    record: Row = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "measured_before": directory.finished,
        "digests": identity["digests"],
        "changed": changed,
    }
    kept = {f"plan-{len(done) + 1}.toml": _sealed_text(before)} if "plan" in others else {}
    documents = {
        "manifest.csv": manifest,
        "findings.json": findings_json(dataset),
        "plan.toml": write_plan(plan).encode(),
    }
    amend(directory, {**kept, **documents}, {**identity, "digests": dict(seals), "amended": [*done, record]})


def another_run(directory: RunDirectory, others: list[str]) -> BadInput:
    """The error for a run that was begun for something else, with the way to measure its answers anew."""
    restore = "restore what it was begun with"
    remedy = f"choose another folder with --out, or {restore}"
    if directory.finished and not {"system", "version"} & set(others):
        name = json.dumps(f"replay:{directory.path}", ensure_ascii=False)
        remedy = (
            "to measure its answers under this plan without asking the system again, write under [system] "
            f"name = {name} without options, and choose another folder with --out; or {restore}"
        )
    return BadInput(
        f"{directory.path} belongs to another run",
        expected="the same plan, photographs and system as when it was begun",
        got=f"others: {' and '.join(others)}",
        remedy=remedy,
    )


def first_digests(identity: Mapping[str, Plain]) -> Plain:
    """The digests a run was begun with, before any word was changed: its gallery is called by them."""
    amended = cast("list[dict[str, Plain]]", identity.get("amended") or [])
    return amended[0]["digests"] if amended else identity["digests"]


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


def _before(directory: RunDirectory) -> ResolvedPlan:
    """The plan that is superseded; where a kill came between, it is kept beside its successor."""
    done = cast("list[Plain]", directory.read_identity().get("amended") or [])
    kept = f"plan-{len(done) + 1}.toml"
    name = kept if directory.has_document(kept) else "plan.toml"
    text = directory.read_document(name).decode()
    if name == kept and re.search(r'(?m)^generator = ""$', text):
        text = re.sub(r'(?m)^folder = ""$', 'folder = "."', text)  # wherever it was: it decides nothing
    return parse_resolved(text, str(directory.path / name))


def _sealed_text(plan: ResolvedPlan) -> bytes:
    """A plan as its digest is taken: without the folder of this machine."""
    return write_plan(replace(plan, dataset=replace(plan.dataset, folder=""))).encode()


def _decided(before: ResolvedPlan, after: ResolvedPlan) -> list[str]:
    one, other = wordless(before), wordless(after)
    return [
        f"plan ({field.name})"
        for field in fields(ResolvedPlan)
        if getattr(one, field.name) != getattr(other, field.name)
    ]


def _rows_decided(before: bytes, after: bytes) -> list[str]:
    """What differs between two settled manifests beside words, in a few words."""
    one, other = _rows(before), _rows(after)
    if [*one] != [*other]:
        return ["manifest (photo)"]
    columns = dict.fromkeys(column for row in (*one.values(), *other.values()) for column in row)
    decisive = [c for c in columns if c not in WORDS_OF_A_ROW and not c.endswith("_source")]
    return [
        "photographs" if column == "sha256" else f"manifest ({column})"
        for column in decisive
        if any(one[photo].get(column) != other[photo].get(column) for photo in one)
    ]


def _changed_words(before: ResolvedPlan, after: ResolvedPlan) -> dict[str, Plain]:
    one, other = _words(before), _words(after)
    return {
        name: {"from": one.get(name, ""), "to": other.get(name, "")}
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


def _changed_sources(directory: RunDirectory, after: bytes) -> dict[str, Plain]:
    """Sources of labels that changed, and how many photographs have another name, source or use."""
    one, other = _rows(directory.read_document("manifest.csv")), _rows(after)
    first, second = next(iter(one.values()), {}), next(iter(other.values()), {})
    told: dict[str, Plain] = {
        f"label {column.removesuffix('_source')}: source": {"from": first[column], "to": second[column]}
        for column in first
        if column.endswith("_source") and first[column] != second[column]
    }
    for column in WORDS_OF_A_ROW:
        count = sum(one[photo][column] != other[photo][column] for photo in one)
        if count:
            told[f"manifest column {column}"] = {"photographs": count}
    return told


def _rows(manifest: bytes) -> dict[str, dict[str, Any]]:
    return {row["photo"]: row for row in csv.DictReader(io.StringIO(manifest.decode(), newline=""))}
