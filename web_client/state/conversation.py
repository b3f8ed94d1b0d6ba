"""The transcript of a call, for the agent of the call's next connection (2-sessions, 2.3)."""

from collections.abc import Iterable

from web_client.state.voice_state import VoiceMessage


def conversation(messages: Iterable[VoiceMessage]) -> str:
    """What was said so far, a line for each message: `user: …`, `bot: …`."""
    spoken = (message for message in messages if message.role != "system")
    return "\n".join(f"{message.role}: {message.text}" for message in spoken)
