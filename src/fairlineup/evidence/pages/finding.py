"""Page 1 in sentences: who was matched with somebody else, who was missed, what thresholds others name."""

from __future__ import annotations

from collections.abc import Iterator

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Measured
from fairlineup.evidence.pages.subject import Report, score_of
from fairlineup.evidence.pages.words import count, plural
from fairlineup.records import NotMeasured, Threshold
from fairlineup.results import Share

EXAMPLES = {
    "FMR": (
        "False match rate",
        "comparisons of two different people",
        ("is accepted as one person", "are accepted as one person", "was accepted as one person"),
    ),
    "FPIR": (
        "False positive identification rate",
        "searches for people who are not in the gallery",
        ("flags somebody all the same", "flag somebody all the same", "flagged anybody"),
    ),
    "FNIR": (
        "False negative identification rate",
        "searches for people who are in the gallery",
        ("misses them", "miss them", "missed the one searched for"),
    ),
}
"""Name of each rate, what it is a share of, and what one of these does, many do, none did."""


def about(subject: Report) -> str:
    """What the page says before all else where the people are not real; blank where they are."""
    if subject.kind == "real":
        return ""
    if subject.kind == "simulated":
        return (
            "Simulated people. Nothing here is about real people, and nothing here says how the system does "
            "on real photographs."
        )
    return (
        f"{subject.notice.capitalize()}: {_made_up(subject)} Nothing here is about real people, and nothing "
        f"here says which of two systems is better for them; there is no verdict.{_denied(subject)}"
    )


def _made_up(subject: Report) -> str:
    """How much of it is made up: any photograph of somebody who does not exist marks the whole."""
    if not subject.some_are_real:
        return "these people do not exist; a program made their photographs up."
    made_up = subject.results.population.synthetic_photographs
    show = "shows somebody who does" if made_up == 1 else "show people who do"
    return (
        f"{count(made_up)} of {plural(subject.results.dataset.photographs, 'photograph')} {show} not exist, "
        "so that all of it counts as synthetic."
    )


def _denied(subject: Report) -> str:
    marked = subject.marked_against_manifest
    if not marked:
        return ""
    own = "its own file says that it is" if marked == 1 else "their own files say that they are"
    return f" The manifest calls {plural(marked, 'photograph')} real, but {own} made up."


# --- matched with somebody else ------------------------------------------------------------------


def flagged(subject: Report) -> list[str]:
    """Who was matched with somebody else: the headline, then at this threshold and at the others."""
    nothing = _nothing_compared(subject)
    if nothing:
        return [nothing]
    rest = (*_each_other(subject), *_zero(subject), *_elsewhere(subject), _counted(subject))
    return [_flagged(subject), *rest]


def of_processed(subject: Report) -> str:
    """The same count over searches whose photograph could be processed; blank where not measured."""
    every, processed = subject.current.rates.fpir, subject.current.rates.fpir_processed
    if isinstance(every, NotMeasured) or isinstance(processed, NotMeasured):
        return ""
    if processed.trials == every.trials:
        return "The system could process the photograph of every search."
    value, low, high = (
        words.thousand_number(1000 * end) for end in (processed.value, processed.low, processed.high)
    )
    failed = every.trials - processed.trials
    return (
        f"{plural(failed, 'search', 'searches')} of a photograph that the system could not process "
        f"{'counts' if failed == 1 else 'count'} above as having flagged nobody. Of the "
        f"{count(processed.trials)} it could process, {count(processed.errors)} flagged "
        f"somebody: {value} per 1,000 ({subject.level} interval {low} to {high})."
    )


def _nothing_compared(subject: Report) -> str:
    """That nobody was compared with anybody, which looks like nobody flagged; blank where somebody was."""
    processed = subject.current.rates.fpir_processed.trials
    searched = isinstance(subject.current.rates.fpir, Share)
    if not searched or (subject.gallery_people and processed != 0):
        return ""
    return (
        f"Nothing was measured: the system could process {count(processed or 0)} of the photographs searched "
        f"with, and enrol {plural(subject.gallery_people, 'person', 'people')}."
    )


def _flagged(subject: Report) -> str:
    fpir = subject.current.rates.fpir
    among = plural(subject.gallery_people, "other person", "other people")
    if isinstance(fpir, NotMeasured):
        return f"How often people are matched with somebody else was not measured: {fpir.reason}."
    searches = plural(fpir.trials, "search", "searches")
    if fpir.errors == 0:
        return f"In none of {searches} was the person searched for matched with somebody else, among {among}."
    share = f" – {words.thousand_number(1000 * fpir.value)} per 1,000 –" if fpir.trials != 1000 else ""
    return (
        f"In {count(fpir.errors)} of {searches}{share} the person searched for was matched with somebody "
        f"else, among {among}."
    )


def _each_other(subject: Report) -> list[str]:
    """That people searched for were each other's strangers; nothing where the strangers were others."""
    if not subject.leave_one_out:
        return []
    return [
        "The people searched for were each other’s strangers: they stood in the gallery themselves, and "
        "their own photographs were taken off each list (leave-one-out). So every match counted here is with "
        "somebody else. This method suits a system whose score of two photographs does not depend on who "
        "else is enrolled."
    ]


def _counted(subject: Report) -> str:
    """The one denominator of page 1, in searches and in people."""
    fpir = subject.current.rates.fpir
    if fpir.people is None:
        return "This page counts searches, all of them."
    once = "each once" if fpir.people == fpir.trials else "some several times"
    return (
        f"This page counts searches, all of them: {count(fpir.people)} {subject.people} were searched for, "
        f"{once}."
    )


