"""`fairlineup data folder`: a folder of photographs becomes a data set, with a manifest and a plan."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import click

from fairlineup.cli.console import notice, say, show_json
from fairlineup.cli.enginechoice import on_engine
from fairlineup.cli.errors import check_absent
from fairlineup.cli.options import PATH, json_option
from fairlineup.cli.trust import check_trusted
from fairlineup.evidence.data import (
    Assigned,
    FolderPeople,
    Known,
    Layout,
    assign,
    manifest_of,
    read_known,
    read_people,
)
from fairlineup.evidence.pipeline import plan_text
from fairlineup.evidence.plan import Memory, SystemChoice, read_place, strangers_for
from fairlineup.files import content_of, write_atomic, writing
from fairlineup.records import BadInput, differing_in_form, how_they_differ
from fairlineup.systems import find_adapter

SHOWN = 3  # files named of each reason to pass over


@dataclass(frozen=True, slots=True)
class Gathered:
    """A folder read, with roles."""

    found: FolderPeople  #: who is in it.
    assigned: Assigned  #: their roles.
    known: Known  #: what a table says of them.
    text: str  #: the manifest.
    protocol: str  #: "others" or "leave-one-out", as a plan for it will say.
    why: str  #: of the protocol.

    @property
    def people(self) -> set[str]:
        """Everybody with a photograph that was taken."""
        return self.assigned.people("probe") | self.assigned.people("gallery")


@click.command("folder")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option(
    "--layout",
    type=click.Choice(["folders", "names"]),
    help="A folder for each person, or all side by side as Name_1.jpg. [default: the one that is there]",
)
@click.option(
    "--seed", default=1, show_default=True, help="Which photograph of each person is the reference."
)
@click.option(
    "--probes-each",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Search with at most so many photographs of each person; 0 is all but the reference.",
)
@click.option("--labels", type=PATH, help="CSV file with a row a person: person, sex, sex_source, ...")
@click.option("--source", default="", help="Where the photographs come from, for every row.")
@click.option(
    "--use",
    type=click.Choice(["test"]),
    help="Declare that all may be used, and shown, in a test; else the report shows no face.",
)
@click.option("--manifest", default="people.csv", show_default=True, help="CSV file to write in DIR.")
@click.option(
    "--plan", "plan_file", type=PATH, help="Write a plan for it here too, every default spelled out."
)
@click.option("--system", default="local", show_default=True, help="System under test in that plan.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and stop.")
@json_option
def folder_command(folder: Path, **how: Any) -> None:
    """Write the manifest of the photographs in DIR: who is on each, and who is searched for.

    DIR holds a folder for each person, or all photographs side by side: Name_1.jpg, Name-1.jpg, Name 1.jpg,
    Name (1).jpg. Of each person with several photographs one, drawn by the seed, is searched among and the
    others are searched with; a person with one photograph is only searched among. Nothing is overwritten, no
    photograph is moved, and every file passed over is counted with the reason.
    """
    gathered = _gather(folder, how)
    if how["plan_file"] is not None and not how["dry_run"]:
        check_absent(how["plan_file"], "--plan")
    written = None if how["dry_run"] else _write(folder / how["manifest"], gathered.text)
    if how["plan_file"] is not None and not how["dry_run"]:
        system = on_engine(SystemChoice(how["system"]), "")
        write_atomic(how["plan_file"], plan_text(folder, how["manifest"], system).encode())
        check_trusted(system)
    if how["as_json"]:
        show_json(_json(folder, gathered, how))
        return
    say(*_words(gathered, how["labels"]))
    if how["dry_run"]:
        say("nothing was written")
        return
    notice(
        f"wrote {folder / how['manifest']}"
        if written
        else f"{folder / how['manifest']} says just that already"
    )
    for line in _next(folder, how):
        notice(line)


def _gather(folder: Path, how: dict[str, Any]) -> Gathered:
    find_adapter(how["system"])
    if Path(how["manifest"]).name != how["manifest"]:
        raise BadInput(
            "the manifest",
            expected="the name of a file in DIR",
            got=how["manifest"],
            remedy="give a name without a folder: a manifest lies beside what it names",
            code="usage",
        )
    layout = cast("Layout | None", how["layout"])
    found = read_people(folder, layout, ours=(how["manifest"], *_beside(folder, how)))
    assigned = assign(found.shots, how["seed"], how["probes_each"])
    known = read_known(how["labels"]) if how["labels"] else Known()
    everyone = {name: how[name] for name in ("source", "use") if how[name]}
    people = {shot.person for shot, _ in assigned.rows}
    text = manifest_of(assigned, known.said(people, everyone))
    dataset = read_place(Memory(str(folder), text.encode(), {}))  # what was written must be read
    return Gathered(found, assigned, known, text, *strangers_for(dataset.entries))


def _beside(folder: Path, how: dict[str, Any]) -> Iterator[str]:
    """Files of ours that may lie among the photographs."""
    for path in (how["labels"], how["plan_file"]):
        if path is not None and path.resolve().parent == folder.resolve():
            yield path.name


def _write(path: Path, text: str) -> bool:
    """Write a manifest where none is; whether it was written, False where it stands there already."""
    content = text.encode()
    with writing(path):
        if content_of(path) == content:
            return False
        check_absent(path, "--manifest, or move it away")
    write_atomic(path, content)
    return True


# --- what is said --------------------------------------------------------------------------------


def _words(gathered: Gathered, labels: Path | None) -> Iterator[str]:
    assigned, found = gathered.assigned, gathered.found
    probes, gallery = assigned.people("probe"), assigned.people("gallery")
    how = "a folder for each person" if found.layout == "folders" else "the name before the number"
    yield f"{len(gathered.people):,} people on {len(assigned.rows):,} photographs, by {how}"
    searched = sum(role == "probe" for _, role in assigned.rows)
    yield f"    {len(probes):,} are searched for, with {searched:,} photographs"
    yield f"    {len(probes & gallery):,} of them have another photograph to be found by"
    yield f"    {len(gallery - probes):,} are only searched among{_single(assigned)}"
    yield f"roles: {assigned.rule}"
    among = "leave-one-out" if gathered.protocol == "leave-one-out" else "others"
    yield f"strangers: {among}; {gathered.why}"
    if assigned.beyond:
        yield f"not used: {len(assigned.beyond):,} photographs beyond the number wanted of each person"
    yield from _passed(found)
    for same in differing_in_form(sorted(gathered.people)):
        yield f"look at these: {how_they_differ(same)}; if they are one person, every match of them is wrong"
    if labels is not None:
        yield from _joined(gathered)


def _single(assigned: Assigned) -> str:
    times = Counter(shot.person for shot, _ in assigned.rows)
    alone = sum(count == 1 for count in times.values())
    return f"; {alone:,} people have one photograph" if alone else ""


def _passed(found: FolderPeople) -> Iterator[str]:
    if found.passed:
        yield f"passed over: {len(found.passed):,}"
    for reason, paths in _by_reason(found).items():
        yield f"    {len(paths):,} × {reason}: {_some(paths)}"


def _by_reason(found: FolderPeople) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for one in found.passed:
        reasons.setdefault(one.reason, []).append(one.path)
    return reasons


def _joined(gathered: Gathered) -> Iterator[str]:
    people, known = gathered.people, gathered.known
    missing, unused = known.missing(people), known.unused(people)
    yield f"labels: {', '.join(known.columns) or 'none'}, of {len(people) - len(missing):,} people"
    if missing:
        yield f"    {len(missing):,} people have no row there: {_some(missing)}"
    for one, row in known.alike(people)[:SHOWN]:
        yield f"    look at these: {how_they_differ([one, row])}; if they are one person, write them alike"
    if unused:
        yield f"    {len(unused):,} of its people are on no photograph: {_some(unused)}"


def _some(names: list[str]) -> str:
    """The first few names, and how many more."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else "")


