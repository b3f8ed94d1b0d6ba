"""What a page can say to an element, and what it is told: one table (3-elements).

It feeds the shell, which defines attributes, properties and methods from it, the elements, the
reference in README.md beside this file, and the tests. Names are as pages write them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ATTRIBUTES: Final[Mapping[str, str]] = {
    "agent": "The agent's id. Required.",
    "server": "The service's base URL; `/` is the page's own server.",
    "name": "What the agent is called. “Agent” in the visitor's language unless told.",
    "label": "What the button says at rest; `{name}` is the name.",
    "preset": "`dark` (default), `midnight`, `aurora`, `sunset`, `light`; `auto`: as the system.",
    "language": "The words' language: `en`, `es`, `de` or `pt`. The page's `lang` unless told.",
    "boot": "When Python starts: `interaction` (default: somebody comes near), `idle`, `eager`.",
    "open": "There: open. Opening doesn't connect, and asks for no microphone.",
    "opens": "What a press opens: a `modal` or a `chat`, made like this element; or `inline`.",
    "visual": "What a call looks like: `orb` (default), or `wave`, the sound of both sides.",
    "auto-call": "There: calls when it is opened by hand or by `open()`; not by the attribute.",
    "no-fab": "There: no button of its own; `open`, attribute or method, opens it.",
    "avatar": "Address of a picture of the agent; http, https, or of the page's own site.",
    "greeting": "What the agent says first, before anybody is connected. Markdown.",
    "call-me": "Address of the page's backend, its own or https: who fills in the form is POSTed "
    'there, `{"agent", "phone", "name"}`.',
    "no-call": "There: no calls.",
    "no-chat": "There: no chat.",
    "no-whatsapp": "There: no WhatsApp.",
    "no-phone": "There: no telephone number.",
    "default-language": "Which of `languages` is spoken first; the first of them unless told.",
    "no-voice-message": "There: no button to dictate a message.",
    "no-history": "There: this browser keeps no list of conversations, and a reload begins anew.",
    "user": "Who is signed in, as an opaque key: each has a list of conversations of their own.",
    "feedback": "There: whole replies have a thumb up and a thumb down; `pinecall:feedback`.",
    "push-to-talk": "There: heard only while a button is held; a key, too, if named (`Space`).",
}

PROPERTIES: Final[Mapping[str, str]] = {
    "config": "Object: the call's `voice`, `stt`, `language`…; taken by the next call.",
    "metadata": "Object: goes with the offer. Forgeable; taken by the next call.",
    "theme": "Object: any of the 18 values of a theme. The page's own CSS wins.",
    "tokenProvider": "Function: `(channel) => {token, server}`, async or not; `chat` or `webrtc`.",
    "trackedTools": "List: whose calls are in the state; all unless told.",
    "labels": "Object: any of the element's own words, one by one.",
    "quickOptions": "List of texts, or of `{label, text}`: buttons that say it for the visitor.",
    "languages": "Object: `{code: {label, flag, voice, stt, language}}`, shown as pills.",
    "tools": "Object: `{tool: renderer}`, a template or a function giving an element; for a call.",
}

METHODS: Final[Mapping[str, str]] = {
    "connect": "Connects; a promise, done when connected.",
    "disconnect": "Ends it at once, whatever was going on.",
    "call": "Calls, as the button does: the conversation goes along.",
    "hangUp": "Ends the call; the chat goes on, and knows what was said.",
    "toggleMute": "Mutes, or unmutes.",
    "setMuted": "`(muted)`: valid before the call, too.",
    "configure": "`(config)`: another voice, language… in the middle of the call.",
    "sendText": "`(text)`: as if the visitor had said it. Nothing is lost while it connects.",
    "setContext": "`(key, value)`: what the agent is to know; null clears it. Forgeable.",
    "getState": "A snapshot of the session's state, as plain data; of a chat with its `call`.",
    "open": "Opens the panel, and gives it the focus.",
    "close": "Closes the panel; a conversation goes on, but no call that nothing shows any more.",
}

EVENTS: Final[Mapping[str, str]] = {
    "pinecall:ready": "`{}`: Python is up.",
    "pinecall:status": "`{status}`: the session's status is another.",
    "pinecall:transcript": "`{messages}`: all of them, when one has changed; of calls `spoken`. "
    "To be read by the listener, at once: made only for who looks.",
    "pinecall:error": "`{message, code}`.",
    "pinecall:open": "`{}`.",
    "pinecall:close": "`{}`.",
    "pinecall:call": "`{status}`: of the call from a chat; `idle` or `error` when it is over.",
    "pinecall:feedback": "`{messageId, text, rating}`: `up`, `down`, or null when taken back.",
    "pinecall:languagechange": "`{language}`: its code in `languages`.",
}

_COMMON = ("agent", "server", "name", "label", "preset", "language", "boot")
_TOLD = ("pinecall:ready", "pinecall:status", "pinecall:transcript", "pinecall:error")
_DOORS = ("pinecall:open", "pinecall:close")
_CALL = ("connect", "disconnect", "toggleMute", "setMuted", "configure")
_EVERY_CALL = ("config", "metadata", "theme", "tokenProvider", "trackedTools", "labels")
_CALLING = {"rest": "talk", "cancel": "cancel", "retry": "retry"}
_TALK = ("sendText", "setContext", "getState")


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything by which a page reaches one element. `says`: the labels that its button bears
    at rest, while Python loads (`cancel`), and when it didn't come (`retry`)."""

    tag: str
    about: str
    says: Mapping[str, str]
    attributes: tuple[str, ...]
    properties: tuple[str, ...]
    methods: tuple[str, ...]
    events: tuple[str, ...]


