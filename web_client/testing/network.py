"""A network of one server, whose answers and sockets the test writes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal
from urllib.parse import urlsplit

from web_client.protocol import StopDictation, encode
from web_client.sessions.ports import HttpResponse, NetworkFailed, SocketEvents
from web_client.testing.gate import Gate


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    json: str | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


Answer = HttpResponse | Exception | Callable[[Request], HttpResponse]


STOP = encode(StopDictation())


class ScriptedSocket:
    """One WebSocket. The test is the server: `open`, `receive` and `drop` are its acts."""

    def __init__(self, url: str, events: SocketEvents) -> None:
        self.url = url
        self.events = events
        self.sent: list[str | bytes] = []
        self.state: Literal["connecting", "open", "closed"] = "connecting"
        self._read = 0
        self._news = asyncio.Event()

    @property
    def frames(self) -> list[Any]:
        """What the client sent as text, parsed."""
        return [json.loads(frame) for frame in self.sent if isinstance(frame, str)]

    @property
    def dictates(self) -> bool:
        """Whether it is a dictation's; else it is a chat's."""
        return urlsplit(self.url).path.endswith("/api/scribe/ws")

    @property
    def sound(self) -> bytes:
        """What the client sent as bytes, in one piece."""
        return b"".join(frame for frame in self.sent if isinstance(frame, bytes))

    async def next(self) -> str | bytes | None:
        """The client's next frame, one after another; None once the socket is closed."""
        while self._read == len(self.sent):
            if self.state == "closed":
                return None
            self._news.clear()
            await self._news.wait()
        self._read += 1
        return self.sent[self._read - 1]

    def open(self) -> None:
        if self.state == "connecting":
            self.state = "open"
            self.events.opened()

    def receive(self, message: str | dict[str, Any]) -> None:
        if self.state == "open":
            self.events.received(message if isinstance(message, str) else json.dumps(message))

    def drop(self, code: int = 1006, reason: str = "") -> None:
        """The connection goes, as the network or the server would have it."""
        if self.state != "closed":
            self.close()
            self.events.closed(code, reason)

    def send(self, data: str | bytes) -> None:
        if self.state == "open":
            self.sent.append(data)
            self._news.set()

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.state = "closed"
        self._news.set()


class _OnlineListener:
    def __init__(self, listeners: "list[_OnlineListener]", callback: Callable[[], None]) -> None:
        self._listeners = listeners
        self.callback = callback
        listeners.append(self)

    def cancel(self) -> None:
        if self in self._listeners:
            self._listeners.remove(self)


class FakeNetwork:
    """Answers by path: `network.answers["/chat/token"] = HttpResponse(403, "no")`.

    `serve` is what the server does with each new socket; by default it works: it opens, and says
    `chat.connected`, or, to a dictation, `ready` and at the end `done`. Tokens are
    `cht_secret_1`, `cht_secret_2`…, one for each request.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._tokens = count(1)
        self._tasks: set[asyncio.Future[None]] = set()
        self.requests: list[Request] = []
        self.sockets: list[ScriptedSocket] = []
        self.online_listeners: list[_OnlineListener] = []
        self.serve: Callable[[ScriptedSocket], Awaitable[None]] = self.work
        self.answers: dict[str, Answer] = {
            "/chat/token": self._token,
            "/webrtc/token": self._token,
            "/webrtc/ice-servers": HttpResponse(200, '{"iceServers": []}'),
            "/webrtc/offer": HttpResponse(200, '{"sdp": "v=0 answer", "type": "answer"}'),
        }

    def _token(self, request: Request) -> HttpResponse:
        return HttpResponse(200, json.dumps({"token": f"cht_secret_{next(self._tokens)}"}))

    async def request(
        self, method: Literal["GET", "POST"], url: str, *, json: str | None = None
    ) -> HttpResponse:
        request = Request(method, url, json)
        if request.url.startswith("ws"):
            raise AssertionError("a request went to a WebSocket's URL")
        self.requests.append(request)
        await self._gate.pass_through(f"{method} {request.path}")
        answer = self.answers.get(request.path, NetworkFailed("no such path"))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, HttpResponse) else answer(request)

    def socket(self, url: str, events: SocketEvents) -> ScriptedSocket:
        socket = ScriptedSocket(url, events)
        self.sockets.append(socket)
        task = asyncio.ensure_future(self.serve(socket))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return socket

    async def work(self, socket: ScriptedSocket) -> None:
        """What the socket's address asks for."""
        if socket.dictates:
            await self.begin_dictation(socket)
            await self.end_dictation(socket)
        else:
            await self.connect_chat(socket)

    async def connect_chat(self, socket: ScriptedSocket) -> None:
        """A server that works."""
        await self._gate.pass_through("socket opens")
        socket.open()
        await self._gate.pass_through("chat.connected")
        socket.receive({"event": "chat.connected", "session_id": f"s{len(self.sockets)}"})

    async def begin_dictation(self, socket: ScriptedSocket) -> None:
        """A server that listens."""
        await self._gate.pass_through("socket opens")
        socket.open()
        await self._gate.pass_through("ready")
        socket.receive({"event": "ready"})

    async def end_dictation(self, socket: ScriptedSocket) -> None:
        """A server that says `done` when it is told to stop."""
        while (frame := await socket.next()) is not None:
            if frame == STOP:
                await self._gate.pass_through("done")
                socket.receive({"event": "done"})

    async def silent(self, socket: ScriptedSocket) -> None:
        """A server that does nothing: the test acts by itself."""

    def on_online(self, callback: Callable[[], None]) -> _OnlineListener:
        return _OnlineListener(self.online_listeners, callback)

    def come_online(self) -> None:
        for listener in tuple(self.online_listeners):
            listener.callback()
