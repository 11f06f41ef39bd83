"""What `fairlineup systems check` is given: options, photographs of known people, and leave to pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fairlineup.evidence.plan import Dataset, Entry, read_dataset, read_place
from fairlineup.files import read_file
from fairlineup.foreign import parse_toml
from fairlineup.records import BadInput, Refused, SystemInformation
from fairlineup.systems import Calls, Facts, KnownPhotographs, known_cards

REFERENCES, PROBES = 4, 2
RECORDED = 100  # references of a record, which cost nothing and may be far apart


def options_of(table: Path | None, single: tuple[str, ...]) -> dict[str, Any]:
    """A system's options, from a file and from the command. Raises: BadInput."""
    options = _from_file(table) if table else {}
    for word in single:
        name, given, value = word.partition("=")
        if not (name.strip() and given):
            raise _wrong(word, "NAME=VALUE", "no name or no value")
        _put(options, word, name.strip(), value.strip())
    return options


def _from_file(path: Path) -> dict[str, Any]:
    content = read_file(path, str(path), expected="a TOML file of options", remedy="correct --options")
    try:
        table = parse_toml(content.decode())
    except ValueError as error:
        raise _wrong(str(path), "a TOML file of options, or a plan", str(error)) from error
    system = table.get("system")
    options = system.get("options", {}) if isinstance(system, dict) else table
    if not isinstance(options, dict):
        raise _wrong(str(path), "a table of options", repr(options))
    return options


def _put(options: dict[str, Any], word: str, name: str, value: str) -> None:
    """Set one option: a TOML value, or text where it is none; a.b is b in the table a."""
    try:
        read = parse_toml(f"value = {value}")
    except ValueError:
        read = {}
    *tables, last = name.split(".")
    for table in tables:
        options = options.setdefault(table, {})
        if not isinstance(options, dict):
            raise _wrong(word, "one value for an option", f"a value and a table {table}")
    options[last] = read["value"] if list(read) == ["value"] else value


def announced(information: SystemInformation, calls: Calls) -> str:
    """How many calls the checks take, and what they cost, before any is made."""
    text = f"{information.name}: at most {calls.enrolments} photographs to enrol, {calls.searches} searches"
    seconds = information.seconds_per_photograph
    if seconds:
        text += f", about {max(1, round(seconds * (calls.enrolments + calls.searches))):,} s"
    if information.price is None:
        return text + "; it states no price"
    price = information.price
    return (
        f"{text}; at most {cost_of(information, calls):.2f} {price.currency} at {price.amount:g} a call "
        f"({price.source}, {price.date})"
    )


def cost_of(information: SystemInformation, calls: Calls) -> float:
    """What so many calls cost at the stated price; 0 if none is stated."""
    if information.price is None:
        return 0.0
    made = calls.enrolments * information.calls_per_enrolment + calls.searches * information.calls_per_search
    return made * information.price.amount


def paid_for(information: SystemInformation, calls: Calls, *, yes: bool, max_cost: float | None) -> None:
    """Raises: Refused: the calls cost something, and nobody said that they may."""
    cost = cost_of(information, calls)
    allowed = yes if max_cost is None else cost <= max_cost
    if cost > 0 and not allowed:
        currency = information.price.currency if information.price else ""
        raise Refused(
            f"checking {information.name} costs money",
            expected="--yes, or a --max-cost that it stays under",
            got=f"a cost of up to {cost:.2f} {currency}"
            + ("" if max_cost is None else f" and --max-cost {max_cost:g}"),
            remedy="nothing was asked; give the command again with one of them",
            code="limit-exceeded",
        )


def known_photographs(facts: Facts, folder: Path | None) -> KnownPhotographs:
    """A few known people: of a data set, or some who do not exist. Raises: BadInput."""
    records = facts.takes == "records"
    if folder is not None:
        return _of(read_dataset(folder), recorded_only=records)
    if records:
        raise BadInput(
            f"{facts.name} answers only for photographs in its record",
            expected="--photographs, the data set they are in",
            got="none",
            remedy="name its folder",
            code="usage",
        )
    return known_cards() if facts.takes == "cards" else _samples()


def _samples() -> KnownPhotographs:
    from fairlineup.evidence.pipeline import samples_in_memory  # heavy: listing systems needs none of it
    from fairlineup.evidence.samples import SamplesRequest  # needs an extra, which a record does not

    place = samples_in_memory(SamplesRequest(people=REFERENCES, photos=2, probes=PROBES))
    return _of(read_place(place), recorded_only=False)


def _of(dataset: Dataset, *, recorded_only: bool) -> KnownPhotographs:
    """People with a probe and a reference first, then others to be enrolled beside them."""
    probes = _first_of_each(dataset, "probe")
    references = _first_of_each(dataset, "gallery")
    both = [person for person in probes if person in references]
    searched = [*both, *(person for person in probes if person not in references)][:PROBES]
    enrolled = [person for person in searched if person in references]
    enrolled += [person for person in references if person not in probes]
    enrolled += [person for person in both if person not in enrolled]
    return KnownPhotographs(
        tuple(
            dataset.photograph(references[person])
            for person in enrolled[: RECORDED if recorded_only else REFERENCES]
        ),
        tuple(dataset.photograph(probes[person]) for person in searched),
        recorded_only,
    )


def _first_of_each(dataset: Dataset, role: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in dataset.entries:
        if entry.role == role:
            found.setdefault(entry.person, entry)
    return found


def _wrong(what: str, expected: str, got: str) -> BadInput:
    return BadInput(
        f"the option {what}", expected=expected, got=got, remedy="correct it", code="option-unusable"
    )
