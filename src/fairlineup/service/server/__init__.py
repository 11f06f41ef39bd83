"""The server: Rekognition's protocol over HTTP, on this machine's own galleries and engine."""

from fairlineup.service.server.calls import Answer, Call, Client, Operation
from fairlineup.service.server.carrier import listening_on
from fairlineup.service.server.context import Context, Engine
from fairlineup.service.server.engine import EngineFront
from fairlineup.service.server.guards import is_loopback
from fairlineup.service.server.logs import Log
from fairlineup.service.server.operations import OPERATIONS
from fairlineup.service.server.service import Service
from fairlineup.service.server.serving import Bounds, Server

__all__ = [
    "OPERATIONS",
    "Answer",
    "Bounds",
    "Call",
    "Client",
    "Context",
    "Engine",
    "EngineFront",
    "Log",
    "Operation",
    "Server",
    "Service",
    "is_loopback",
    "listening_on",
]
