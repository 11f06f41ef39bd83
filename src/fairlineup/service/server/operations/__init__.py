"""Rekognition's operations, a file each, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fairlineup.service.server.calls import Operation

OPERATIONS: Mapping[str, Operation] = MappingProxyType({})
