"""What an error is at the command line: its exit status, and a remedy that names flags and commands.

Nothing below the command line knows a flag. An error brings a code and facts; here stands what a person at a
terminal is told of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from fairlineup.files import is_there
from fairlineup.records import BadInput, FairlineupError, Refused

BAD_INPUT, FAILED, REFUSED = 2, 3, 4

EXIT_STATUSES: Mapping[str, int] = MappingProxyType(
    {
        "access-key-scope": REFUSED,
        "access-key-unusable": REFUSED,
        "answer-unusable": FAILED,
        "calibration-overlaps": REFUSED,
        "caller-not-local": REFUSED,
        "candidates-withheld": REFUSED,
        "comparison-refused": REFUSED,
        "credentials-refused": REFUSED,
        "deadline-passed": FAILED,
        "disk-failed": FAILED,
        "extra-missing": FAILED,
        "gallery-gone": FAILED,
        "gallery-shared": REFUSED,
        "limit-exceeded": REFUSED,
        "no-answer": FAILED,
        "operation-not-built": REFUSED,
        "permit-refused": REFUSED,
        "plan-not-trusted": REFUSED,
        "purpose-missing": REFUSED,
        "reply-unusable": FAILED,
        "seal-broken": FAILED,
        "seal-key-missing": REFUSED,
        "serving-refused": REFUSED,
        "signature-incomplete": REFUSED,
        "source-changed": FAILED,
        "source-failed": FAILED,
        "store-busy": FAILED,
        "system-failed": FAILED,
        "throttled": FAILED,
        "use-refused": REFUSED,
        "worker-failed": FAILED,
        "workers-busy": FAILED,
        "workers-closed": FAILED,
    }
)
"""By code: 3 where a system, a source or a disk is at fault, 4 where it is refused; every other code is 2."""

REMEDIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "access-key-unusable": (
            "use another, of `fairlineup keys list`, or make one: `fairlineup keys create --data DIR`",
        ),
        "act-unusable": (
            "name one of {several} with --by",
            "correct --by {never_told}, or record --told first",
            "correct --due {due} or --on",
            "correct --public {public}, or say why with --note",
        ),
        "address-unusable": ("name another --port, or --port 0 for any that is free; or another --host",),
        "argument-unusable": (
            "name another than {fmr} with --fmr: 0.0001 is one false match in 10,000 comparisons",
            "name another than {threshold} with --threshold",
        ),
        "bundle-unreadable": ("name the bundle; `fairlineup audit bundle {folder}` makes one of a run",),
        "calibration-does-not-fit": (
            "ask for {end} at most, or calibrate on more people: `fairlineup calibrate`",
        ),
        "columns-unclear": (
            "give --{other} {column}, or --{kind} {column} if that is what it is all the same",
            "name one of {score_columns} with --distance or --similarity",
            "name those of {table_columns} that are meant with --probe-person, --gallery-person and "
            "--distance or --similarity",
        ),
        "data-doubtful": (
            "set {kind} under [settle] in the plan to {actions}, or add a [[settle.case]]; "
            "`fairlineup audit check PLAN` lists them all",
            "{remedy}; `fairlineup audit check PLAN` lists them all",
        ),
        "decision-differs": (
            "nothing was recorded; take the row of {pair} out, or give --change to add the new decision",
        ),
        "disk-failed": ("free some space and give the same command again: what was finished is kept",),
        "extra-missing": ("{remedy}; or fetch the weights alone: `fairlineup engines fetch {fetchable}`",),
        "file-exists": (
            "choose another name than {key} with --new-key",
            "name another place than {folder} with --out",
            "name another folder than {taken} with --out",
        ),
        "file-malformed": (
            "name another file, or make {calibration} anew with `fairlineup calibrate`",
            "correct {truth_column}, or name the columns of both people with --probe-person and "
            "--gallery-person",
            "leave out one row of {repeated}, or say which photographs are compared: --probe-photo "
            "COL --gallery-photo COL",
        ),
        "file-missing": (
            "name the file of a key instead of {key}, or make one: fairlineup audit bundle --new-key KEYFILE",
            "name the file of a plan instead of {plan}; `fairlineup audit plan DIR --out PLAN` writes one",
            "name the folder that holds {manifest}, or write it: `fairlineup data folder DIR`",
            "name their folder, instead of {photographs}, with --photographs (of a bundle: with "
            "--from), or leave them out with --no-faces (a bundle: without --photographs)",
        ),
        "file-unwritable": ("choose another place than {path} with --out, or change its permissions",),
        "key-unusable": ("name another, or make one: fairlineup audit bundle --new-key KEYFILE",),
        "limit-exceeded": (
            "leave --max-cost {unpriced} out if it charges nothing; else say price_per_call under "
            "[system.options]",
            "finished answers are kept: give the command again with a --max-cost above {spent}",
            "allow more than --max-cost {most_cost}, or plan fewer people under [probes] or [gallery]",
            "allow more than --max-searches {most_searches}, or plan fewer people under [probes] or "
            "[gallery]",
        ),
        "no-such-label": ("name its columns with --group {label_without_columns}=PROBECOL,GALLERYCOL",),
        "option-unusable": (
            "give another --threshold than {threshold}",
            "give another --{number}",
        ),
        "plan-not-trusted": (
            "read what it names, then give the same command with --trust: it is remembered",
        ),
        "reviewer-unusable": ("give one with --reviewer instead of {name!r}",),
        "run-changed": (
            "measure it again first: fairlineup audit measure {unmeasured_run}",
            "{remedy} (another --out than {folder})",
        ),
        "run-unfinished": ("finish the run in {folder} first: give its command again",),
        "run-unreadable": (
            "restore it, or take it anew from the answers: fairlineup audit measure {unmeasured_run}",
        ),
        "seal-key-missing": (
            "put it back ({lost_seal_key}), or restore it from an export: `fairlineup keys seal "
            "restore FILE --data DIR`; without either, all of it is lost",
            "mount the folder of {new_seal_key}, then make one there: `fairlineup keys seal new --data DIR`",
        ),
        "serving-refused": (
            "leave --host {keyless} out, or leave --insecure-local out",
            "leave --host {clear} out; or give --behind-proxy, if a proxy that does TLS alone reaches it",
        ),
        "source-changed": ("take a newer Fairlineup, or an older checkout with --from",),
        "source-failed": ("it may have moved: give --update to take the newest commits instead of {moved}",),
        "system-failed": (
            "{remedy}: give the same command, or remove what it left there, {gallery}: `fairlineup "
            "systems clean NAME`",
        ),
    }
)
"""By code, what to do in flags and commands: the first text whose {names} all stand in the error's facts.

