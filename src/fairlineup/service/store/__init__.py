"""The data directory: one SQLite file, its schema, and transactions that are durable when they end."""

from fairlineup.service.store.connections import connect
from fairlineup.service.store.faults import named
from fairlineup.service.store.sealers import STORE_SCOPE, keep_key
from fairlineup.service.store.store import FILE, Clock, Store

__all__ = ["FILE", "STORE_SCOPE", "Clock", "Store", "connect", "keep_key", "named"]
