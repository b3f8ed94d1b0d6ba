"""What the chat box shows: a chat's state, and what is the page's own, as one frozen view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from markupsafe import Markup, escape

from web_client.elements.labels import Labels
from web_client.elements.render import resource, template
from web_client.elements.transcript import is_done
from web_client.elements.wording import Wording
from web_client.state.chat_state import ChatMessage, ChatState

TEMPLATE: Final = template("web_client.elements.chat")
PANEL: Final = template("web_client.elements.chat", "panel.html.j2")
MESSAGE: Final = template("web_client.elements.chat", "message.html.j2")
PANEL_STYLE: Final = resource("web_client.elements", "panel.css")
STYLE: Final = resource("web_client.elements.chat", "panel.css")

NOTHING: Final = Markup("")

Tone = Literal["here", "busy", "away"]


@dataclass(frozen=True, slots=True)
class QuickOption:
    """A button that says `text` for the person."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """What is not the session's: how the box stands on the page.

    `away`: the reader has scrolled back. `said`: whole sentences, for a screen reader. `note`:
    what has just been done.
    """

    is_open: bool = False
    avatar: str = ""
    greeting: Markup = NOTHING
    options: tuple[QuickOption, ...] = ()
    away: bool = False
    said: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """The line under the name."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ChatView:
    """`press` names the button on the page; `thinking`: a reply is awaited, and nothing of it
    is there."""

    is_open: bool
    press: str
    note: str
    name: str
    avatar: str
    presence: Presence
    conversation: str
    greeting: Markup
    thinking: bool
    options: tuple[QuickOption, ...]
    away: bool
    problem: str
    can_retry: bool
    said: tuple[str, ...]
    labels: Labels

    @property
    def classes(self) -> tuple[str, ...]:
        return ("chat", "open") if self.is_open else ("chat",)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message. `state`: `streaming`, `queued`, `failed`, `done` (of a tool), or empty."""

    id: int
    role: str
    state: str
    speaker: str
    body: Markup
    time: datetime | None
    labels: Labels


def chat_view(chat: ChatState, box: Box, wording: Wording) -> ChatView:
    labels = wording.labels
    return ChatView(
        is_open=box.is_open,
        press=wording.say(wording.label or labels.write),
        note=box.note,
        name=wording.name,
        avatar=box.avatar,
        presence=_presence(chat, wording),
        conversation=wording.say(labels.conversation),
        greeting=box.greeting,
        thinking=chat.typing and not chat.streaming_text,
        options=() if chat.messages else box.options,
        away=box.away,
        problem=chat.error or "",
        can_retry=chat.status == "error",
        said=box.said,
        labels=labels,
    )


def closed_chat(wording: Wording) -> ChatView:
    """The box before anybody has touched it."""
    return chat_view(ChatState(), Box(), wording)


def message_row(
    message: ChatMessage, body: Markup, seen_at: float | None, wording: Wording
) -> MessageRow:
    """`seen_at`: seconds since the epoch; None for what was said before."""
    state: str = "streaming" if message.is_streaming else message.status or ""
    if message.role == "system":
        state = "done" if is_done(message.text) else "running"
    return MessageRow(
        id=message.id,
        role=message.role,
        state="" if state == "sent" else state,
        speaker=wording.labels.you if message.role == "user" else wording.name,
        body=body,
        time=None if seen_at is None else datetime.fromtimestamp(seen_at).astimezone(),
        labels=wording.labels,
    )


def plain_text(text: str) -> Markup:
    """What a person wrote, as they wrote it."""
    return escape(text)


def quick_options(value: object) -> tuple[QuickOption, ...]:
    """The page's `quickOptions`. Raises TypeError for what is no list of texts or objects."""
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError("quickOptions must be a list")
    return tuple(_quick_option(entry) for entry in value)


def _quick_option(entry: object) -> QuickOption:
    if isinstance(entry, str):
        return QuickOption(entry, entry)
    if isinstance(entry, Mapping) and isinstance(entry.get("label"), str):
        return QuickOption(entry["label"], str(entry.get("text", entry["label"])))
    raise TypeError("each of quickOptions must be a text, or an object with a label")


def _presence(chat: ChatState, wording: Wording) -> Presence:
    labels = wording.labels
    if chat.status == "connecting":
        return Presence(labels.connecting, "busy")
    if chat.status == "reconnecting":
        return Presence(labels.reconnecting, "busy")
    if chat.status == "error":
        return Presence(labels.offline, "away")
    if chat.typing:
        return Presence(wording.say(labels.writing), "here")
    return Presence(labels.here, "here")
