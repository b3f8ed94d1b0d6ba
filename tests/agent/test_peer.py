"""The server's end of a connection, with a real one to it."""

import asyncio
import time

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from local_agent.voice.peer import Peer
from local_agent.voice.sound import HEARD_RATE, SPOKEN_RATE, Samples
from tests.agent.caller import Microphone


class Listener:
    """Counts the seconds of sound that it hears."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._news = asyncio.Event()

    def heard(self, samples: Samples) -> None:
        self.seconds += len(samples) / HEARD_RATE
        self._news.set()

    async def more(self, seconds: float) -> None:
        until = self.seconds + seconds
        while self.seconds < until:
            self._news.clear()
            await self._news.wait()

    def connected(self) -> None: ...

    def told(self, frame: object) -> None: ...

    def gone(self) -> None: ...


async def test_a_machine_that_stood_still_hears_no_gap() -> None:
    listener, microphone = Listener(), Microphone()
    peer, browser = Peer(listener, Microphone()), RTCPeerConnection(RTCConfiguration(iceServers=[]))
    browser.addTrack(microphone)
    await browser.setLocalDescription(await browser.createOffer())
    answer = await peer.answer(browser.localDescription.sdp)
    await browser.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await listener.more(0.5)
    for _ in range(3):
        time.sleep(0.55)  # noqa: ASYNC251 - nothing here goes on meanwhile
        await listener.more(1)
    assert listener.seconds <= microphone.sent / SPOKEN_RATE
    await browser.close()
    await peer.close()
