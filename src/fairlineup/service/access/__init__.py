"""Who may use a data directory, how much, and with which keys it is sealed."""

from fairlineup.service.access.sealkeys import (
    Restored,
    Rotated,
    export_seal_keys,
    restore_seal_keys,
    rotate_seal_keys,
)

__all__ = ["Restored", "Rotated", "export_seal_keys", "restore_seal_keys", "rotate_seal_keys"]
