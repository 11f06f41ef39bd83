"""The ASGI app: the protocol at /, and what an operator's own programs ask beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from fairlineup.records import FairlineupError
from fairlineup.service.server.metrics import MEDIA_TYPE
from fairlineup.service.server.protocol import Protocol

Answering = Callable[[Request], Awaitable[Response]]


def app_of(protocol: Protocol, check_ready: Callable[[], None], beside: Sequence[BaseRoute] = ()) -> Any:
    """The app.

    Args:
        protocol: what answers at /, and refuses any address that is nobody's.
        check_ready: raises an error of ours where the server can't answer now.
        beside: further addresses.
    """

    async def health(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> Response:
        try:
            await protocol.door.take(check_ready)
        except FairlineupError as error:
            return JSONResponse({"ready": False, "code": error.code}, 503)
        except Exception as error:  # noqa: BLE001 - a server that doesn't know is not ready
            protocol.log.fault(error, "-")
            return JSONResponse({"ready": False, "code": "unspecified"}, 503)
        return JSONResponse({"ready": True})

    async def metrics(_: Request) -> Response:
        return Response(await protocol.door.take(protocol.metrics.text), media_type=MEDIA_TYPE)

    named: dict[str, Answering] = {"/health": health, "/ready": ready, "/metrics": metrics}
    routes = [Route(path, answering, methods=["GET"]) for path, answering in named.items()]
    return Starlette(routes=[*routes, *beside, Mount("/", app=protocol)])
