"""Faults on demand, for tests of clients (4-local-agent, 4.3). Off unless the server is told.

`POST /_faults` with one JSON object. What it may be:

Faults of requests. `path` is a glob (`*/token`, `/webrtc/offer`, `/chat/ws`); `times` is how
many requests have it, 1 by default.

    {"fault": "refuse", "path": …, "status": 503, "error": "A fault on demand.", "times": 1}
    {"fault": "delay", "path": …, "seconds": 2, "times": 1}

Faults of the frames that sessions send from now on. `event` is a frame's name, any by default;
`times` is how many frames have it.

    {"fault": "delay_events", "seconds": 2, "event": …, "times": 1}     the later ones wait too
    {"fault": "garble_events", "event": …, "times": 1}                  cut in half
    {"fault": "duplicate_events", "event": …, "times": 1}
    {"fault": "reorder_events", "event": …, "times": 1}                 sent after the next one
    {"fault": "drop_after", "frames": 3}                 whoever sends the last of them is dropped

What is done at once to every live session, or to those of one `channel`: `chat`, `scribe`
(dictation) or `webrtc`.

    {"fault": "drop"}                     a socket is cut off, a peer connection is closed
    {"fault": "stall", "seconds": 8}      half-open: sends and hears nothing, closes nothing;
                                          for ever where no seconds are given
    {"fault": "oversized", "bytes": 300000}     sends a frame as long as that
    {"fault": "end", "reason": "idle_timeout"}  ends in order; a call says `session.timeout`
                                          first, a socket `error`, where a reason is given

The answer is `{"armed", "hit"}`: how many faults wait for their requests and frames, and how
many sessions this one was done to. `GET /_faults` gives `{"armed": […], "sessions": {channel:
count}}`. `DELETE /_faults` forgets all that are armed and lets what is stalled go on.
"""

import asyncio
import json
from collections import Counter
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Protocol, TypeVar
from weakref import WeakSet

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import BaseModel, ConfigDict, Field, RootModel

from local_agent.bodies import read_body

SessionChannel = Literal["chat", "scribe", "webrtc"]

Seconds = Annotated[float, Field(ge=0, le=600)]
Times = Annotated[int, Field(ge=1, le=10_000)]


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Refuse(_Fault):
    fault: Literal["refuse"]
    path: str
    status: int = Field(503, ge=400, le=599)
    error: str = "A fault on demand."
    times: Times = 1


class Delay(_Fault):
    fault: Literal["delay"]
    path: str
    seconds: Seconds
    times: Times = 1


class Tamper(_Fault):
    fault: Literal["delay_events", "garble_events", "duplicate_events", "reorder_events"]
    event: str | None = None
    seconds: Seconds = 1.0
    times: Times = 1


class DropAfter(_Fault):
    fault: Literal["drop_after"]
    frames: Times


class Strike(_Fault):
    fault: Literal["drop", "stall", "oversized", "end"]
    channel: SessionChannel | None = None
    seconds: Seconds | None = None
    bytes: int = Field(300_000, ge=100, le=10_000_000)
    reason: str | None = None


Armed = Refuse | Delay | Tamper | DropAfter
OfRequests = TypeVar("OfRequests", Refuse, Delay)


class FaultBody(RootModel[Annotated[Armed | Strike, Field(discriminator="fault")]]):
    """The body of a POST."""


class Line(Protocol):
    """What carries a session, and can be made to fail."""

    channel: SessionChannel

    @property
    def closed(self) -> bool: ...

    def drop(self) -> None: ...

    def stall(self, on: bool) -> None: ...

    def oversize(self, frame: str) -> None: ...

    def end(self, reason: str | None) -> None: ...


class Faults:
    """The faults that wait to be had, and the lines that may have them."""

    def __init__(self) -> None:
        self._known: WeakSet[Line] = WeakSet()
        self._armed: list[Armed] = []

    @property
    def lines(self) -> list[Line]:
        """Those that are not closed yet."""
        return [line for line in self._known if not line.closed]

    def watch(self, line: Line) -> None:
        self._known.add(line)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/_faults", self._post),
            web.get("/_faults", self._get),
            web.delete("/_faults", self._delete),
        ]

    def of_requests(self) -> Middleware:
        """The middleware that delays and refuses."""

        @web.middleware
        async def fail(request: web.Request, handler: Handler) -> web.StreamResponse:
            if delay := self._due(Delay, request.path):
                await asyncio.sleep(delay.seconds)
            if refuse := self._due(Refuse, request.path):
                return web.json_response({"error": refuse.error}, status=refuse.status)
            return await handler(request)

        return fail

    def of_frame(self, frame: str) -> Tamper | None:
        """The fault that this outgoing frame has, if any."""
        tampers = (fault for fault in self._armed if isinstance(fault, Tamper))
        name = _name(frame)
        due = next((fault for fault in tampers if fault.event in (None, name)), None)
        if due:
            self._count(due)
        return due

    def was_sent(self, line: Line) -> None:
        """`line` sent a frame."""
        for fault in [fault for fault in self._armed if isinstance(fault, DropAfter)]:
            fault.frames -= 1
            if fault.frames == 0:
                self._armed.remove(fault)
                line.drop()

    def _due(self, kind: type[OfRequests], path: str) -> OfRequests | None:
        for fault in self._armed:
            if isinstance(fault, kind) and fnmatchcase(path, fault.path):
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Refuse | Delay | Tamper) -> None:
        fault.times -= 1
        if fault.times == 0:
            self._armed.remove(fault)

    async def _post(self, request: web.Request) -> web.Response:
        fault = (await read_body(request, FaultBody)).root
        struck: list[Line] = []
        if isinstance(fault, Strike):
            struck = [line for line in self.lines if fault.channel in (None, line.channel)]
            for line in struck:
                _strike(line, fault)
        else:
            self._armed.append(fault)
        return web.json_response({"armed": len(self._armed), "hit": len(struck)})

    async def _get(self, _request: web.Request) -> web.Response:
        armed = [fault.model_dump() for fault in self._armed]
        sessions: dict[str, Any] = Counter(line.channel for line in self.lines)
        return web.json_response({"armed": armed, "sessions": sessions})

    async def _delete(self, _request: web.Request) -> web.Response:
        self._armed.clear()
        for line in self.lines:
            line.stall(False)
        return web.json_response({})


def _strike(line: Line, fault: Strike) -> None:
    match fault.fault:
        case "drop":
            line.drop()
        case "end":
            line.end(fault.reason)
        case "oversized":
            line.oversize(_long_frame(fault.bytes))
        case "stall":
            line.stall(True)
            if fault.seconds is not None:
                asyncio.get_running_loop().call_later(fault.seconds, line.stall, False)


def _long_frame(size: int) -> str:
    frame = {"event": "oversized", "filler": ""}
    return json.dumps(frame | {"filler": "x" * (size - len(json.dumps(frame)))})


def _name(frame: str) -> str | None:
    try:
        name = json.loads(frame).get("event")
    except (ValueError, AttributeError):
        return None  # the bare word `pong`
    return name if isinstance(name, str) else None
