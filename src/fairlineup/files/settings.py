"""The folder of this user's settings and keys."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "FAIRLINEUP_CONFIG"


def settings_folder() -> Path:
    """The user's own folder of settings, or the one FAIRLINEUP_CONFIG names; it need not be there.

    Raises: RuntimeError: the user has no home.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    usual = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    settings = Path(usual) if os.path.isabs(usual) else Path("~/.config")  # noqa: PTH117 - of a blank too
    return (Path(named) if named else settings / "fairlineup").expanduser().absolute()