_OF_THE_OPENER = ("open", "no-fab", "auto-call")
"""What an element that another one opens is told by that one alone."""


def _each(*lists: tuple[str, ...]) -> tuple[str, ...]:
    """All names, each once."""
    return tuple(dict.fromkeys(name for names in lists for name in names))


def _handed_on(*opened: Surface) -> tuple[str, ...]:
    """The attributes that go on to the elements that are opened."""
    names = _each(*(surface.attributes for surface in opened))
    return tuple(name for name in names if name not in _OF_THE_OPENER)


MODAL: Final = Surface(
    tag="pinecall-modal",
    about="A call as a dialog above the page: an orb or a waveform, live words, whose turn it is, "
    "the transcript with a field to write in, tools. It is the call: who closes it, by its cross, "
    "by Escape or by `close()`, hangs up.",
    says=_CALLING,
    attributes=(
        *_COMMON,
        "open",
        "no-fab",
        "auto-call",
        "visual",
        "default-language",
        "push-to-talk",
    ),
    properties=(*_EVERY_CALL, "languages", "tools"),
    methods=(*_CALL, *_TALK, "open", "close"),
    events=(*_TOLD, *_DOORS, "pinecall:languagechange"),
)

CHAT: Final = Surface(
    tag="pinecall-chat",
    about="The docked chat box: text first, a call that takes the conversation along, dictation.",
    says={"rest": "write", "cancel": "close", "retry": "try_again"},
    attributes=(
        *(*_COMMON, "open", "no-fab", "avatar", "greeting"),
        *("no-call", "no-voice-message", "no-history", "user", "feedback"),
    ),
    properties=("config", "metadata", "theme", "tokenProvider", "labels", "quickOptions"),
    methods=(
        *("connect", "disconnect", "call", "hangUp", "toggleMute", "setMuted"),
        *(*_TALK, "open", "close"),
    ),
    events=(*_TOLD, *_DOORS, "pinecall:call", "pinecall:feedback"),
)

ORB: Final = Surface(
    tag="pinecall-orb",
    about="The orb alone: press to talk, one live caption. With `opens` it is the button of a "
    "modal or a chat, which gets all that the orb is told; its events come from the orb, and the "
    "orb's methods are for it.",
    says=_CALLING,
    attributes=_each(_COMMON, ("opens",), _handed_on(MODAL, CHAT)),
    properties=_each(MODAL.properties, CHAT.properties),
    methods=(*_CALL, *_TALK, "open", "close"),
    events=_each(MODAL.events, CHAT.events),
)

WIDGET: Final = Surface(
    tag="pinecall-widget",
    about="The floating voice widget: the orb, what is said, the transcript, languages, tools.",
    says=_CALLING,
    attributes=(*_COMMON, "open", "default-language", "push-to-talk"),
    properties=(*_EVERY_CALL, "languages", "tools"),
    methods=(*_CALL, *_TALK, "open", "close"),
    events=(*_TOLD, *_DOORS, "pinecall:languagechange"),
)

HUB: Final = Surface(
    tag="pinecall-hub",
    about="The contact hub: behind one button all the ways to reach the agent, as far as it has "
    "them: a call, a chat, WhatsApp, a telephone number; and a form for whoever wants to be "
    "called. The call is a `<pinecall-modal>` and the chat a `<pinecall-chat>`, which get all that "
    "the hub is told.",
    says={"rest": "contact", "cancel": "close", "retry": "try_again"},
    attributes=_each(
        (*_COMMON, "open", "no-fab", "call-me"),
        ("no-call", "no-chat", "no-whatsapp", "no-phone"),
        _handed_on(CHAT, MODAL),
    ),
    properties=_each(MODAL.properties, CHAT.properties),
    methods=("open", "close"),
    events=_each(MODAL.events, CHAT.events),
)

SURFACES: Final = (ORB, MODAL, CHAT, WIDGET, HUB)


def reference() -> str:
    """The tables as Markdown, for README.md."""
    return "\n".join(_chapter(surface) for surface in SURFACES)


def _chapter(surface: Surface) -> str:
    kinds: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
        ("attribute", surface.attributes, ATTRIBUTES),
        ("property", surface.properties, PROPERTIES),
        ("method", surface.methods, METHODS),
        ("event", surface.events, EVENTS),
    )
    tables = [_table(kind, names, meanings) for kind, names, meanings in kinds]
    return f"## `<{surface.tag}>`\n\n{surface.about}\n\n" + "\n".join(tables)


def _table(kind: str, names: tuple[str, ...], meanings: Mapping[str, str]) -> str:
    rows = "".join(f"| `{name}` | {meanings[name]} |\n" for name in names)
    return f"| {kind} | |\n|---|---|\n{rows}"
