"""`ports.Network` over fetch and WebSocket."""

from collections.abc import Callable
from typing import Any, Literal

import js
from pyodide.ffi import JsException, JsProxy, to_js

from web_client.browser.bridge import Listeners, Rejected, plain, settled
from web_client.browser.clock import Timer
from web_client.sessions.ports import HttpResponse, NetworkFailed, Socket, SocketEvents

ABNORMAL_CLOSURE = 1006


class BrowserNetwork:
    """The page's own network."""

    async def request(
        self, method: Literal["GET", "POST"], url: str, *, json: str | None = None
    ) -> HttpResponse:
        abort = js.AbortController.new()
        try:
            response = await settled(js.fetch(url, _request(method, json, abort.signal)))
            return HttpResponse(response.status, await settled(response.text()))
        except Rejected as error:
            raise NetworkFailed("The server could not be reached.") from error
        finally:
            # When the awaiting task is cancelled the exchange would go on; ended, it is no matter.
            abort.abort()

    def socket(self, url: str, events: SocketEvents) -> Socket:
        try:
            return BrowserSocket(js.WebSocket.new(url), events)
        except JsException:
            return UnopenedSocket(events)

    def on_online(self, callback: Callable[[], None]) -> Listeners:
        listeners = Listeners()
        listeners.add(js.globalThis, "online", lambda _: callback())
        return listeners


def _request(method: str, json: str | None, signal: JsProxy) -> JsProxy:
    # A token is used once (1-protocol, 1.1): the browser's cache must not answer with an old one.
    options: dict[str, object] = {"method": method, "cache": "no-store", "signal": signal}
    if json is not None:
        options |= {"body": json, "headers": {"content-type": "application/json"}}
    return plain(options)


class BrowserSocket:
    """One WebSocket."""

    def __init__(self, socket: js.WebSocket, events: SocketEvents) -> None:
        self._socket = socket
        self._events = events
        self._listeners = Listeners()
        socket.binaryType = "arraybuffer"
        self._listeners.add(socket, "open", lambda _: events.opened())
        self._listeners.add_texts(socket, events.received)
        self._listeners.add(socket, "close", self._close)

    def _close(self, event: Any) -> None:
        self._listeners.close()
        self._events.closed(event.code, event.reason)

    def send(self, data: str | bytes) -> None:
        if self._socket.readyState == js.WebSocket.OPEN:
            self._socket.send(to_js(data))

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._listeners.close()
        self._socket.close(code, reason)


class UnopenedSocket:
    """What stands for a socket whose address the browser refuses: it closes, and that is all."""

    def __init__(self, events: SocketEvents) -> None:
        # The browser's own words quote the URL, and with it the token.
        reason = "The browser can't open this address."
        self._soon = Timer(0, lambda: events.closed(ABNORMAL_CLOSURE, reason))

    def send(self, data: str | bytes) -> None:
        """Nothing can be sent."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._soon.cancel()
