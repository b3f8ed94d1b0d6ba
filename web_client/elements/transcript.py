"""What the transcripts of chats and calls have in common: how a tool at work is shown, and what
is said, word by word.

The session's `system` messages are words for any page (2-sessions): "🔧 Using find_table…", then
"✓ find_table". Our elements have a sign of their own for either, and show the name alone.
"""

from typing import Final

from web_client.elements.render import Words
from web_client.state.common import tool_answered, tool_begun
from web_client.state.renew import replace
from web_client.state.voice_state import VoiceMessage

_BEFORE, _, _AFTER = tool_begun("\0").partition("\0")
_DONE: Final = tool_answered("")


def is_done(text: str) -> bool:
    """Whether the tool of this message has answered."""
    return text.startswith(_DONE)


def tool_name(text: str) -> str:
    """The tool's name, as words."""
    name = text.removeprefix(_DONE).removeprefix(_BEFORE).removesuffix(_AFTER)
    return name.replace("_", " ").strip()


def heard_more(was: VoiceMessage, message: VoiceMessage) -> Words | None:
    """The words that what is said in a call goes on with; None where more of it has changed."""
    new = message.text[len(was.text) :]
    goes_on = was.text and new and message.text.startswith(was.text)
    if goes_on and message.role != "system" and replace(was, text=message.text) == message:
        return Words(new)
    return None
