"""What was said, for the agent of the next connection, or of a call after a chat (2-sessions)."""

from collections.abc import Iterable

from web_client.state.chat_state import ChatMessage
from web_client.state.voice_state import VoiceMessage


def conversation(messages: Iterable[ChatMessage | VoiceMessage]) -> str:
    """What was said so far, one line for each message: `user: …`, `bot: …`.

    A line break inside a message is a space, so that no message can pass for another's.
    """
    spoken = (message for message in messages if message.role != "system")
    return "\n".join(f"{message.role}: {' '.join(message.text.split())}" for message in spoken)
