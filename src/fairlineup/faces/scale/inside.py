"""Who a calibration was made from: keyed digests, so that overlap is known and no ids are published."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fairlineup.records import form_of

DIGEST_BYTES = 8  # among 10,000 inside and 100,000 asked about, one in 10 billion is taken for another
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class PeopleInside:
    """The people and photographs of a calibration, each as a digest under the table's own key.

    Protects: nobody can read an id or a picture out of it, nor join two tables on it. Does not: whoever holds
    the table holds the key, and can try ids (a million in a second) and photographs that they have.
    """

    key: str  #: hexadecimal, random, of this table alone.
    people: frozenset[str]  #: of person ids, written alike as ids are that differ in form only.
    photographs: frozenset[str]  #: of the SHA-256 of photographs' bytes.

    def overlap(self, photographs: Mapping[str, Iterable[str]]) -> Overlap:
        """Which of some people are inside.

        Args:
            photographs: by person id, the digests of their photographs, "sha256:…"; "" for one not read.
        """
        pictured = {
            person
            for person, digests in photographs.items()
            if any(_digest(self.key, "photograph", one) in self.photographs for one in digests)
        }
        named = {
            person for person in photographs if _digest(self.key, "person", form_of(person)) in self.people
        }
        return Overlap(people=len(pictured | named), by_photograph=len(pictured))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of some people a calibration was made from."""

    #: under an id that is inside, or with a photograph that is; an id may mean somebody else elsewhere.
    people: int
    by_photograph: int  #: with a photograph that is inside, byte for byte: certainly.


def people_inside(key: str, people: Iterable[str], digests: Iterable[str]) -> PeopleInside:
    """Seal the people of a calibration under its key.

    Args:
        key: hexadecimal.
        people: their ids.
        digests: of their photographs, "sha256:…".
    """
    return PeopleInside(
        key,
        frozenset(_digest(key, "person", form_of(person)) for person in people),
        frozenset(_digest(key, "photograph", one) for one in digests if one),
    )


def _digest(key: str, kind: str, what: str) -> str:
    return hmac.digest(bytes.fromhex(key), f"{kind}\0{what}".encode(), "sha256")[:DIGEST_BYTES].hex()
