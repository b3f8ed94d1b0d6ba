"""WebSockets of this server: how big, how long kept alive, how refused (4-local-agent, 4.4).

A browser can't read why a handshake failed. So a refusal accepts the socket, says
`{"event": "error", …}` and closes it with 4401.
"""

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import WSCloseCode, web

from local_agent.access import Refused

REFUSED = 4401
"""Close code of a socket whose token opens nothing."""

MAX_MESSAGE = 1024 * 1024
"""Past this many bytes the socket itself gives up (1009); `MAX_FRAME` gets an error event."""

UNREAD = 20.0
"""Seconds that a frame waits for a client that doesn't read; then the client is given up."""

GOODBYE = 2.0
"""Seconds that a server which ends waits for a client to close in its turn."""

NewSocket = Callable[[web.Request], web.WebSocketResponse]


class Socket(web.WebSocketResponse):
    """A WebSocket whose client is alive and reads, or is cut off."""

    def __init__(self, request: web.Request) -> None:
        super().__init__(max_msg_size=MAX_MESSAGE, heartbeat=20.0)
        self._transport = request.transport

    async def send_str(self, data: str, compress: int | None = None) -> None:
        """Send a frame. Raises ConnectionResetError where the client is gone or given up."""
        try:
            async with asyncio.timeout(UNREAD):
                await super().send_str(data, compress)
        except (TimeoutError, asyncio.CancelledError) as end:
            if _is_ours(end):
                raise
            self._give_up()
            raise ConnectionResetError("the client doesn't read") from None

    async def close(
        self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True
    ) -> bool:
        """Close in order, or give up a client that doesn't read."""
        try:
            async with asyncio.timeout(UNREAD):
                return await super().close(code=code, message=message, drain=drain)
        except (TimeoutError, asyncio.CancelledError) as end:
            # The heartbeat is over, so nobody else would cut it off.
            self._give_up()
            if _is_ours(end):
                raise
            return True

    def _give_up(self) -> None:
        # Closing in order would wait for the client once more.
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()


def _is_ours(end: BaseException) -> bool:
    """Whether it is this very task that was cancelled.

    All who wait for a client wait for one future: when one of them is cancelled, or its time is
    over, the others get a CancelledError too.
    """
    task = asyncio.current_task()
    return isinstance(end, asyncio.CancelledError) and bool(task and task.cancelling())


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
    """Close, since the server ends; it doesn't wait for long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE):
            await socket.close(code=1001, message=b"the server is going away")
