"""Page 1 in sentences, beneath its headline: who was missed, and the numbers that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages import words
from fairlineup.evidence.pages.figures import Figure, Results, figure
from fairlineup.evidence.pages.subject import Subject
from fairlineup.evidence.pages.terms import KEY_MEASURES, PROCESSING_MEASURES, Term


@dataclass(frozen=True, slots=True)
class Example:
    """A rate as a sentence: its name, and of these, so many do what."""

    means: str
    of: str
    one: str
    many: str
    past: str


EXAMPLES = (
    (
        "FMR",
        Example(
            "False match rate",
            "comparisons of two different people",
            "is accepted as one person",
            "are accepted as one person",
            "was accepted as one person",
        ),
    ),
    (
        "FPIR",
        Example(
            "False positive identification rate",
            "searches for people who are not in the gallery",
            "flags somebody all the same",
            "flag somebody all the same",
            "flagged anybody",
        ),
    ),
    (
        "FNIR",
        Example(
            "False negative identification rate",
            "searches for people who are in the gallery",
            "misses them",
            "miss them",
            "missed the one searched for",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A declared threshold as a column: what it accepts, who set it, whether the limit is held there."""

    name: str
    at: str
    source: str
    deployed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A measure at every declared threshold."""

    term: Term
    cells: tuple[Figure, ...]


def about(subject: Subject) -> str:
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


def missed(subject: Subject) -> list[str]:
    """Who was missed, and what failed to process."""
    return [_missed(subject), _failed(subject)]


def default_finding(subject: Subject) -> list[str]:
    """What whoever sets no threshold gets, what the maker advises, and what the maker's sample code sets."""
    system = subject.results["system"]
    default, advised = system.get("default_threshold"), system.get("recommended_threshold")
    samples = system.get("sample_thresholds") or ()
    if not default:
        said = ["The system sets no default threshold: whoever runs it has to choose one."]
    else:
        said = [
            f"Whoever sets no threshold gets {subject.accepts(float(default['score']))} "
            f"({default['source']}), without being told: that is a finding in itself. "
            f"{_at_score(subject, float(default['score']))}"
        ]
    if advised:
        score = float(advised["score"])
        said.append(
            f"Recommended is {subject.accepts(score)} ({advised['source']}). {_at_score(subject, score)}"
        )
    for one in samples:
        score = float(one["score"])
        said.append(
            f"The maker’s sample code sets {subject.accepts(score)} ({one['source']}), which many copy. "
            f"{_at_score(subject, score)}"
        )
    return said


def _at_score(subject: Subject, score: float) -> str:
    """What was counted at a threshold, where it was one of the declared."""
    found = [one for one in subject.results["thresholds"] if float(one[subject.unit]) == score]
    if not found:
        return "It was not among the declared thresholds, so nothing is said of it here."
    fpir, fnir = found[0]["fpir"], found[0]["fnir"]
    return (
        f"At it {counted_of(fpir)} searches for people who are not in the gallery flagged somebody, and "
        f"{counted_of(fnir)} for people who are in it missed them."
    )


def columns(subject: Subject) -> list[Column]:
    """The declared thresholds, in the plan's order."""
    return [
        Column(str(one["name"]), subject.at(one), str(one.get("source", "")), one is subject.deployed)
        for one in subject.results["thresholds"]
    ]


def key_rows(subject: Subject, measures: tuple[Term, ...] = KEY_MEASURES) -> list[Row]:
    """The numbers that are only honest together, at every threshold side by side."""
    thresholds = subject.results["thresholds"]
    return [Row(term, tuple(measure_of(one, term) for one in thresholds)) for term in measures]


def key_rows_at(subject: Subject, measures: tuple[Term, ...]) -> list[Row]:
    """The same at the one threshold told of."""
    return [Row(term, (measure_of(subject.limit, term),)) for term in measures]


def processing_rows(subject: Subject) -> list[Row]:
    """What failed to process: the same at every threshold."""
    processing = subject.results["processing"]
    return [Row(term, (measure_of(processing, term),)) for term in PROCESSING_MEASURES]


def measure_of(record: Results, term: Term) -> Figure:
    """A term's figure out of a record that may not have it."""
    measured = record.get(term.key) or {"not_measured": "not in these results"}
    return figure(measured, term.unit, counts=term.counts, one_in=term.key == "fmr")


def worked_examples(subject: Subject) -> list[tuple[str, str]]:
    """What the abbreviations mean, each with this audit's own number at the limit's threshold."""
    return [(name, _example(subject.limit.get(name.lower()) or {}, example)) for name, example in EXAMPLES]


def _example(measured: Results, example: Example) -> str:
    means = f"{example.means}, the share of {example.of} that {example.many}."
    if "value" not in measured:
        return (
            f"{means} Not measured at this threshold: {measured.get('not_measured', 'not in these results')}."
        )
    rate = float(measured["value"])
    if rate == 0:
        return f"{means} 0 % here: none {example.past}."
    many, base = words.of_every(rate)
    verb = example.one if many == "1" else example.many
    return f"{means} {words.percent(rate)} here: of {base}, about {many} {verb}."


def _made_up(subject: Subject) -> str:
    """How much of it is made up: any photograph of somebody who does not exist marks the whole."""
    if not subject.some_are_real:
        return "these people do not exist; a program made their photographs up."
    made_up = int(subject.results["population"]["synthetic_photographs"])
    photographs = int(subject.results["dataset"]["photographs"])
    show = "shows somebody who does" if made_up == 1 else "show people who do"
    return (
        f"{words.count(made_up)} of {words.plural(photographs, 'photograph')} {show} not exist, so that all "
        "of it counts as synthetic."
    )


def _denied(subject: Subject) -> str:
    marked = subject.marked_against_manifest
    if not marked:
        return ""
    photographs = words.plural(marked, "photograph")
    own = "its own file says that it is" if marked == 1 else "their own files say that they are"
    return f" The manifest calls {photographs} real, but {own} made up."


def _whom(subject: Subject, measured: Results) -> str:
    """People where each was searched once; searches where some were searched more often."""
    if measured.get("people") == measured["trials"]:
        return f"{subject.people} searched for who were in the gallery"
    people = (
        f"{words.count(float(measured['people']))} {subject.people}" if "people" in measured else "people"
    )
    return f"searches for {people} who were in the gallery"


def _missed(subject: Subject) -> str:
    fnir = subject.limit["fnir"]
    if "value" not in fnir:
        return f"How often people who are in the gallery are missed was not measured: {fnir['not_measured']}."
    errors, trials = int(fnir["errors"]), int(fnir["trials"])
    of = f"{words.count(trials)} {_whom(subject, fnir)}"
    missed = "none was" if errors == 0 else "1 was" if errors == 1 else f"{words.count(errors)} were"
    same = int(subject.results["searches"].get("same_picture_left_out") or 0)
    left_out = (
        f" ({words.count(same)} more, whose photograph there is the very picture searched with, are left out)"
        if same
        else ""
    )
    return f"Of the {of} with another photograph{left_out}, {missed} missed."


def _failed(subject: Subject) -> str:
    fte, fta = (subject.results["processing"][key] for key in ("fte", "fta"))
    return (
        f"The system could not process {counted_of(fte)} gallery photographs and {counted_of(fta)} "
        "photographs of people searched for."
    )


def counted_of(measured: Results) -> str:
    """A count out of its trials: "454 of 539"."""
    if "errors" not in measured:
        return "an unknown number of"
    return f"{words.count(measured['errors'])} of {words.count(measured['trials'])}"
