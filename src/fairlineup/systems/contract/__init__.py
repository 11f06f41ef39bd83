"""What every system behind the port must do: named checks, put to a live system.

photographs.py   photographs of known people, with a picture of nobody and files that are broken or too large
trial.py         one system being tried: questions asked, answers remembered, calls counted
verdicts.py      passed, failed (expected, got), not applicable (why)
answering.py     checks of single answers: outcomes, order, scores, lists
keeping.py       checks of galleries: grown, apart, deleted, kept
speaking.py      checks of what a system says: of itself, of credentials, of candidates it holds back
running.py       all of them in order, what they cost, and the gallery deleted whatever happens
"""

from fairlineup.systems.contract.photographs import KnownPhotographs, known_cards
from fairlineup.systems.contract.running import CHECKS, Check, ContractReport, check_system, contract_cost
from fairlineup.systems.contract.trial import Calls, Patience

__all__ = [
    "CHECKS",
    "Calls",
    "Check",
    "ContractReport",
    "KnownPhotographs",
    "Patience",
    "check_system",
    "contract_cost",
    "known_cards",
]
