"""The headline of page 1 and its account: who was matched with somebody else, of how many searches."""

from __future__ import annotations

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.finding import counted_of
from fairlineup.evidence.pages.subject import Subject


def flagged(subject: Subject) -> list[str]:
    """Who was matched with somebody else: at this threshold, and at the others."""
    nothing = _nothing_compared(subject)
    if nothing:
        return [nothing]
    rest = (*_each_other(subject), *_zero(subject), *_elsewhere(subject), _counted(subject))
    return [_flagged(subject), *rest]


def of_processed(subject: Subject) -> str:
    """The same count over searches whose photograph could be processed; blank where not measured."""
    every, processed = subject.limit["fpir"], subject.limit.get("fpir_processed") or {}
    if "value" not in every or "value" not in processed:
        return ""
    if processed["trials"] == every["trials"]:
        return "The system could process the photograph of every search."
    value, low, high = (
        words.thousand_number(1000 * float(processed[key])) for key in ("value", "low", "high")
    )
    failed = int(every["trials"]) - int(processed["trials"])
    return (
        f"{words.plural(failed, 'search', 'searches')} of a photograph that the system could not process "
        f"{'counts' if failed == 1 else 'count'} above as having flagged nobody. Of the "
        f"{words.count(processed['trials'])} it could process, {words.count(processed['errors'])} flagged "
        f"somebody: {value} per 1,000 ({subject.level} interval {low} to {high})."
    )


def _nothing_compared(subject: Subject) -> str:
    """That nobody was compared with anybody, which looks like nobody flagged; blank where somebody was."""
    processed = subject.limit.get("fpir_processed") or {}
    searched = "value" in subject.limit["fpir"]
    if not searched or (subject.gallery_people and processed.get("trials") != 0):
        return ""
    return (
        "Nothing was measured: the system could process "
        f"{words.count(int(processed.get('trials') or 0))} of the photographs searched with, and enrol "
        f"{words.plural(subject.gallery_people, 'person', 'people')}."
    )


def _flagged(subject: Subject) -> str:
    fpir = subject.limit["fpir"]
    among = words.plural(subject.gallery_people, "other person", "other people")
    if "value" not in fpir:
        return f"How often people are matched with somebody else was not measured: {fpir['not_measured']}."
    errors, trials = int(fpir["errors"]), int(fpir["trials"])
    searches = words.plural(trials, "search", "searches")
    if errors == 0:
        return f"In none of {searches} was the person searched for matched with somebody else, among {among}."
    share = "" if trials == 1000 else f" – {words.thousand_number(1000 * float(fpir['value']))} per 1,000 –"
    return (
        f"In {words.count(errors)} of {searches}{share} the person searched for was matched with somebody "
        f"else, among {among}."
    )


def _each_other(subject: Subject) -> list[str]:
    """That people searched for were each other's strangers; nothing where the strangers were others."""
    if not subject.leave_one_out:
        return []
    return [
        "The people searched for were each other’s strangers: they stood in the gallery themselves, and "
        "their own photographs were taken off each list (leave-one-out). So every match counted here is with "
        "somebody else. This method suits a system whose score of two photographs does not depend on who "
        "else is enrolled."
    ]


def _counted(subject: Subject) -> str:
    """The one denominator of page 1, in searches and in people."""
    fpir = subject.limit["fpir"]
    people = fpir.get("people")
    if people is None:
        return "This page counts searches, all of them."
    once = "each once" if people == fpir["trials"] else "some several times"
    return (
        f"This page counts searches, all of them: {words.count(people)} {subject.people} were searched for, "
        f"{once}."
    )


def _zero(subject: Subject) -> list[str]:
    fpir = subject.limit["fpir"]
    if fpir.get("errors") != 0 or "high" not in fpir:
        return []
    many, base = words.of_every(float(fpir["high"]))
    return [
        f"None in this test is not none at all: a true rate of up to {many} in every {base} such searches "
        f"fits this result ({subject.level} interval)."
    ]


def _elsewhere(subject: Subject) -> list[str]:
    """The same counts at the other declared thresholds, so that no threshold speaks alone."""
    counted = [
        f"{counted_of(one['fpir'])} at “{one['name']}” ({subject.at(one)})"
        for one in subject.results["thresholds"]
        if not subject.is_limit(one) and "errors" in one["fpir"]
    ]
    return [f"Matched with somebody else at the other thresholds: {'; '.join(counted)}."] if counted else []
