"""Words for what results.json names by key: measures, outcomes, stages, findings of a data set."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.evidence.pages.figures import MEAN, PER_1000, PERCENT, Unit


@dataclass(frozen=True, slots=True)
class Term:
    """A measure as people are told of it."""

    key: str  #: of the rate in the results.
    name: str  #: in plain words.
    abbreviation: str  #: in the words of ISO/IEC 19795-1, where it has them.
    means: str  #: one sentence.
    unit: Unit = PERCENT  #: how it is written.
    counts: str = "of"  #: how its two counts read together.
    minor: bool = False  #: whether it stands under the measure above it.
    under: str = ""  #: key that it is explained under, where that is another's.

    @property
    def explained(self) -> str:
        """Key that it is explained under."""
        return self.under or self.key


def short_name(term: Term) -> str:
    """A measure by its name and its abbreviation without arguments: "… (FNIR)"."""
    return f"{term.name} ({term.abbreviation.partition('(')[0]})"


PEOPLE_FLAGGED = Term(
    "flagged_per_1000",
    "Flagged per 1,000 such searches",
    "",
    "People who are not in the gallery and for whom the system names somebody all the same.",
    PER_1000,
    under="fpir",
)
FPIR = Term(
    "fpir",
    "Searches that flag an innocent person",
    "FPIR(N)",
    "The person searched is not in the gallery, so whoever is returned is somebody else.",
)
FPIR_PROCESSED = Term(
    "fpir_processed",
    "the same, of searches the system processed",
    "FPIR(N)",
    "Leaves out probes in which it found no usable face.",
    minor=True,
    under="fpir",
)
SELECTIVITY = Term(
    "selectivity",
    "Innocent people listed per search",
    "selectivity",
    "One search can list several people; all of them are innocent.",
    MEAN,
    counts="listed in",
)
FMR = Term(
    "fmr",
    "False matches per comparison",
    "FMR",
    "Comparisons of two different people that the system accepts as one person. One search makes many.",
)
FNIR = Term(
    "fnir",
    "People missed who are in the gallery",
    "FNIR(N, R, T)",
    "Their own other photograph was enrolled and did not come back as a candidate.",
)
FNIR_PROCESSED = Term(
    "fnir_processed",
    "the same, of searches the system processed",
    "FNIR(N, R, T)",
    "Leaves out photographs in which it found no usable face.",
    minor=True,
    under="fnir",
)
RANK_1 = Term(
    "rank_1",
    "Own photograph first on the list, at any threshold",
    "rank-1 hit rate",
    "Supposes that everyone searched for is in the gallery; no headline.",
)
WITH_MATE = Term(
    "wrong_person_with_mate",
    "Right person returned, and somebody else beside them",
    "",
    "An examiner sees the right person and at least one innocent one.",
    under="rank_1",
)
WITHOUT_MATE = Term(
    "wrong_person_without_mate",
    "Somebody else returned in place of the right person",
    "",
    "Every candidate an examiner sees is innocent.",
    under="rank_1",
)
FTE = Term(
    "fte", "Gallery photographs that could not be enrolled", "FTE", "No usable face was found in them."
)
FTA = Term(
    "fta",
    "Probe photographs that could not be searched",
    "FTA",
    "No usable face was found in them.",
    under="fte",
)

KEY_MEASURES = (PEOPLE_FLAGGED, FPIR, FPIR_PROCESSED, SELECTIVITY, FMR, FNIR, FNIR_PROCESSED)
MISS_MEASURES = (FNIR, FNIR_PROCESSED, WITH_MATE, WITHOUT_MATE, RANK_1)
GROUP_MEASURES = (FPIR, FMR, SELECTIVITY, FNIR, FTA)
TRADED = (PEOPLE_FLAGGED, SELECTIVITY, FMR, FNIR)
PROCESSING_MEASURES = (FTE, FTA)
MEASURES = {term.key: term for term in (*KEY_MEASURES, *MISS_MEASURES, *PROCESSING_MEASURES)}

OUTCOMES = {
    "ok": "processed",
    "no_face": "no face found",
    "several_faces": "several faces found",
    "low_quality": "quality judged too low",
    "refused": "refused by the system",
    "error": "error in the system",
}
STAGES = {
    "enrol-absent": "enrolling people who are no probe",
    "search-absent": "searches of people who are not in the gallery",
    "enrol-mates": "enrolling mates",
    "search-present": "searches of people who are in the gallery",
}
FINDINGS = {
    "unknown_column": "a column that is neither known nor declared as a label",
    "missing_file": "a photograph that is not there",
    "unreadable": "a file that cannot be decoded as a photograph",
    "same_picture": "one picture twice under one person",
    "one_picture_two_people": "one picture under two people",
    "one_name_two_people": "one name under two person ids",
    "ids_differ_in_form": "person ids that differ in form only",
    "values_differ_in_form": "values of a label that differ in form only",
    "labels_disagree": "a person with two values of one label",
    "says_synthetic": "a photograph that says it was made up, where the manifest does not",
    "both_roles": "a person both searched for and in the gallery (a mate)",
}
ACTIONS = {"merge": "taken as one person", "leave_out": "left out", "keep": "kept as it is"}
BELIEVED = {"says_synthetic: keep": "counted as made up"}


def settled(key: str) -> tuple[str, str]:
    """What was found and what was done about it, from a key such as "both_roles: keep"."""
    kind, _, action = key.partition(": ")
    return FINDINGS.get(kind, kind), BELIEVED.get(key) or ACTIONS.get(action, action)