`{remedy}` is the error's own remedy, which is kept where no text fits. An error whose facts name a `page` of
the documentation is followed by the command that shows it.
"""


def check_absent(path: Path, flag: str) -> None:
    """Raise BadInput where a file that is to be written is there: nothing is overwritten."""
    if is_there(path):
        raise BadInput(
            f"{path} is there already",
            expected="a new file",
            got="one that would be overwritten",
            remedy=f"choose another name with {flag}",
            code="file-exists",
        )


def exit_status_of(error: FairlineupError) -> int:
    """2 where the input is at fault, 3 where a system or a disk is, 4 where it is refused."""
    if error.code != "unspecified":
        return EXIT_STATUSES.get(error.code, BAD_INPUT)
    if isinstance(error, Refused):
        return REFUSED
    return BAD_INPUT if isinstance(error, BadInput) else FAILED


def worded(error: FairlineupError) -> str:
    """The error with the remedy of the command line."""
    return f"{error.what}: expected {error.expected}, got {error.got}; {remedy_of(error)}"


def remedy_of(error: FairlineupError) -> str:
    """What to do about an error, in flags and commands."""
    facts = {**error.facts, "remedy": error.remedy}
    fitting = (text for text in REMEDIES.get(error.code, ()) if names_in(text) <= set(facts))
    remedy = next(fitting, "{remedy}").format(**facts)
    page = error.facts.get("page")
    return f"{remedy}; `fairlineup help {page}` shows how" if page else remedy


def names_in(text: str) -> set[str]:
    """The facts a text needs."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
