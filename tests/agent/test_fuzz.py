"""Nonsense on every socket and the offer: nothing unhandled, and the next client is served.

A modest number of examples in the usual run. `HYPOTHESIS_PROFILE=nightly pytest
tests/agent/test_fuzz.py` sends some ten thousand frames, and says how many.
"""

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiortc import RTCConfiguration, RTCPeerConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from local_agent import Agent, Scripted, Server
from tests.agent.caller import Caller
from tests.agent.chatter import chatting, reply
from tests.agent.conftest import Client
from tests.sizes import NIGHTLY

Outcome = TypeVar("Outcome")

# The usual run sends the same nonsense each time; what is new is found at night.
MODEST = settings(max_examples=settings().max_examples // 5, deadline=None, derandomize=not NIGHTLY)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["message", "set_context", "stop", "mute", "unmute", "configure", "inject_text", "ping"]
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "event": NAMES | JSON,
        "action": NAMES | JSON,
        "text": st.text(max_size=40) | JSON,
        "key": st.text(max_size=9) | JSON,
        "value": st.none() | st.text(max_size=40) | JSON,
        "voice": st.sampled_from(["es", "zz", "../x"]) | JSON,
        "language": JSON,
        "tts": JSON | st.fixed_dictionaries({"speed": JSON}),
        "greeting": JSON,
    },
)
TEXTS = st.one_of(NEARLY.map(json.dumps), JSON.map(json.dumps), st.text(max_size=200))
FRAMES = st.lists(TEXTS | st.binary(max_size=2000), max_size=30)


class _Errors(logging.Handler):
    """What was logged as unhandled: aiohttp's 500s and asyncio's lost exceptions."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@dataclass
class Target:
    """A running server, and the loop that it runs on."""

    runner: asyncio.Runner
    server: Server
    client: Client
    offer: str = ""
    errors: _Errors = field(default_factory=_Errors)
    sent: Counter[str] = field(default_factory=Counter)
    """How many frames went where."""

    def run(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        return self.runner.run(work)

    def token(self, channel: Any = "chat") -> str:
        return self.server.create_token(channel, "a")

    async def check(self) -> None:
        """Nothing was unhandled, and the next client is served."""
        async with chatting(self.client, self.token()) as socket:
            assert await reply(socket, "hello") == "You said: hello"
        assert self.errors.messages == []


async def _start(server: Server) -> Client:
    client = TestClient(TestServer(server.app()))
    await client.start_server()
    return client


async def _real_offer() -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("audio")
    connection.createDataChannel("events")
    await connection.setLocalDescription(await connection.createOffer())
    sdp: str = connection.localDescription.sdp
    await connection.close()
    return sdp


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    server = Server([Agent("a", brain=Scripted(pace=0))], recognisers=1)
    with asyncio.Runner() as runner:
        target = Target(runner, server, runner.run(_start(server)), runner.run(_real_offer()))
        for name in ("aiohttp.server", "asyncio"):
            logging.getLogger(name).addHandler(target.errors)
        yield target
        runner.run(target.client.close())
        for name in ("aiohttp.server", "asyncio"):
            logging.getLogger(name).removeHandler(target.errors)
        assert target.errors.messages == []
        if NIGHTLY:
            capture = request.config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled():
                sys.stdout.write(f"\nnonsense sent: {dict(target.sent)}\n")


@pytest.mark.parametrize("route", ["/chat/ws", "/api/scribe/ws"])
@given(frames=FRAMES)
@MODEST
def test_any_frame_on_a_socket(target: Target, route: str, frames: list[str | bytes]) -> None:
    async def send() -> None:
        query = {"token": target.token()}
        async with target.client.ws_connect(route, params=query) as socket:
            for frame in frames:
                if socket.closed:
                    break
                target.sent[route] += 1
                if isinstance(frame, bytes):
                    await socket.send_bytes(frame)
                else:
                    await socket.send_str(frame)
        await target.check()

    target.run(send())


@given(batches=st.lists(FRAMES, min_size=1, max_size=8))
@settings(MODEST, max_examples=MODEST.max_examples // 5)
def test_any_frame_on_the_channel_of_events(
    target: Target, batches: list[list[str | bytes]]
) -> None:
    async def send() -> None:
        caller = Caller()
        await caller.connect(target.client, target.token("webrtc"))
        for number, frames in enumerate(batches, 1):
            for frame in frames:
                caller.send_raw(frame)
                target.sent["events"] += 1
            caller.send("ping")
            await caller.until(partial(caller.ponged, number))
        await caller.close()
        await asyncio.gather(*(call.close() for call in tuple(target.server.calls.live)))
        await target.check()

    target.run(send())


@st.composite
def _offers(draw: st.DrawFn, sdp: str) -> str:
    """A real offer with some lines left out, doubled, or written over."""
    lines = sdp.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        new = draw(st.sampled_from([[], [lines[at]] * 2]) | st.lists(st.text(), max_size=2))
        cut = draw(st.integers(0, len(lines[at])))
        lines[at : at + 1] = draw(st.sampled_from([new, [lines[at][:cut]]])) or [""]
    return "\r\n".join(lines)


@given(data=st.data())
@MODEST
def test_any_offer(target: Target, data: st.DataObject) -> None:
    sdp = data.draw(_offers(target.offer) | st.text(min_size=1))
    config = data.draw(st.dictionaries(NAMES | st.text(), JSON, max_size=3))

    async def offer() -> None:
        body = {
            "sdp": sdp,
            "type": "offer",
            "token": target.token("webrtc"),
            "config": config,
            "metadata": config,
        }
        target.sent["/webrtc/offer"] += 1
        async with target.client.post("/webrtc/offer", json=body) as response:
            assert response.status in (200, 400)
            assert await response.json()
        await asyncio.gather(*(call.close() for call in tuple(target.server.calls.live)))
        assert target.server.calls.equipment.recognisers.lent == 0
        await target.check()

    target.run(offer())


@given(body=JSON, path=st.sampled_from(["/webrtc/offer", "/api/login", "/api/token"]))
@MODEST
def test_any_body(target: Target, body: Any, path: str) -> None:
    async def post() -> None:
        async with target.client.post(path, json=body) as response:
            assert 400 <= response.status < 500
            assert (await response.json())["error"]
        await target.check()

    target.run(post())
