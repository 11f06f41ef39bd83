"""The data directory: one SQLite file, its schema, and transactions that are durable when they end."""

from fairlineup.service.store.connections import connect, inserted
from fairlineup.service.store.exported import ExportState, export_state, record_export
from fairlineup.service.store.faults import named
from fairlineup.service.store.resealing import (
    SEALED,
    begin_rotation,
    drop_old_keys,
    end_rotation,
    reseal_some,
    stale_blobs,
)
from fairlineup.service.store.sealers import STORE_SCOPE, keep_key
from fairlineup.service.store.store import FILE, Clock, Store, store_id

__all__ = [
    "FILE",
    "SEALED",
    "STORE_SCOPE",
    "Clock",
    "ExportState",
    "Store",
    "begin_rotation",
    "connect",
    "drop_old_keys",
    "end_rotation",
    "export_state",
    "inserted",
    "keep_key",
    "named",
    "record_export",
    "reseal_some",
    "stale_blobs",
    "store_id",
]
