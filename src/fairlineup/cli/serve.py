"""`fairlineup serve`: the Rekognition protocol on this machine."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairlineup.cli.console import notice, say
from fairlineup.cli.interrupts import handed_to
from fairlineup.cli.options import PATH
from fairlineup.records import extra_missing

if TYPE_CHECKING:
    from fairlineup.service.server import Begun

REGION = "us-east-1"  # clients must name one; any is taken


@click.command()
@click.option("--data", type=PATH, required=True, help="Data directory; made where it is not there.")
@click.option("--port", default=8080, show_default=True, help="Port; 0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes of the engine. [default: one a core]")
@click.option(
    "--insecure-local",
    is_flag=True,
    help="Also answer programs on this machine that have no access key of ours.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Listen beyond this machine, in clear text: a proxy before it does TLS.",
)
@click.option(
    "--first-key/--no-first-key",
    default=True,
    help="Make an access key for a data directory that has none, and show its secret once. "
    "[default: first-key]",
)
def serve(data: Path, port: int, host: str, workers: int | None, **said: bool) -> None:
    """Serve DATA by the Rekognition protocol: an unchanged boto3 program works on this machine.

    It ends in order on Ctrl-C or SIGTERM: what is under way is answered. A second Ctrl-C ends it at once.
    """
    try:
        from fairlineup.service.server import ServeOptions
        from fairlineup.service.server import serve as serve_data
    except ImportError as error:
        raise extra_missing("a server", "server", error) from error

    options = ServeOptions(
        data,
        host,
        port,
        workers,
        anonymous=said["insecure_local"],
        beyond=said["behind_proxy"],
        first_key=said["first_key"],
    )
    with ExitStack() as stack:

        def told(begun: Begun) -> None:
            stack.enter_context(handed_to(begun.end))
            _say_how(begun, anonymous=options.anonymous)

        serve_data(options, told)


def _say_how(begun: Begun, *, anonymous: bool) -> None:
    """What a client has to be told, as lines of a shell."""
    from fairlineup.cli.sealkeys import tell_of_new_key, warn_of_export

    tell_of_new_key(begun.store)
    if begun.store.new_key is None:
        warn_of_export(begun.store, covers=begun.exported)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        notice("it runs as root, and need not: a user of its own reads less if it is ever broken into")
    say(f"export AWS_ENDPOINT_URL_REKOGNITION={begun.address}", f"export AWS_DEFAULT_REGION={REGION}")
    if begun.first_key is not None:
        key = begun.first_key
        say(f"export AWS_ACCESS_KEY_ID={key.key.id} AWS_SECRET_ACCESS_KEY={key.secret}")
        notice("the secret is shown this once; `fairlineup keys create` makes another key")
    elif anonymous:
        say("export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any")
