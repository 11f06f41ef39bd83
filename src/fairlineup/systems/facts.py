"""What is known of an adapter before it is opened: shown by `fairlineup systems`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from fairlineup.records import FaceSystem

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")

Options = Mapping[str, Any]
Opening = Callable[[str, Options], FaceSystem]
"""An adapter from what stands behind the colon of its name, blank if nothing does, and [system.options].

Raises: BadInput: an argument or option it does not have. Refused: credentials are missing or not accepted.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """An adapter as it is listed."""

    name: str  #: before the colon, if there is one.
    title: str  #: what it is, in a few words.
    argument: str = ""  #: what stands behind the colon: "COMMAND", "RUN"; blank for none.
    extra: str = ""  #: of the package, where it needs one: "rekognition"; blank for none.
    #: environment variables it reads, or where else they usually are; never options.
    credentials: tuple[str, ...] = ()
    page: str = ""  #: its documentation, from the root of the repository.
    #: how far it was tried: "with real photographs", "against a server written for the tests".
    tried: str = ""
    #: what it answers for: photographs of anybody, cards of simulated people, or only what stands in the
    #: record it answers from.
    takes: Literal["photographs", "cards", "records"] = "photographs"

    @property
    def credentials_set(self) -> dict[str, bool | None]:
        """Whether each place of credentials is filled; None where it is no environment variable."""
        return {
            name: bool(os.environ.get(name)) if VARIABLE.fullmatch(name) else None
            for name in self.credentials
        }


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What a plan has done in the name of whoever runs it, beyond what this package does by itself."""

    #: a program started, a module imported, another package's code run, or photographs sent to a server.
    kind: Literal["program", "module", "package", "server"]
    words: tuple[str, ...]  #: command line, "module:function", where the package's code is, or an address.
    given: Mapping[str, Any] = field(default_factory=dict)  #: what the plan hands to it.


Entrusting = Callable[[str, Options], Entrusted | None]
"""What an argument and options entrust to others: nothing is opened to find out. Raises: BadInput."""


def nothing(_argument: str, _options: Options) -> None:
    """Of a system that works in this process with this package's code."""


def sent_to(option: str) -> Entrusting:
    """Of a system that sends photographs to the address an option names: to another machine."""

    def entrusted(_: str, options: Options) -> Entrusted | None:
        address = options.get(option)
        if not isinstance(address, str) or not address or _is_here(address):
            return None
        return Entrusted("server", (address,))

    return entrusted


def _is_here(address: str) -> bool:
    """Whether an address is surely of this machine."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Adapter:
    """How a system is put under test: its facts, and what opens it."""

    facts: Facts
    open: Opening
    entrusts: Entrusting = nothing
