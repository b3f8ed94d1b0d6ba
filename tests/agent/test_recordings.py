"""Every recording, spoken over WebRTC and understood word for word (5-facts, 5.1)."""

import asyncio

from local_agent import Server
from tests.agent.caller import calling, spoken
from tests.agent.calls import measured, quiet
from tests.agent.chatter import serving
from tests.agent.conftest import Client

TRANSCRIPTS = {
    "question": "what are the opening hours on friday",
    "long_answer": "please tell me your story",
    "barge_in": "wait a minute",
    "page": "what do you see on my page",
}


async def _understood(client: Client, server: Server, name: str) -> str:
    async with calling(client, server.create_token("webrtc", "quiet")) as caller:
        await measured(caller, 3)
        caller.microphone.speak(spoken(name))
        text: str = (await caller.event("user.message"))["text"]
        return text


async def test_every_recording_is_understood_word_for_word() -> None:
    server = Server([quiet()], recognisers=len(TRANSCRIPTS))
    async with serving(server) as client:
        heard = await asyncio.gather(*(_understood(client, server, n) for n in TRANSCRIPTS))
    assert dict(zip(TRANSCRIPTS, heard, strict=True)) == TRANSCRIPTS
