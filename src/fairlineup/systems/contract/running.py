"""All checks in order, what they cost, and the galleries deleted whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fairlineup.records import (
    BadInput,
    FaceSystem,
    FairlineupError,
    Progress,
    Refused,
    SystemInformation,
    no_progress,
)
from fairlineup.systems.contract import answering, keeping, speaking
from fairlineup.systems.contract.photographs import KnownPhotographs
from fairlineup.systems.contract.results import CheckResult, failed, not_applicable
from fairlineup.systems.contract.trial import Calls, ContractTrial, NothingProcessed, Patience
from fairlineup.systems.usercode import said

FEWEST_REFERENCES = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a system must do."""

    name: str  #: in a table: "most alike first".
    says: str  #: what it demands, in a sentence.
    run: Callable[[ContractTrial], CheckResult]  #: finds out.


def _check(run: Callable[[ContractTrial], CheckResult]) -> Check:
    return Check(run.__name__.replace("_", " "), " ".join(str(run.__doc__).split()), run)


CHECKS = tuple(
    _check(run)
    for run in (
        speaking.says_what_it_is,
        answering.processes,
        answering.no_face_is_an_answer,
        answering.a_broken_file_is_an_answer,
        answering.too_large_is_refused,
        answering.only_the_enrolled_are_candidates,
        answering.most_alike_first,
        answering.scores_are_on_the_scale,
        answering.everybody_at_the_lowest_threshold,
        answering.stricter_gives_the_beginning,
        answering.no_threshold_is_the_default_one,
        answering.the_longest_list_is_obeyed,
        answering.lists_do_not_change_scores,
        answering.the_same_when_asked_again,
        answering.the_same_when_asked_at_once,
        answering.nearest_to_itself,
        answering.photographs_are_taken_as_they_come,
        keeping.growing_changes_no_score,
        keeping.enrolled_twice_stands_once,
        keeping.galleries_are_apart,
        keeping.a_deleted_gallery_is_gone,
        keeping.deleting_twice_is_no_error,
        keeping.a_kept_gallery_outlives_its_process,
        answering.one_answer_each_in_order,
        speaking.nothing_is_withheld,
        keeping.nothing_is_left_behind,
        speaking.credentials_stay_secret,
    )
)


@dataclass(frozen=True, slots=True)
class ContractReport:
    """What all checks found."""

    information: SystemInformation  #: what the system says of itself.
    findings: tuple[tuple[Check, CheckResult], ...]  #: each check with its verdict.
    calls: Calls  #: photographs that were put to it.

    @property
    def failed(self) -> tuple[tuple[Check, CheckResult], ...]:
        """Those that failed."""
        return tuple(one for one in self.findings if one[1].outcome == "failed")


def check_system(
    open_system: Callable[[], FaceSystem],
    photographs: KnownPhotographs,
    credentials: tuple[str, ...] = (),
    *,
    checks: tuple[Check, ...] = CHECKS,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    progress: Progress = no_progress,
) -> ContractReport:
    """Put every check to a system, and delete what it enrolled, whatever happens.

    Args:
        open_system: opens an instance; called again for a second one where galleries are kept.
        photographs: of known people.
        credentials: environment variables whose values nobody may see.
        checks: which, in order; some look at answers that others got.
        patience: with questions that get no answer.
        progress: told of each check.
    Returns: a verdict for each check. A fault of the system is a verdict, not an exception.
    Raises:
        BadInput: too few photographs.
        Refused: the system refuses before it answered anything, as where credentials are not accepted.
    """
    _check_enough(photographs)
    system = open_system()
    try:
        trial = ContractTrial(open_system, system, photographs, credentials, patience)
        try:
            findings = []
            for done, check in enumerate(checks, start=1):
                findings.append((check, _verdict(check, trial)))
                progress("contract", done, len(checks))
        finally:
            for gallery in trial.galleries:
                with suppress(Exception):  # the others have to go as well; a check says what is left
                    system.delete_gallery(gallery)
    finally:
        system.close()
    return ContractReport(trial.information, tuple(findings), trial.calls)


def _verdict(check: Check, trial: ContractTrial) -> CheckResult:
    try:
        return check.run(trial)
    except NothingProcessed as nothing:
        return not_applicable(str(nothing))
    except Exception as error:
        if isinstance(error, Refused) and not trial.answers:
            raise
        if isinstance(error, FairlineupError):
            return failed(error.expected, f"{error.what}: {error.got}")
        return failed("an answer", said(error))


def contract_cost(information: SystemInformation, photographs: KnownPhotographs) -> Calls:
    """At most so many photographs are put to a system by all checks, retries apart."""
    references, probes = len(photographs.references), len(photographs.probes)
    odd = 0 if photographs.recorded_only else 3
    large = int(photographs.too_large(information.max_photo_bytes) is not None)
    enrolments = references + odd + large + 2  # once more, and one into a gallery of its own
    searches = 1 + 2 * probes + odd + large + 4 + 1 + 1 + 2
    searches += 0 if photographs.recorded_only else 2
    if information.at_once > 1:
        searches += 2 * probes
    if information.keeps_galleries:
        enrolments, searches = enrolments + 1, searches + 2
    if not information.wire:
        searches += probes + odd
    return Calls(enrolments, searches)


def _check_enough(photographs: KnownPhotographs) -> None:
    if len(photographs.references) < FEWEST_REFERENCES or not photographs.probes:
        raise BadInput(
            "too few photographs to check a system with",
            code="not-enough-data",
            expected=f"{FEWEST_REFERENCES} people to enrol and one more photograph to search with",
            got=f"{len(photographs.references)} and {len(photographs.probes)}",
            remedy="name a data set with more people, or use the cards of simulated people",
        )
