"""`fairlineup keys`: access keys, which programs sign their calls with."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from fairlineup.cli.console import say, show_json
from fairlineup.cli.options import PATH, data_option, json_option
from fairlineup.cli.sealkeys import BY, tell_of_new_key, when
from fairlineup.service.access import (
    DEFAULT_LIMITS,
    AccessKey,
    AccessKeys,
    Limits,
    MadeAccessKey,
    NewAccessKey,
)
from fairlineup.service.store import Store

DAY_S, HOUR_S = 86_400.0, 3_600.0
NONE = 0
_limit = click.IntRange(min=NONE)


@click.command()
@click.option("--data", required=True, metavar="DIR", type=PATH, help="The data directory; made if need be.")
@click.option("--purpose", default="testing", show_default=True, help="What its uses are for.")
@click.option("--expires-days", type=float, metavar="DAYS", help="Let it lapse.  [default: never]")
@click.option("--operation", multiple=True, metavar="NAME", help="An operation it may call.  [default: all]")
@click.option("--collection", multiple=True, metavar="ID", help="A collection it may use.  [default: all]")
@click.option(
    "--requests-per-minute",
    type=_limit,
    default=DEFAULT_LIMITS.requests_per_minute,
    show_default=True,
    help="At most so many; 0 for no limit.",
)
@click.option(
    "--requests-per-day",
    type=_limit,
    default=DEFAULT_LIMITS.requests_per_day,
    show_default=True,
    help="The same for a day (UTC).",
)
@click.option(
    "--probes-per-day",
    type=_limit,
    default=DEFAULT_LIMITS.probes_per_day,
    show_default=True,
    help="Faces searched for or compared in a day.",
)
@json_option
def create(data: Path, *, as_json: bool, **asked: Any) -> None:
    """Make an access key that programs sign their calls with; its secret is shown this once.

    A key can be bound to operations and collections; give --operation or --collection once for each.
    """
    limits = Limits(*(asked[name] or None for name in Limits.__dataclass_fields__))
    days = asked["expires_days"]
    wanted = NewAccessKey(
        asked["purpose"],
        tuple(asked["operation"]),
        tuple(asked["collection"]),
        limits,
        None if days is None else days * DAY_S,
    )
    with closing(Store(data, make=True)) as store:
        tell_of_new_key(store)
        made = AccessKeys(store).make(wanted, BY)
    _show(made, as_json=as_json)


@click.command("list")
@data_option
@json_option
def list_keys(data: Path, *, as_json: bool) -> None:
    """List the access keys: what each is for, and until when."""
    with closing(Store(data)) as store:
        keys, now = AccessKeys(store).listed(), store.clock()
    if as_json:
        show_json([_plain(key, now) for key in keys])
        return
    if not keys:
        say("no access keys", f"next: fairlineup keys create --data {data}")
        return
    say(*(_line(key, now) for key in keys))


@click.command()
@click.argument("identity", metavar="ID")
@data_option
@json_option
def revoke(identity: str, data: Path, *, as_json: bool) -> None:
    """Let the access key ID be used no more, from now on."""
    with closing(Store(data)) as store:
        key, now = AccessKeys(store).revoke(identity, BY), store.clock()
    if as_json:
        show_json(_plain(key, now))
    else:
        say(f"{key.id} is revoked")


@click.command()
@click.argument("identity", metavar="ID")
@data_option
@click.option(
    "--overlap", default=24.0, show_default=True, metavar="HOURS", help="How long the old one still works."
)
@json_option
def rotate(identity: str, data: Path, overlap: float, *, as_json: bool) -> None:
    """Make an access key that may do the same as ID, which lapses after an overlap."""
    with closing(Store(data)) as store:
        made = AccessKeys(store).rotate(identity, overlap * HOUR_S, BY)
    _show(made, as_json=as_json)
    if not as_json:
        say(f"{identity} works for {overlap:g} hours more")


def _show(made: MadeAccessKey, *, as_json: bool) -> None:
    """A new key with its secret, under the names that programs know them by."""
    key = made.key
    if as_json:
        shown = {"access_key_id": key.id, "secret_access_key": made.secret}
        show_json(shown | _plain(key, key.created))
        return
    say(f"AWS_ACCESS_KEY_ID={key.id}", f"AWS_SECRET_ACCESS_KEY={made.secret}")
    say(f"for {key.purpose}; the secret is not shown again")


def _plain(key: AccessKey, now: float) -> dict[str, Any]:
    return {
        "access_key_id": key.id,
        "purpose": key.purpose,
        "state": key.state(now),
        "created": when(key.created),
        "expires": when(key.expires),
        "revoked": when(key.revoked),
        "replaced_by": key.replaced_by,
        "operations": list(key.operations),
        "collections": list(key.collections),
        "limits": {name: getattr(key.limits, name) for name in Limits.__dataclass_fields__},
    }


def _line(key: AccessKey, now: float) -> str:
    """A key in a line, its id first."""
    said = [key.purpose, key.state(now), f"made {when(key.created)}"]
    said += [f"replaced by {key.replaced_by}"] if key.replaced_by else []
    said += [f"until {when(key.expires)}"] if key.expires is not None else []
    said += [f"for {', '.join(key.operations)}"] if key.operations else []
    said += [f"in {', '.join(key.collections)}"] if key.collections else []
    return f"{key.id}  {'; '.join(said)}"
