"""`BrowserPeer` against another RTCPeerConnection in the same page."""

import asyncio
from typing import Any

from tests.pyodide.inside.record import PeerRecord, Record, page, raises, until
from web_client.browser import BrowserMedia, BrowserPeer
from web_client.browser.bridge import Listeners, plain, settled
from web_client.browser.microphone import BrowserMicrophone
from web_client.errors import ProtocolError
from web_client.sessions.ports import IceServer, MicrophoneRequest

GATHERING = 30.0
"""Seconds: longer than the candidates of this machine take, however busy it is."""


class Answerer:
    """The agent's side: answers, echoes the channel, sends the caller's own voice back."""

    def __init__(self) -> None:
        self.told = Record()
        self._listeners = Listeners()
        self._connection: Any = page.RTCPeerConnection.new()
        self._listeners.add(self._connection, "datachannel", self._offered)

    def _offered(self, event: Any) -> None:
        channel = event.channel
        self._listeners.add(channel, "message", lambda heard: self._echo(channel, heard.data))
        self._listeners.add(channel, "close", lambda _: self.told.tell("hung up"))
        self.told.tell("channel", channel.label, channel.ordered)

    def _echo(self, channel: Any, text: str) -> None:
        """First as bytes, which nobody hears."""
        channel.send(page.Uint8Array.new(3))
        channel.send(f"heard {text}")

    async def answer(self, offer: str) -> str:
        connection = self._connection
        await settled(connection.setRemoteDescription(plain({"type": "offer", "sdp": offer})))
        [transceiver] = connection.getTransceivers()
        transceiver.direction = "sendrecv"
        await settled(transceiver.sender.replaceTrack(transceiver.receiver.track))
        await settled(connection.setLocalDescription())
        await until(lambda: connection.iceGatheringState == "complete")
        return str(connection.localDescription.sdp)

    def close(self) -> None:
        self._listeners.close()
        self._connection.close()


class Call:
    """Both ends of one call, with a microphone."""

    microphone: BrowserMicrophone
    peer: BrowserPeer

    def __init__(self, *ice_servers: IceServer) -> None:
        self.ice_servers = ice_servers
        self.events = PeerRecord()
        self.answerer = Answerer()

    async def __aenter__(self) -> "Call":
        self.microphone = await BrowserMedia().microphone(MicrophoneRequest())
        self.peer = BrowserPeer(self.ice_servers, self.microphone, self.events)
        return self

    async def connect(self) -> None:
        await self.peer.accept(await self.answerer.answer(await self.peer.offer(GATHERING)))
        await self.events.until("state", "connected")
        await self.events.until("channel opened")

    async def __aexit__(self, *_: object) -> None:
        self.peer.close()
        self.answerer.close()
        self.microphone.stop()


async def the_offer_is_whole() -> None:
    async with Call() as call:
        offer = await call.peer.offer(GATHERING)
        assert "m=audio" in offer
        assert "m=application" in offer
        assert "a=candidate" in offer
        assert "a=sendrecv" in offer


async def an_offer_waits_no_longer_for_candidates_than_it_may() -> None:
    """A STUN server that says nothing is asked for ten seconds."""
    async with Call(IceServer(("stun:127.0.0.1:34780",))) as call, asyncio.timeout(5):
        offer = await call.peer.offer(0.1)
        assert "m=audio" in offer


async def a_call_connects_and_its_channel_is_the_one_named_events() -> None:
    async with Call() as call:
        call.peer.send("dropped: not open yet")
        await call.connect()
        await call.answerer.told.until("channel", "events", True)
        call.peer.send("ping")
        await call.events.until("channel received", "heard ping")
        assert ("channel received", "heard dropped: not open yet") not in call.events.told
        assert ("track",) in call.events.told


async def a_frame_that_is_too_long_costs_the_call_nothing() -> None:
    """A whole page as context, say: the other end takes 256 KiB at once, or less."""
    async with Call() as call:
        await call.connect()
        await call.answerer.told.until("channel", "events", True)
        call.peer.send("x" * 300_000)
        call.peer.send("after it")
        await call.events.until("channel received", "heard after it")


async def the_agents_track_can_be_heard() -> None:
    async with Call() as call:
        await call.connect()
        playback = BrowserMedia().play(call.events.track, call.events.channel_closed)
        await until(lambda: playback.level() > 0.01)
        playback.close()


async def another_microphone_takes_over_without_a_new_offer() -> None:
    async with Call() as call:
        await call.connect()
        other = await BrowserMedia().microphone(MicrophoneRequest(auto_gain_control=False))
        await call.peer.replace_microphone(other)
        call.microphone.stop()
        playback = BrowserMedia().play(call.events.track, call.events.channel_closed)
        await until(lambda: playback.level() > 0.01)
        playback.close()
        other.stop()


async def stats_have_the_names_of_the_contract() -> None:
    async with Call() as call:
        assert await call.peer.stats() == {}
        await call.connect()
        # Chromium decodes, and so echoes, only while something plays.
        playback = BrowserMedia().play(call.events.track, call.events.channel_closed)
        wanted = {"round_trip_time", "jitter", "packets_lost", "packets_received", "codec"}
        while set(stats := await call.peer.stats()) != wanted:
            await asyncio.sleep(0.05)
        assert stats["codec"] == "audio/opus"
        assert stats["packets_lost"] == 0
        assert 0 <= float(stats["round_trip_time"]) < 1
        playback.close()


async def whatever_comes_is_counted() -> None:
    async with Call() as call:
        assert await call.peer.received() == 0
        await call.connect()
        before = await call.peer.received()
        call.peer.send("ping")
        while await call.peer.received() <= before:
            await asyncio.sleep(0.05)


async def an_agent_that_hangs_up_closes_the_channel() -> None:
    async with Call() as call:
        await call.connect()
        call.answerer.close()
        await call.events.until("channel closed")


async def closing_is_silent() -> None:
    async with Call() as call:
        await call.connect()
        told = list(call.events.told)
        call.peer.close()
        call.peer.close()
        call.peer.send("dropped: closed")
        await call.answerer.told.until("hung up")
        assert call.events.told == told


async def an_answer_that_is_none_is_a_protocol_error() -> None:
    async with Call() as call:
        await call.peer.offer(GATHERING)
        for answer in ("garbage", "", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"):
            with raises(ProtocolError, "usable answer"):
                await call.peer.accept(answer)


async def ice_servers_that_are_none_are_a_protocol_error() -> None:
    microphone = await BrowserMedia().microphone(MicrophoneRequest())
    for server in (IceServer(("nowhere://",)), IceServer(("turn:agent.example",))):
        with raises(ProtocolError, "ICE servers"):
            BrowserPeer((server,), microphone, PeerRecord())
    microphone.stop()


async def ice_servers_may_be_of_every_kind() -> None:
    microphone = await BrowserMedia().microphone(MicrophoneRequest())
    turn = IceServer(("turn:agent.example", "turns:agent.example"), "user", "password")
    peer = BrowserPeer((IceServer(("stun:agent.example",)), turn), microphone, PeerRecord())
    peer.close()
    microphone.stop()
