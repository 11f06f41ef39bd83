"""Settling what was found: merge, leave out or keep, by policy or case by case, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fairlineup.evidence.plan.findings import ALLOWED, MEANING, Action, Finding, Kind, spelling
from fairlineup.evidence.plan.manifest import Dataset, Entry
from fairlineup.evidence.plan.place import Place
from fairlineup.labels import OnePerson
from fairlineup.records import BadInput, Photograph

STOP = "stop"


@dataclass(frozen=True, slots=True)
class Case:
    """How one finding is settled."""

    finding: str  #: its id.
    action: str  #: "merge", "leave_out" or "keep".
    reason: str = ""  #: why, in words.


@dataclass(frozen=True, slots=True)
class Policy:
    """How findings are settled that no case names: an action for each kind, or "stop" to ask first.

    The defaults keep what is harmless and stop for what would change a rate.
    """

    unknown_column: str = STOP
    missing_file: str = STOP
    unreadable: str = STOP
    same_picture: str = "keep"
    one_picture_two_people: str = STOP
    one_name_two_people: str = STOP
    ids_differ_in_form: str = STOP
    values_differ_in_form: str = STOP
    labels_disagree: str = "leave_out"
    both_roles: str = "keep"
    says_synthetic: str = "keep"
    case: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """A finding and what was done about it."""

    finding: Finding
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class SettledDataset:
    """A data set whose findings are all settled: what a run is made on."""

    place: Place  #: where the photographs are.
    entries: tuple[Entry, ...]  #: those that take part; persons are as settled.
    left_out: tuple[Entry, ...]  #: those that do not.
    label_sources: Mapping[str, str]  #: label to cited source, "" where none.
    settlements: tuple[Settlement, ...]  #: what was settled and how.

    @property
    def same_pictures(self) -> frozenset[frozenset[str]]:
        """Unordered pairs of photographs that are one picture of one person (as settled)."""
        person = {entry.photo: entry.person for entry in self.entries}
        return frozenset(
            frozenset(s.finding.photos)
            for s in self.settlements
            if s.finding.kind in (Kind.SAME_PICTURE, Kind.ONE_PICTURE_TWO_PEOPLE)
            and len({person.get(photo, photo) for photo in s.finding.photos}) == 1
        )

    def photograph(self, entry: Entry) -> Photograph:
        """The entry's photograph, to be read when it is needed."""
        return self.place.photograph(entry.photo)


@dataclass(slots=True)
class _Slate:
    """What the settlements add up to, while they are gone through."""

    one_person: OnePerson
    left_out: set[str] = field(default_factory=set)  # photographs
    blanked: set[tuple[str, str]] = field(default_factory=set)  # person and label
    spelled: dict[tuple[str, str], str] = field(default_factory=dict)  # photograph and label to the value
    synthetic: set[str] = field(default_factory=set)  # photographs


def settle(dataset: Dataset, findings: Sequence[Finding], policy: Policy) -> SettledDataset:
    """Apply a policy to findings.

    Raises:
        BadInput: a finding the policy stops for, an action its kind does not allow, a case that names no
            finding, or nothing left to run on.
    """
    settlements = settlements_of(findings, policy)
    _check_cases(policy, findings)
    roles = {entry.photo: entry.role for entry in dataset.entries}
    probes = {entry.person for entry in dataset.entries if entry.role == "probe"}
    slate = _Slate(OnePerson(first=lambda person: (person not in probes, person)))  # a probe keeps its id
    for settlement in settlements:
        _apply(settlement, slate, roles)
    _spell(settlements, dataset, slate)
    kept = tuple(_settled(entry, slate) for entry in dataset.entries if entry.photo not in slate.left_out)
    return SettledDataset(
        place=dataset.place,
        entries=kept,
        left_out=tuple(entry for entry in dataset.entries if entry.photo in slate.left_out),
        label_sources=dataset.label_sources,
        settlements=settlements,
    )


def settlements_of(findings: Sequence[Finding], policy: Policy) -> tuple[Settlement, ...]:
    """Each finding with what the policy does about it. Raises: BadInput (a finding it stops for)."""
    return tuple(_settlement(finding, policy) for finding in findings)


def settlement_of(finding: Finding, policy: Policy) -> str:
    """How the policy settles a finding: an action, or "stop"."""
    return _choice(finding, policy)[0]


def _choice(finding: Finding, policy: Policy) -> tuple[str, str]:
    for case in policy.case:
        if case.finding == finding.id:
            return case.action, case.reason
    return getattr(policy, finding.kind.value), "by policy"


