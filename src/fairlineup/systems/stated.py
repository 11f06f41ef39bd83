"""What a plan states of a system: read for every adapter alike, and never a credential."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from fairlineup.options import NOT_BLANK, Naming, between, read_options, such
from fairlineup.records import BadInput, Price

T = TypeVar("T")
SECRET = re.compile(r"key|token|secret|passw|credential", re.IGNORECASE)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return sound and not _may_hold_a_secret(text)


def _may_hold_a_secret(address: str) -> bool:
    return "@" in address or "?" in address


Line = Annotated[str, NOT_BLANK]
Seconds = Annotated[float, between(0.01, 1_000_000)]
AtOnce = Annotated[int, between(1, 64)]
Address = Annotated[
    str,
    such(
        _is_address,
        "an address as https://host or http://host:port, without name, password or query",
        hides=_may_hold_a_secret,
    ),
]


@dataclass(frozen=True, slots=True)
class CallPrice:
    """What one call costs in US dollars, by which price list, read on which day: all three, or none.

    Raises: BadInput: only some of them.
    """

    price_per_call: Annotated[float, between(0, 1000)] | None = None
    price_source: Line = ""
    price_date: date | None = None

    def __post_init__(self) -> None:
        said = {name: getattr(self, name) not in (None, "") for name in CallPrice.__slots__}
        if any(said.values()) and not all(said.values()):
            got = f"only {', '.join(name for name, is_said in said.items() if is_said)}"
            raise naming_of("the system").wrong("price_per_call", f"all of {', '.join(said)}, or none", got)

    @property
    def price(self) -> Price | None:
        """As the system's information states it."""
        if self.price_per_call is None:
            return None
        return Price(self.price_per_call, "USD", str(self.price_date), self.price_source)


def naming_of(system: str) -> Naming:
    """How errors call an option of a system."""
    return Naming(f"the option {{}} of {system}", remedy="correct [system.options] in the plan")


def read_stated(kind: type[T], system: str, table: Mapping[str, Any], secrets: str = "the environment") -> T:
    """The options of a system from a plan's [system.options].

    Args:
        kind: the dataclass.
        system: as errors call it.
        table: the plan's.
        secrets: where credentials come from instead, in words.
    Raises: BadInput: a name that looks like a credential's, or as `read_options`.
    """
    check_no_secret(system, table, secrets)
    return read_options(kind, table, naming_of(system))


def check_no_secret(system: str, names: Iterable[str], secrets: str = "the environment") -> None:
    """Raises: BadInput: an option looks like a credential, which a published plan would give away."""
    for name in names:
        within = names[name] if isinstance(names, Mapping) else None
        if isinstance(within, Mapping):
            check_no_secret(system, within, secrets)
        if isinstance(name, str) and SECRET.search(name):
            raise BadInput(
                f"the plan says {name} of {system}",
                code="option-unknown",
                expected=f"no credentials: they come from {secrets}",
                got="an option that looks like one",
                remedy="remove it from [system.options]; if it was real, replace it: plans are published",
            )


def credential(variable: str) -> str:
    """The value of an environment variable, blank where there is none."""
    return os.environ.get(variable, "").strip()
