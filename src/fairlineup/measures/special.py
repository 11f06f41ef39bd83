"""`scipy.special`, loaded at its first use: commands that compute nothing open without SciPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.special import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        from scipy import special

        globals()[name] = getattr(special, name)
        return globals()[name]
