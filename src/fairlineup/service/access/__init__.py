"""Who may use a data directory, how much, each call once; and the keys that it is sealed with."""

from fairlineup.service.access.accesskeys import AccessKeys
from fairlineup.service.access.calls import READS, Answered, Asked, Calls
from fairlineup.service.access.keys import (
    ANONYMOUS,
    DEFAULT_LIMITS,
    AccessKey,
    Counted,
    Limits,
    MadeAccessKey,
    NewAccessKey,
    check_allowed,
)
from fairlineup.service.access.meter import Meter
from fairlineup.service.access.sealkeys import (
    Restored,
    Rotated,
    export_seal_keys,
    restore_seal_keys,
    rotate_seal_keys,
)

__all__ = [
    "ANONYMOUS",
    "DEFAULT_LIMITS",
    "READS",
    "AccessKey",
    "AccessKeys",
    "Answered",
    "Asked",
    "Calls",
    "Counted",
    "Limits",
    "MadeAccessKey",
    "Meter",
    "NewAccessKey",
    "Restored",
    "Rotated",
    "check_allowed",
    "export_seal_keys",
    "restore_seal_keys",
    "rotate_seal_keys",
]
