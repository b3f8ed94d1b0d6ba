"""`ports.Peer` over RTCPeerConnection (1-protocol, 1.3)."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import js
from pyodide.ffi import JsException

from web_client.browser.bridge import Listeners, Rejected, name_of, plain, settled
from web_client.browser.stats import Report, bytes_received, call_stats
from web_client.errors import ProtocolError, SessionError
from web_client.sessions.ports import IceServer, Microphone, PeerEvents

if TYPE_CHECKING:
    from web_client.browser.microphone import BrowserMicrophone

_log = logging.getLogger(__name__)

CHANNEL = "events"


class BrowserPeer:
    """One call's connection: the microphone's track up, the agent's down, and the channel.

    Raises ProtocolError if the browser can't make sense of the server's ICE servers.
    """

    def __init__(
        self, ice_servers: Sequence[IceServer], microphone: Microphone, events: PeerEvents
    ) -> None:
        self._events = events
        self._listeners = Listeners()
        self._gathered = asyncio.Event()
        self._connection = _connection(ice_servers)
        track = _track(microphone)
        self._sender = self._connection.addTrack(track, js.MediaStream.new(js.Array.of(track)))
        self._channel = self._connection.createDataChannel(CHANNEL, plain({"ordered": True}))
        self._listen()

    def _listen(self) -> None:
        events, connection, channel = self._events, self._connection, self._channel
        add = self._listeners.add
        add(connection, "icegatheringstatechange", self._gathering)
        add(connection, "connectionstatechange", self._state)
        add(connection, "track", lambda event: events.track_added(event.track))
        add(channel, "open", lambda _: events.channel_opened())
        self._listeners.add_texts(channel, events.channel_received)
        add(channel, "close", lambda _: events.channel_closed())

    def _gathering(self, _: Any) -> None:
        if self._connection.iceGatheringState == "complete":
            self._gathered.set()

    def _state(self, _: Any) -> None:
        self._events.state_changed(self._connection.connectionState)

    async def offer(self, gathering: float) -> str:
        """Raises SessionError if the browser can't make one."""
        try:
            await settled(self._connection.setLocalDescription())
        except Rejected as error:
            raise SessionError(
                "The browser could not begin the call. Reload the page, then try again."
            ) from error
        # There is no trickle ICE: what is gathered by then is what the server gets.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._gathered.wait(), gathering)
        return self._connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        try:
            description = plain({"type": "answer", "sdp": answer})
            await settled(self._connection.setRemoteDescription(description))
        except Rejected as error:
            raise ProtocolError(
                "The voice server gave no usable answer. Try again in a moment."
            ) from error

    def send(self, text: str) -> None:
        if self._channel.readyState != "open":
            return
        try:
            self._channel.send(text)
        except JsException as error:
            # One frame too long for the other end is no reason to end the call.
            _log.warning("A frame of %d characters was not sent (%s)", len(text), name_of(error))

    async def replace_microphone(self, microphone: Microphone) -> None:
        """Raises SessionError if the connection can't take it."""
        try:
            await settled(self._sender.replaceTrack(_track(microphone)))
        except Rejected as error:
            raise SessionError(
                "The call can't go on with this microphone. Choose another one."
            ) from error

    async def stats(self) -> Mapping[str, float | str]:
        return call_stats(await self._report())

    async def received(self) -> float:
        return bytes_received(await self._report())

    async def _report(self) -> Report:
        report: Report = js.Object.fromEntries(await settled(self._connection.getStats())).to_py()
        return report

    def close(self) -> None:
        self._listeners.close()
        self._connection.close()


def _connection(ice_servers: Sequence[IceServer]) -> js.RTCPeerConnection:
    try:
        return js.RTCPeerConnection.new(plain({"iceServers": [_server(s) for s in ice_servers]}))
    except JsException as error:
        raise ProtocolError(
            "The voice server named unusable ICE servers. Try again in a moment."
        ) from error


def _server(server: IceServer) -> dict[str, object]:
    members = {"urls": server.urls, "username": server.username, "credential": server.credential}
    return {name: value for name, value in members.items() if value is not None}


def _track(microphone: Microphone) -> js.MediaStreamTrack:
    """Only a microphone of this package has a track to send."""
    return cast("BrowserMicrophone", microphone).track
