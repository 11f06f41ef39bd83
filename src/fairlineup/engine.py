"""The engine by its short name, for scripts: what `fairlineup.faces.engine` hands out."""

from fairlineup.faces.engine import *  # noqa: F403
from fairlineup.faces.engine import __all__ as _names

__all__ = [*_names]  # noqa: PLE0604 - all of them are text
