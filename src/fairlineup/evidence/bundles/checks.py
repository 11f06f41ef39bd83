"""What each file of a bundle was held against, and what nobody can check."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from fairlineup.evidence.bundles.contents import PHOTOGRAPHS as PHOTOGRAPHS_FOLDER
from fairlineup.evidence.bundles.contents import RESULTS, SUPERSEDED, TIMING, is_paper
from fairlineup.evidence.bundles.description import NAME, README
from fairlineup.evidence.bundles.differences import Difference
from fairlineup.evidence.bundles.manifest import NAME as MANIFEST
from fairlineup.evidence.bundles.manifest import ListedFile
from fairlineup.evidence.bundles.signature import SIGNATURE, SIGNER, Signature
from fairlineup.evidence.disclosure import FILE as DISCLOSURE
from fairlineup.evidence.runs import SUMS

REPORT, FIGURES, PHOTOGRAPHS = "report.html", "figures/", f"{PHOTOGRAPHS_FOLDER}/"
EVENTS, WORKLIST = "events.jsonl", "labels/worklist.csv"
OTHER_SOFTWARE = "not compared: other software made it"
ITS_MAKERS = "its maker's word"
ANSWERS = (
    "every question of the plan once and in its order, with people, ranks and galleries as run and manifest "
    f"have them; that the system answered so is {ITS_MAKERS}"
)
_ANY_SOFTWARE = {
    RESULTS: "computed again from the answers",
    TIMING: "computed again from the answers",
    NAME: f"written again from the run; the software that made it is {ITS_MAKERS}",
    "run.json": f"its digests taken again; when it was begun, and on what software, is {ITS_MAKERS}",
    SUMS: "every digest in it taken again",
    SUPERSEDED: "its digest in run.json",
    "*.parquet": ANSWERS,
    "answers.sqlite": ANSWERS,
    f"{PHOTOGRAPHS}*": "its digest in manifest.csv",
}
_SAME_SOFTWARE = {
    README: "written again",
    REPORT: "drawn again from the results",
    f"{FIGURES}*": "drawn again from the results",
    "plan.toml": "its digest in run.json",
    EVENTS: f"stages and gallery as the run has them; times, and what else happened, are {ITS_MAKERS}",
    WORKLIST: "drawn again from the answers",
}
_UNCHECKED = {
    "findings.json": f"what was found in the photographs, and how it was settled, is {ITS_MAKERS}",
    "calibration.json": f"the table is {ITS_MAKERS}",
    "canary-*.json": f"the answers are {ITS_MAKERS}; what they changed by is counted in {RESULTS}",
    "labels/decisions.jsonl": f"what people decided is {ITS_MAKERS}; it is counted in {RESULTS}",
    DISCLOSURE: f"who was told, and when, is {ITS_MAKERS}",
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file of a bundle; that its bytes are those of the manifest was seen before."""

    name: str
    #: "same": as it was held against; "differs"; "not checked": nothing here could say otherwise.
    outcome: Literal["same", "differs", "not checked"]
    check: str  #: what it was held against, or why with nothing.


def purpose(name: str) -> bool:
    """Whether a bundle has a file of this name for anything."""
    known = (RESULTS, TIMING, NAME, README, REPORT, f"{PHOTOGRAPHS}*", f"{FIGURES}*.svg", f"{FIGURES}*.csv")
    return is_paper(name) or any(fnmatchcase(name, one) for one in known)


def checked_files(
    files: Collection[ListedFile],
    signature: Signature,
    apart: Collection[Difference],
    *,
    names: bool,
    same: bool,
) -> Iterator[CheckedFile]:
    """Every file of a bundle with its check.

    Args:
        files: those of its manifest.
        signature: whose.
        apart: every difference that was found.
        names: whether people's names stand in it.
        same: whether the same software made it, so that what it wrote can be written again.
    """
    yield CheckedFile(MANIFEST, "same", "every other file is as it says, and no file is beside them")
    if signature.fingerprint:
        known = signature.standing == "known"
        for name in (SIGNATURE, SIGNER):
            yield CheckedFile(name, "same" if known else "not checked", signature.meaning)
    for one in files:
        differs = any(_is_in(difference.path, one.name) for difference in apart)
        check, compared = _check(one.name, names=names, same=same)
        yield CheckedFile(one.name, "differs" if differs else "same" if compared else "not checked", check)
    listed = {one.name for one in files}
    for name in dict.fromkeys(difference.path for difference in apart):
        if name.startswith((PHOTOGRAPHS, FIGURES, REPORT, EVENTS)) and name not in listed:
            yield CheckedFile(name, "differs", "it is not there")


def _check(name: str, *, names: bool, same: bool) -> tuple[str, bool]:
    """What a file is held against, or why with nothing; and whether it is."""
    if name == "manifest.csv":
        if names:
            return f"its digest in run.json; that the labels are true is {ITS_MAKERS}", True
        return f"names were taken out after its digest was taken: all in it is {ITS_MAKERS}", False
    for table, compared in ((_ANY_SOFTWARE, True), (_SAME_SOFTWARE, same), (_UNCHECKED, False)):
        for pattern, check in table.items():
            if fnmatchcase(name, pattern):
                return check if compared or table is _UNCHECKED else OTHER_SOFTWARE, compared
    return ITS_MAKERS, False


def _is_in(path: str, name: str) -> bool:
    """Whether a place that differs is in a file."""
    return path == name or path.startswith((f"{name}.", f"{name}["))
