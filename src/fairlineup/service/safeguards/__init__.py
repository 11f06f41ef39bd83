"""The rules: purposes, the decision on a use, permits, and the ledger where all of it stands."""

from fairlineup.service.safeguards.decision import USES, Allow, Refuse, Request, Standing, Use, decide
from fairlineup.service.safeguards.ledger import Entry, append, entries
from fairlineup.service.safeguards.permit import PERMIT_S, Granted, Permit, Permits, spend
from fairlineup.service.safeguards.purpose import PURPOSES, TESTING, Purpose, purpose_named

__all__ = [
    "PERMIT_S",
    "PURPOSES",
    "TESTING",
    "USES",
    "Allow",
    "Entry",
    "Granted",
    "Permit",
    "Permits",
    "Purpose",
    "Refuse",
    "Request",
    "Standing",
    "Use",
    "append",
    "decide",
    "entries",
    "purpose_named",
    "spend",
]
