"""Whose a portrait is, by ids alone, and when that is not to be relied on; names only ever leave out."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from fairlineup.evidence.data.members import Legislator, Portrait

IDS_DISAGREE = "portraits whose ICPSR id the sources tie to different people"
YEARS_DISAGREE = "portraits whose birth year is not that of the person their id is tied to"
PERHAPS_A_PROBE = "portraits that no id ties to a person, and who may be a probe"


class Ties:
    """Which person an ICPSR id belongs to.

    Args:
        current: members in office, who may be probes.
        people: everybody congress-legislators lists.
        ids: ICPSR id to Bioguide id, as member_photos has them.
        latest: the latest Congress that member_photos lists.
    """

    def __init__(
        self,
        current: Iterable[Legislator],
        people: Iterable[Legislator],
        ids: Mapping[int, str],
        latest: int,
    ) -> None:
        self._known = {one.bioguide: one for one in people}
        self._looks = [(folded(one.surname), one.birth_year) for one in current]
        self._latest = latest
        self._ids: defaultdict[int, set[str]] = defaultdict(set)
        for icpsr, bioguide in ids.items():
            self._ids[icpsr].add(bioguide)
        for one in self._known.values():
            if one.icpsr is not None:
                self._ids[one.icpsr].add(one.bioguide)

    def person(self, portrait: Portrait) -> tuple[str, Legislator | None, str]:
        """The person's id, who they are, and why the portrait is left out ("" if it is not)."""
        ids = sorted(self._ids.get(portrait.icpsr, ()))
        if len(ids) > 1:
            return "", None, IDS_DISAGREE
        person = ids[0] if ids else f"icpsr-{portrait.icpsr:06d}"
        known = self._known.get(person)
        if known is None:
            return person, None, PERHAPS_A_PROBE if self._may_be_a_probe(portrait) else ""
        agree = _years_agree(portrait.birth_year, known.birth_year)
        return person, known, "" if agree else YEARS_DISAGREE

    def _may_be_a_probe(self, portrait: Portrait) -> bool:
        """Whether a right match with this stranger might be counted as a false one."""
        if portrait.last_congress == self._latest:
            return True
        surname, year = folded(portrait.surname), portrait.birth_year
        return any(surname == theirs and _years_agree(year, born) for theirs, born in self._looks)


def folded(name: str) -> str:
    """A surname without case, accents, spaces and marks."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if sign.isalpha())


def _years_agree(one: str, other: str) -> bool:
    """Within a year, or one of them unknown."""
    return not one or not other or abs(int(one) - int(other)) <= 1
