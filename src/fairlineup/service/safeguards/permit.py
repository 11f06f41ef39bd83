"""Permits: a recorded yes to one use, spent where the templates are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from fairlineup.records import FairlineupError, Refused
from fairlineup.seals import Plain
from fairlineup.service.safeguards.decision import Allow, Refuse, Request, Standing, Use, decide
from fairlineup.service.safeguards.ledger import append
from fairlineup.service.safeguards.purpose import PURPOSES, Purpose, purpose_named
from fairlineup.service.store import Store

PERMIT_S = 300.0
"""How long a permit is good for."""


@dataclass(frozen=True, slots=True)
class Permit:
    """A recorded yes to one use; the store holds how much of it is left."""

    use: Use
    collection: str  #: name; blank where the use has none.
    purpose: str
    probes: int  #: templates it is good for.
    expires: float  #: seconds since 1970.
    entry: int  #: of the ledger, where the intent stands.


@dataclass(frozen=True, slots=True)
class Granted:
    """A permit while its use is under way, and what the outcome's entry will say."""

    permit: Permit
    told: dict[str, Plain] = field(default_factory=dict)


class Permits:
    """Issues permits of a store: the decision and the intent stand on the ledger before anything is done."""

    def __init__(self, store: Store, purposes: Mapping[str, Purpose] = PURPOSES) -> None:
        self._store, self.purposes = store, purposes

    @contextmanager
    def granted(self, request: Request) -> Iterator[Granted]:
        """A use: its intent on the ledger before, its outcome after, whatever comes.

        Raises: Refused: the rules say no; the refusal stands on the ledger.
        """
        granted = Granted(self._issue(request))
        try:
            yield granted
        except BaseException as error:
            code = error.code if isinstance(error, FairlineupError) else type(error).__name__
            self._outcome(granted, f"failed: {code}")
            raise
        self._outcome(granted, "done")

    def _issue(self, request: Request) -> Permit:
        now = self._store.clock()
        with self._store.writing() as work:
            number, owner = _collection(work, request.collection)
            body: dict[str, Plain] = {
                "use": request.use,
                "purpose": request.purpose,
                "by": request.by,
                "probes": request.probes,
                "collection": number,
            }
            decision = self._decided(request, Standing(_people(work, request), owner))
            if isinstance(decision, Allow):
                return _kept(work, request, append(work, "intent", body, now), now + PERMIT_S)
            append(work, "refused", body | {"rule": decision.rule}, now)
        purpose_named(request.purpose, self.purposes)
        raise _refused(request, decision)

    def _decided(self, request: Request, standing: Standing) -> Allow | Refuse:
        purpose = self.purposes.get(request.purpose)
        if purpose is None:
            return Refuse("purpose", " or ".join(self.purposes), repr(request.purpose), "name one of these")
        return decide(request, purpose, standing)

    def _outcome(self, granted: Granted, how: str) -> None:
        entry = granted.permit.entry
        with self._store.writing() as work:
            work.execute("DELETE FROM permit WHERE entry = ?", (entry,))
            body: dict[str, Plain] = {"of": entry, "outcome": how}
            append(work, "outcome", body | granted.told, self._store.clock())


def spend(
    work: sqlite3.Connection, permit: Permit, use: Use, collection: str, probes: int, now: float
) -> None:
    """Take some of what a permit is good for, in the transaction of the act.

    Raises: Refused: it is of another use or collection, used up, lapsed, or was never issued.
    """
    done = work.execute(
        "UPDATE permit SET probes = probes - :probes WHERE entry = :entry AND use = :use AND"
        " collection = :collection AND purpose = :purpose AND probes >= :probes AND expires > :now",
        {
            "probes": probes,
            "entry": permit.entry,
            "use": use,
            "collection": collection,
            "purpose": permit.purpose,
            "now": now,
        },
    )
    if done.rowcount != 1:
        raise Refused(
            "the permit",
            expected=f"one for {probes} templates of the use {use} in the collection {collection!r}",
            got=f"one for {permit.probes} of {permit.use} in {permit.collection!r}, or one used up or lapsed",
            remedy="ask for a permit of this use",
            code="permit-refused",
        )


def _kept(work: sqlite3.Connection, request: Request, entry: int, expires: float) -> Permit:
    """The permit of an entry, in the store, where it is spent."""
    permit = Permit(request.use, request.collection, request.purpose, request.probes, expires, entry)
    work.execute(
        "INSERT INTO permit VALUES (:entry, :use, :collection, :purpose, :probes, :expires)", asdict(permit)
    )
    return permit


def _collection(work: sqlite3.Connection, name: str) -> tuple[int, str]:
    """Number and purpose of a collection; 0 and blank where there is none."""
    row = work.execute("SELECT id, purpose FROM collection WHERE name = ?", (name,)).fetchone()
    return (row["id"], row["purpose"]) if row else (0, "")


def _people(work: sqlite3.Connection, request: Request) -> int:
    """How many there are in the data directory, counted where more would come."""
    if not request.new_people:
        return 0
    return int(work.execute("SELECT count(*) FROM person").fetchone()[0])


def _refused(request: Request, decision: Refuse) -> Refused:
    return Refused(
        f"the use {request.use}"
        + (f" of the collection {request.collection!r}" if request.collection else ""),
        expected=decision.expected,
        got=decision.got,
        remedy=decision.remedy,
        code="use-refused",
        facts={"rule": decision.rule},
    )