def _settlement(finding: Finding, policy: Policy) -> Settlement:
    choice, reason = _choice(finding, policy)
    if choice == STOP:
        count = len(finding.photos)
        raise BadInput(
            f"the data set has {MEANING[finding.kind]}: {_named(finding)}",
            expected="every finding settled before a search",
            got=f"{finding.id} unsettled ({count} photograph{'s' if count != 1 else ''})",
            remedy=f"set {finding.kind.value} under [settle] in the plan to "
            f"{' or '.join(ALLOWED[finding.kind])}, or add a [[settle.case]]",
            code="data-doubtful",
            facts={
                "finding": finding.id,
                "kind": finding.kind.value,
                "actions": " or ".join(ALLOWED[finding.kind]),
            },
        )
    check_action(finding.kind, choice)
    return Settlement(finding, Action(choice), reason)


def check_action(kind: Kind, choice: str) -> None:
    """Raises: BadInput (an action this kind of finding does not allow)."""
    if choice not in ALLOWED[kind]:
        raise BadInput(
            f"{kind.value} cannot be settled so",
            expected=f"one of {', '.join((*ALLOWED[kind], STOP))}",
            got=repr(choice),
            remedy="correct [settle] in the plan",
            code="plan-invalid",
            facts={"option": f"settle.{kind.value}"},
        )


def _check_cases(policy: Policy, findings: Sequence[Finding]) -> None:
    known = {finding.id for finding in findings}
    strangers = [case.finding for case in policy.case if case.finding not in known]
    if strangers:
        raise BadInput(
            "a settled case names no finding of this data set",
            expected="the id of a finding",
            got=repr(strangers[0]),
            remedy="take the case out, or copy the id anew: it changes when the photographs do",
            code="plan-invalid",
            facts={"option": "settle.case"},
        )


def _apply(settlement: Settlement, slate: _Slate, roles: Mapping[str, str]) -> None:
    finding, action = settlement.finding, settlement.action
    if finding.kind is Kind.VALUES_DIFFER_IN_FORM and action is Action.MERGE:
        return
    if action is Action.MERGE:
        slate.one_person.join(finding.people)
    elif finding.kind is Kind.LABELS_DISAGREE and action is Action.LEAVE_OUT:
        slate.blanked.add((finding.people[0], finding.detail.partition(":")[0]))
    elif finding.kind is Kind.VALUES_DIFFER_IN_FORM:
        slate.blanked.update((person, finding.detail.partition(":")[0]) for person in finding.people)
    elif finding.kind is Kind.SAYS_SYNTHETIC and action is Action.KEEP:
        slate.synthetic.update(finding.photos)
    elif action is Action.LEAVE_OUT:
        slate.left_out.update(_leaving(finding, roles))


def _spell(settlements: Sequence[Settlement], dataset: Dataset, slate: _Slate) -> None:
    """Give the photographs of merged values the commonest spelling."""
    spelled: dict[str, dict[str, str]] = {}
    value = {entry.photo: entry.labels for entry in dataset.entries}
    for one in settlements:
        if one.finding.kind is Kind.VALUES_DIFFER_IN_FORM and one.action is Action.MERGE:
            label = one.finding.detail.partition(":")[0]
            if label not in spelled:
                spelled[label] = spelling(dataset.entries, label)
            for photo in one.finding.photos:
                slate.spelled[photo, label] = spelled[label][value[photo][label]]


def _settled(entry: Entry, slate: _Slate) -> Entry:
    labels = {
        label: slate.spelled.get((entry.photo, label), value)
        for label, value in entry.labels.items()
        if (entry.person, label) not in slate.blanked
    }
    population = "synthetic" if entry.photo in slate.synthetic else entry.population
    return replace(entry, person=slate.one_person.of(entry.person), labels=labels, population=population)


def _leaving(finding: Finding, roles: Mapping[str, str]) -> set[str]:
    """Which photographs leave: a person's later gallery picture; of two people, all their references."""
    gallery = [photo for photo in finding.photos if roles[photo] == "gallery"]
    if finding.kind is Kind.SAME_PICTURE:
        return {gallery[-1] if gallery else finding.photos[-1]}
    if finding.kind in (Kind.ONE_PICTURE_TWO_PEOPLE, Kind.BOTH_ROLES) and gallery:
        return set(gallery)
    return set(finding.photos)


def _named(finding: Finding) -> str:
    if finding.kind in (Kind.IDS_DIFFER_IN_FORM, Kind.VALUES_DIFFER_IN_FORM):
        return finding.detail
    if finding.kind is Kind.MISSING_FILE and ";" in finding.detail:
        return f"{finding.photos[0]} ({finding.detail})"
    shown = finding.photos or (finding.detail,)
    more = f" and {len(shown) - 2} more" if len(shown) > 2 else ""
    return " and ".join(shown[:2]) + more


def tally(settlements: Sequence[Settlement]) -> dict[str, int]:
    """How many findings of each kind were settled in each way, as "kind: action"."""
    counts = Counter(f"{s.finding.kind.value}: {s.action.value}" for s in settlements)
    return dict(sorted(counts.items()))
