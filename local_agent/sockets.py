"""WebSockets of this server: how big, how kept alive, how refused (4-local-agent, 4.4).

A browser can't read why a handshake failed. So a refusal accepts the socket, says
`{"event": "error", …}` and closes it with 4401.
"""

from collections.abc import Callable

from aiohttp import web

from local_agent.access import Refused

REFUSED = 4401
"""Close code of a socket whose token opens nothing."""

MAX_MESSAGE = 1024 * 1024
"""Past this many bytes the socket itself gives up (1009); `MAX_FRAME` gets an error event."""


NewSocket = Callable[[web.Request], web.WebSocketResponse]


def new_socket(_request: web.Request) -> web.WebSocketResponse:
    return web.WebSocketResponse(max_msg_size=MAX_MESSAGE, heartbeat=20.0)


async def open_socket(request: web.Request, new: NewSocket) -> web.WebSocketResponse:
    """The socket that was asked for. Raises Refused where none was."""
    socket = new(request)
    if not socket.can_prepare(request):
        raise Refused(426, "This address speaks WebSocket only.")
    await socket.prepare(request)
    return socket


async def refuse(socket: web.WebSocketResponse, reason: str) -> None:
    """Say why, where the browser can read it, and close."""
    await socket.send_json({"event": "error", "error": reason})
    await socket.close(code=REFUSED, message=b"refused")


async def go_away(socket: web.WebSocketResponse) -> None:
    """Close, since the server ends."""
    await socket.close(code=1001, message=b"the server is going away")
