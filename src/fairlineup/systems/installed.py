"""Whether the credentials an adapter needs are here; never their values."""

from __future__ import annotations

import os
import re

from fairlineup.systems.facts import Facts

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def credentials_set(facts: Facts) -> dict[str, bool | None]:
    """Whether each place of credentials is filled; None where it is no environment variable."""
    return {
        name: bool(os.environ.get(name)) if VARIABLE.fullmatch(name) else None for name in facts.credentials
    }
