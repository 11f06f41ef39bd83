"""Where the command line begins: it heeds Ctrl-C before it imports the rest."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from fairlineup.cli.interrupts import heed, interrupted, interruption, leave


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status of its outcome.

    Args:
        arguments: None for those of this process, which then is the command's: its signals are heeded.
    """
    try:
        if arguments is None:
            heed()
        from fairlineup.cli.outcome import status_of

        status = status_of(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # while it imported
        print(interruption(), file=sys.stderr)
        status = interrupted()
    leave(status)
    sys.exit(status)
