"""What was said, for the agent of the next connection, or of a call after a chat (2-sessions)."""

from collections.abc import Iterable

from web_client.state.chat_state import ChatMessage
from web_client.state.voice_state import VoiceMessage

LIMIT = 16_000
"""Characters: what came before is left out, lest no channel carries the rest. Four bytes are the
most that one has."""


def conversation(messages: Iterable[ChatMessage | VoiceMessage]) -> str:
    """What was said so far, at most the last 16,000 characters of it, one line for each message:
    `user: …`, `bot: …`.

    A line break inside a message is a space, so that no message can pass for another's.
    """
    spoken = (message for message in messages if message.role != "system")
    return latest(f"{message.role}: {' '.join(message.text.split())}" for message in spoken)


def latest(parts: Iterable[str]) -> str:
    """These, one to a line, at most the last 16,000 characters of them in whole lines."""
    text = "\n".join(parts)
    if len(text) <= LIMIT:
        return text
    recent = text[-LIMIT:]
    return recent.partition("\n")[2] or recent
