"""One reader for every table of options: TOML, JSON or keywords in, a frozen dataclass out.

@dataclass(frozen=True, slots=True)
class ServerOptions:
    url: Annotated[str, NOT_BLANK]
    timeout_s: Annotated[float, between(0.01, 3600)] = 60.0
    mode: Literal["fast", "exact"] = "exact"

options = read_options(ServerOptions, table, Naming("the option {} of server"))
"""

from fairlineup.options.naming import Naming
from fairlineup.options.reading import check_options, read_options, words_for
from fairlineup.options.rules import INLINE, NOT_BLANK, above, at_least, below, between, such

__all__ = [
    "INLINE",
    "NOT_BLANK",
    "Naming",
    "above",
    "at_least",
    "below",
    "between",
    "check_options",
    "read_options",
    "such",
    "words_for",
]