def _next(folder: Path, how: dict[str, Any]) -> Iterator[str]:
    plan = how["plan_file"]
    if plan is None:
        manifest = [] if how["manifest"] == "people.csv" else ["--manifest", how["manifest"]]
        words = ["fairlineup", "audit", "plan", str(folder), *manifest, "--out", "plan.toml"]
    else:
        yield f"wrote {plan}"
        words = ["fairlineup", "audit", "check", str(plan)]
    yield f"next: {shlex.join(words)}"
    yield f"then: {shlex.join(['fairlineup', 'audit', 'run', str(plan or 'plan.toml'), '--out', 'RUN'])}"


def _json(folder: Path, gathered: Gathered, how: dict[str, Any]) -> dict[str, Any]:
    assigned, found, people = gathered.assigned, gathered.found, gathered.people
    probes, gallery = assigned.people("probe"), assigned.people("gallery")
    return {
        "folder": str(folder),
        "manifest": None if how["dry_run"] else str(folder / how["manifest"]),
        "plan": None if how["dry_run"] or how["plan_file"] is None else str(how["plan_file"]),
        "layout": found.layout,
        "seed": how["seed"],
        "people": len(people),
        "photographs": len(assigned.rows),
        "probe_people": len(probes),
        "probe_photographs": sum(role == "probe" for _, role in assigned.rows),
        "gallery_people": len(gallery),
        "mated_people": len(probes & gallery),
        "people_with_one_photograph": sum(
            count == 1 for count in Counter(shot.person for shot, _ in assigned.rows).values()
        ),
        "not_used": [shot.photo for shot in assigned.beyond],
        "passed_over": _by_reason(found),
        "strangers": gathered.protocol,
        "differ_in_form_only": [list(same) for same in differing_in_form(sorted(people))],
        "without_labels": gathered.known.missing(people),
        "labels_unused": gathered.known.unused(people),
    }
