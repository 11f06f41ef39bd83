"""What each number is, told on demand: definition, formula, source, what it is mistaken for."""

from __future__ import annotations

from dataclasses import dataclass

ISO = "ISO/IEC 19795-1"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One measure explained.

    Attributes:
        key: in results.json, and of its place on the page.
        name: as the page calls it.
        is_: what it is.
        formula: in words and signs.
        source: the clause or paper.
        mistaken: what it is not.
        page: of the measure, as `fairlineup help measures/PAGE` shows it.
    """

    key: str
    name: str
    is_: str
    formula: str
    source: str
    mistaken: str
    page: str

    @property
    def more(self) -> str:
        """The command that tells more."""
        return f"fairlineup help measures/{self.page}"


_ROWS = (
    (
        "fpir",
        "FPIR(N), searches that flag an innocent person",
        "The share of searches for people who are not in the gallery that return at least one candidate.",
        "target-absent searches with a candidate at or within the threshold ÷ all target-absent searches",
        f"{ISO}; NIST FRTE 1:N. Interval: Clopper and Pearson 1934, on people",
        "the false match rate of a comparison, which is smaller by about the size of the gallery; the share "
        "of matches that are wrong; an error rate at any other gallery size",
        "fpir",
    ),
    (
        "fpir_galleries_like_it",
        "FPIR for galleries like this one",
        "The same rate with an interval that also lets the people of the gallery vary.",
        "FPIR; variance of probe people, and what shared gallery people add",
        "Clopper and Pearson 1934, on effective people",
        "the interval of FPIR for this very gallery, which is narrower",
        "galleries-like-it",
    ),
    (
        "fmr",
        "FMR, false matches per comparison",
        "The share of comparisons of two different people that the system accepts as one person.",
        "non-mated comparisons at or within the threshold ÷ all non-mated comparisons",
        f"{ISO}. Interval: two-way by person (Owen 2007; Schuckers 2010)",
        "the chance that a given match is wrong; the chance that a search flags somebody, which grows with "
        "the gallery",
        "fmr",
    ),
    (
        "selectivity",
        "Selectivity, innocent people listed per search",
        "How many people stand on the list of a search for somebody who is not in the gallery, on average.",
        "people listed at or within the threshold in target-absent searches ÷ target-absent searches",
        f"{ISO}. Interval: Garwood 1936, widened by the dispersion over people",
        "a share: it can exceed 1",
        "selectivity",
    ),
    (
        "fnir",
        "FNIR(N, R, T), people missed",
        "The share of searches for people who are in the gallery that do not return them.",
        "target-present searches with the mate beyond threshold or list ÷ all of them",
        f"{ISO}, false negative identification rate; NIST FRTE. Interval: Clopper and Pearson 1934",
        "a miss rate of people who are not in the gallery; one minus FPIR",
        "fnir",
    ),
    (
        "fte",
        "FTE and FTA, photographs that failed to process",
        "FTE: gallery photographs that gave no reference. FTA: probe photographs that could not be searched.",
        "photographs without a template ÷ photographs offered",
        f"{ISO}. Interval: Clopper and Pearson 1934, on people",
        "harmless: whoever is not processed cannot be found, and a system that refuses faces of one group "
        "has lower other rates for it",
        "fte-fta",
    ),
    (
        "rank_1",
        "Rank-1 hit rate and wrong candidates",
        "The share of searches for people in the gallery whose own photograph comes first, at any threshold.",
        "target-present searches with the mate first ÷ all target-present searches",
        f"{ISO}, identification rate at rank 1",
        "accuracy in use: it supposes that everyone searched for is in the gallery",
        "rank-1",
    ),
    (
        "verdict",
        "The verdict on a declared limit",
        "Whether the interval lies wholly under the limit declared before the test, wholly above it, or "
        "about it. The worse of all searches and processed ones counts.",
        "PASS: upper end ≤ limit; FAIL: lower end > limit; otherwise INCONCLUSIVE",
        "Clopper and Pearson 1934; groups: intersection–union test, Holm 1979 for failures",
        "an endorsement, a certificate, or a statement about another threshold, gallery or population",
        "verdicts",
    ),
    (
        "contrast",
        "Declared comparisons of groups",
        "How many times as likely people of one group are to be flagged as people of another.",
        "FPIR of one group ÷ FPIR of the other; p by Fisher’s exact test, adjusted by Holm",
        "Katz et al. 1978; Koopman 1984; Fisher 1935; Holm 1979",
        "a cause: who is in the gallery decides too; and p is not the chance that the groups are alike",
        "contrasts",
    ),
    (
        "simultaneous",
        "Intervals that hold all at once",
        "Intervals of all declared comparisons, wide enough that all hold together at the stated level.",
        "log ratio ± critical value × standard error, the critical value from the greatest deviation (max-T)",
        "Westfall and Young 1993 (single-step max-T)",
        "the interval of one comparison asked alone",
        "simultaneous",
    ),
    (
        "detectable",
        "What could have been found",
        "The least ratio that so many people would show four times in five.",
        "least ratio found with a power of 0.8 by so many people, at the other group’s rate",
        "exact power of Fisher’s exact test, two-sided; the normal approximation is off for unequal groups",
        "a bound on the true ratio: a test that finds nothing has not shown equality",
        "detectable-ratio",
    ),
    (
        "matrix",
        "The cross-group matrix",
        "The false match rate of each group searched against each group in the gallery, at one threshold.",
        "M[g, h] = false matches of probes in g with gallery people in h ÷ comparisons of g with h",
        "NIST IR 8280 and 8429; NIST FRTE demographic pages",
        "the rate of a search; a matrix that must be symmetric: probes and gallery differ in capture",
        "cross-group-matrix",
    ),
    (
        "alike",
        "Impostors who are alike",
        "The false match rate where both people share every declared label: few impostors look random.",
        "false matches ÷ comparisons, of people with the same values of all labels",
        "NIST IR 8280",
        "the rate among random pairs, which is lower and hides the problem",
        "cross-group-matrix",
    ),
    (
        "decomposition",
        "Algorithm or gallery",
        "A gap in expected false candidates per search, told apart into how the algorithm treats the groups "
        "in one balanced gallery, and what the real gallery’s composition adds.",
        "λ = Σₕ Nₕ M[g, h]; algorithm = gap of λ in a balanced gallery; gallery = gap in the real one − that",
        "NIST IR 8429, annex B; Kitagawa 1955 for the split",
        "an excuse: whoever composes a gallery answers for its effect",
        "decomposition",
    ),
    (
        "ladder",
        "FPIR against gallery size",
        "How often the same searches would flag somebody among fewer of the same people; beyond, by the "
        "fitted ladder, at most tenfold.",
        "mean FPIR over all galleries of n of the people enrolled; beyond, a line and a gamma mixture",
        "computed exactly, not drawn; Fisher, Corbet and Williams 1943; Efron and Thisted 1976",
        "1 − (1 − FMR)ᴺ, which supposes that comparisons are independent",
        "ladder",
    ),
    (
        "likelihood",
        "Scores as evidence",
        "How much more often a score as close as this one comes from one person than from two, in this "
        "test’s photographs; Cllr is the cost of taking it for evidence.",
        "LR(s) = density of s among mated pairs ÷ density among non-mated pairs, bounded by ELUB",
        "Brümmer and du Preez 2006 (Cllr); Vergeer et al. 2016 (ELUB)",
        "a case’s likelihood ratio: that needs the case’s own relevant population and kind of photograph",
        "likelihood-ratios",
    ),
    (
        "posterior",
        "What a candidate is worth",
        "For a stated share of searches whose person is enrolled, how many of the candidates listed are the "
        "person searched for, and how many of the searches with an answer are of somebody enrolled.",
        "π·(1 − FNIR) ÷ (π·(1 − FNIR) + selectivity); for searches (1 − π)·FPIR instead of selectivity",
        "Bayes’ rule",
        "a property of the system: the share π is a supposition, and it decides; nor is it the chance that "
        "one named candidate is the person",
        "likelihood-ratios",
    ),
    (
        "hubs",
        "Hub faces",
        "People of the gallery who are returned for many different searches.",
        "target-absent searches that return a person; share: of all false candidates",
        "Doddington et al. 1998",
        "people at fault, or a reason to take them out: the figure that counts is the one with them",
        "hubs",
    ),
    (
        "intersections",
        "Intersections of two labels",
        "Rates of people who share two values, raw and pooled: small cells are pulled towards the rest.",
        "(errors + mean × pull) ÷ (people + pull), averaged over how much the cells differ",
        "Gelman et al., Bayesian Data Analysis, section 5.3",
        "pooled figures as counts: they lean on the other cells; the raw ones stand beside them",
        "partial-pooling",
    ),
    (
        "differentials",
        "Differentials in one number",
        "Summaries of how far groups lie apart, each beside what chance gives when labels are shuffled.",
        "max ÷ min, max ÷ geometric mean, Gini, GARBE, FDR, IR over the groups",
        "NIST IR 8429; Howard et al. 2022; de Freitas Pereira and Marcel 2021; permutation: Fisher 1935",
        "a finding by itself: one number over groups hides which group, and by how much",
        "differentials",
    ),
)
EXPLANATIONS = tuple(Explanation(*row) for row in _ROWS)
"""In the order of the page."""

OF_MEASURE = {
    "flagged_per_1000": "fpir",
    "fpir_processed": "fpir",
    "fnir_processed": "fnir",
    "fta": "fte",
    "wrong_person_with_mate": "rank_1",
    "wrong_person_without_mate": "rank_1",
}
"""Measures that are explained under another's name."""


def explained(measure: str) -> str:
    """Under which key a measure of results.json is explained."""
    return OF_MEASURE.get(measure, measure)
