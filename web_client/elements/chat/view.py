"""What the chat box shows: a chat's state, its call's, and what is the page's own, as one view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from markupsafe import Markup

from web_client.elements.labels import Labels, problem_in
from web_client.elements.orb.view import OrbState, orb_view
from web_client.elements.render import resource, template
from web_client.elements.wording import Wording
from web_client.state.chat_state import ChatState
from web_client.state.voice_state import VoiceState

TEMPLATE: Final = template("web_client.elements.chat")
PANEL: Final = template("web_client.elements.chat", "panel.html.j2")
PANEL_STYLE: Final = resource("web_client.elements", "panel.css")
STYLE: Final = resource("web_client.elements.chat", "panel.css")

NOTHING: Final = Markup("")

Tone = Literal["here", "busy", "away"]
Dictating = Literal["", "on", "finishing"]


@dataclass(frozen=True, slots=True)
class QuickOption:
    """A button that says `text` for the person."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, and the act that tries again; none where there is nothing to try. `code`:
    the error's, of which `text` is the session's sentence."""

    text: str
    act: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier conversation; `when` is as the visitor writes dates. `is_open`: it is shown."""

    id: str
    title: str
    when: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Box:
    """What is not the session's: how the box stands on the page.

    `away`: the reader has scrolled back. `said`: whole sentences, for a screen reader. `note`:
    what has just been done. `announced`: what only a screen reader is told of the call.
    `problem`: of a call or a dictation. `is_too_long`: what stands in the field, for the call.
    `past`: the earlier conversations, latest first; `is_past_open`: they are shown in the place
    of the conversation.
    """

    is_open: bool = False
    avatar: str = ""
    greeting: Markup = NOTHING
    options: tuple[QuickOption, ...] = ()
    away: bool = False
    said: tuple[str, ...] = ()
    note: str = ""
    announced: str = ""
    problem: Problem | None = None
    is_too_long: bool = False
    dictating: Dictating = ""
    has_call: bool = True
    has_dictation: bool = True
    has_past: bool = False
    past: tuple[Past, ...] = ()
    is_past_open: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """The line under the name."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class CallBar:
    """The call that lasts. `state` is the orb's; `doing` says it in words; `elapsed`: m:ss, empty
    before it is connected; `silent`: the browser waits for a touch before it sounds."""

    state: OrbState
    doing: str
    elapsed: str
    is_muted: bool
    silent: bool
    hang_up: str


@dataclass(frozen=True, slots=True)
class ChatView:
    """`press` names the button on the page; `thinking`: a reply is awaited, and nothing of it
    is there."""

    press: str
    name: str
    presence: Presence
    conversation: str
    ring: str
    talking: str
    thinking: bool
    options: tuple[QuickOption, ...]
    problem: Problem | None
    spoken: str
    hint: str
    can_dictate: bool
    call: CallBar | None
    box: Box
    labels: Labels

    @property
    def classes(self) -> tuple[str, ...]:
        holds = {
            "open": self.box.is_open,
            "in-call": self.call is not None,
            "muted": self.call is not None and self.call.is_muted,
            "dictating": bool(self.box.dictating),
            "past-open": self.box.is_past_open,
        }
        state = "" if self.call is None else self.call.state
        return ("chat", *filter(None, [state]), *(name for name, is_so in holds.items() if is_so))


def chat_view(
    chat: ChatState, box: Box, wording: Wording, call: VoiceState | None = None
) -> ChatView:
    labels = wording.labels
    bar = None if call is None else _bar(call, wording)
    return ChatView(
        press=wording.say(labels.back_to_call if bar else wording.label or labels.write),
        name=wording.name,
        presence=_presence(chat, wording),
        conversation=wording.say(labels.conversation),
        ring=wording.say(labels.call),
        talking=wording.say(labels.call_with),
        thinking=chat.typing and not chat.streaming_text,
        options=() if chat.messages or bar else box.options,
        problem=_problem(chat, box, wording),
        spoken=box.note or _announced(call, wording) or box.announced,
        hint=labels.speak_now if box.dictating else labels.placeholder,
        can_dictate=box.has_dictation and bar is None,
        call=bar,
        box=box,
        labels=labels,
    )


def made_of(
    chat: ChatState, box: Box, wording: Wording, call: VoiceState | None
) -> tuple[object, ...]:
    """All that a view says of these: as long as it is the same, a longer reply changes nothing."""
    said = bool(chat.streaming_text), bool(chat.messages)
    return chat.status, chat.error, chat.error_code, chat.typing, *said, box, wording, call


def closed_chat(wording: Wording) -> ChatView:
    """The box before anybody has touched it."""
    return chat_view(ChatState(), Box(), wording)


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


def elapsed(call: VoiceState) -> str:
    """How long a call has lasted, m:ss."""
    return f"{call.duration // 60}:{call.duration % 60:02}"


def ending(call: VoiceState, wording: Wording) -> str:
    """Why a call is over, where that was not the person's own doing."""
    labels = wording.labels
    reasons = {
        "idle_timeout": labels.ended_idle_timeout,
        "max_duration": labels.ended_max_duration,
        "server": labels.ended_server,
    }
    return wording.say(reasons.get(call.end_reason or "", labels.call_ended))


def _problem(chat: ChatState, box: Box, wording: Wording) -> Problem | None:
    labels = wording.labels
    if box.is_too_long:
        return Problem(labels.too_long)
    problem = box.problem or _of_chat(chat)
    if problem is None:
        return None
    said = problem_in(labels, problem.code, problem.text, name=wording.name)
    return replace(problem, text=said)


def _of_chat(chat: ChatState) -> Problem | None:
    if not chat.error:
        return None
    return Problem(chat.error, "connect" if chat.status == "error" else "", chat.error_code)


def _bar(call: VoiceState, wording: Wording) -> CallBar:
    orb = orb_view(call, wording)
    up = call.status != "connecting"
    return CallBar(
        state=orb.state,
        doing=_doing(call, wording),
        elapsed=elapsed(call) if up else "",
        is_muted=call.is_muted,
        silent=call.audio_blocked,
        hang_up=wording.say(wording.labels.hang_up if up else wording.labels.cancel),
    )


def _doing(call: VoiceState, wording: Wording) -> str:
    caption = orb_view(call, wording).caption
    if caption.tone == "note":
        return caption.text
    labels = wording.labels
    thinks = call.phase == "thinking"
    at_rest = labels.thinking if thinks else labels.listening
    return wording.say(labels.speaking if call.agent_speaking else at_rest)


def _announced(call: VoiceState | None, wording: Wording) -> str:
    """What a screen reader is told of a call; what is said in it is heard."""
    if call is None:
        return ""
    caption = orb_view(call, wording).caption
    return caption.text if caption.tone == "note" else ""


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