def _zero(subject: Report) -> list[str]:
    fpir = subject.current.rates.fpir
    if isinstance(fpir, NotMeasured) or fpir.errors != 0:
        return []
    many, base = words.of_every(fpir.high)
    return [
        f"None in this test is not none at all: a true rate of up to {many} in every {base} such searches "
        f"fits this result ({subject.level} interval)."
    ]


def _elsewhere(subject: Report) -> list[str]:
    """The same counts at the other declared thresholds, so that no threshold speaks alone."""
    counted = [
        f"{_counted_or_why(one.rates.fpir)} at “{one.name}” ({subject.at(one)})"
        for one in subject.results.thresholds
        if not subject.is_current(one)
    ]
    return [f"Matched with somebody else at the other thresholds: {'; '.join(counted)}."] if counted else []


# --- missed, and not processed -------------------------------------------------------------------


def missed(subject: Report) -> list[str]:
    """Who was missed, and what failed to process."""
    processing = subject.processing
    failed = (
        f"The system could not process {counted_of(processing.fte)} gallery photographs and "
        f"{counted_of(processing.fta)} photographs of people searched for."
    )
    return [_missed(subject), failed]


def _missed(subject: Report) -> str:
    fnir = subject.current.rates.fnir
    if isinstance(fnir, NotMeasured):
        return f"How often people who are in the gallery are missed was not measured: {fnir.reason}."
    of = f"{count(fnir.trials)} {_whom(subject, fnir)}"
    missed = "none was" if fnir.errors == 0 else "1 was" if fnir.errors == 1 else f"{count(fnir.errors)} were"
    same = subject.results.searches.same_picture_left_out
    left_out = (
        f" ({count(same)} more, whose photograph there is the very picture searched with, are left out)"
        if same
        else ""
    )
    return f"Of the {of} with another photograph{left_out}, {missed} missed."


def _whom(subject: Report, fnir: Share) -> str:
    """People where each was searched once; searches where some were searched more often."""
    if fnir.people == fnir.trials:
        return f"{subject.people} searched for who were in the gallery"
    people = "people" if fnir.people is None else f"{count(fnir.people)} {subject.people}"
    return f"searches for {people} who were in the gallery"


def counted_of(measured: Measured) -> str:
    """A count out of its trials: "454 of 539", or why it is not known."""
    if measured.errors is None or measured.trials is None:
        why = f" ({measured.reason})" if isinstance(measured, NotMeasured) else ""
        return f"an unknown number{why} of"
    return f"{count(measured.errors)} of {count(measured.trials)}"


def _counted_or_why(measured: Measured) -> str:
    if isinstance(measured, NotMeasured) and measured.errors is None:
        return f"not measured ({measured.reason})"
    return counted_of(measured)


# --- thresholds others name ----------------------------------------------------------------------


def default_finding(subject: Report) -> list[str]:
    """What whoever sets no threshold gets, what the maker advises, and what the maker's sample code sets."""
    system = subject.results.system
    if system.default_threshold is None:
        said = ["The system sets no default threshold: whoever runs it has to choose one."]
    else:
        gets = _accepts(subject, system.default_threshold)
        said = [
            f"Whoever sets no threshold gets {gets}, without being told: that is a finding in itself. "
            f"{_at_score(subject, system.default_threshold.score)}"
        ]
    advised = system.recommended_threshold
    if advised and advised == system.default_threshold:
        said.append("It is the recommended one too.")
    elif advised:
        said.append(f"Recommended is {_accepts(subject, advised)}. {_at_score(subject, advised.score)}")
    for one in system.sample_thresholds:
        said.append(
            f"The maker’s sample code sets {_accepts(subject, one)}, which many copy. "
            f"{_at_score(subject, one.score)}"
        )
    return said


def _accepts(subject: Report, threshold: Threshold) -> str:
    return f"{subject.accepts(threshold.score)} ({threshold.source})"


def _at_score(subject: Report, score: float) -> str:
    """What was counted at a threshold, where it was one of the declared."""
    found = next((one for one in subject.results.thresholds if score_of(one.at) == score), None)
    if found is None:
        return "It was not among the declared thresholds, so nothing is said of it here."
    return (
        f"At it {counted_of(found.rates.fpir)} searches for people who are not in the gallery flagged "
        f"somebody, and {counted_of(found.rates.fnir)} for people who are in it missed them."
    )


# --- what the abbreviations mean -----------------------------------------------------------------


def worked_examples(subject: Report) -> Iterator[tuple[str, str]]:
    """What the abbreviations mean, each with this audit's own number at the current threshold."""
    rates = subject.current.rates
    for measured, key in ((rates.fmr, "FMR"), (rates.fpir, "FPIR"), (rates.fnir, "FNIR")):
        name, of, does = EXAMPLES[key]
        yield key, f"{name}, the share of {of} that {does[1]}. {_example(measured, *does)}"


def _example(measured: Share | NotMeasured, one: str, many: str, past: str) -> str:
    if isinstance(measured, NotMeasured):
        return f"Not measured at this threshold: {measured.reason}."
    if measured.value == 0:
        return f"0 % here: none {past}."
    number, base = words.of_every(measured.value)
    verb = one if number == "1" else many
    return f"{words.percent(measured.value)} here: of {base}, about {number} {verb}."
