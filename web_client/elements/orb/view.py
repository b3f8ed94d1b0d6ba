"""What the orb shows: a call's state as one frozen view (3-elements, Orb states)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from web_client.elements.labels import problem_in
from web_client.elements.render import template
from web_client.elements.wording import Wording
from web_client.state.voice_state import VoiceState

OrbState = Literal[
    "error", "speaking", "user-speaking", "thinking", "idle-warning", "active", "connecting", ""
]
Tone = Literal["label", "note", "hint", "user", "bot", "error"]

TEMPLATE: Final = template("web_client.elements.orb")

LONGEST_CAPTION: Final = 140
"""Characters: about three lines of a phone."""

# 3-elements: the first that holds. An error comes before all, since the call it ended is over.
_STATES: Final[tuple[tuple[OrbState, Callable[[VoiceState], bool]], ...]] = (
    ("error", lambda call: call.status == "error"),
    ("speaking", lambda call: call.agent_speaking),
    ("user-speaking", lambda call: call.user_speaking),
    ("thinking", lambda call: call.phase == "thinking"),
    ("idle-warning", lambda call: call.idle_warning is not None),
    ("active", lambda call: call.status == "connected"),
    ("connecting", lambda call: call.status in ("connecting", "reconnecting")),
)


@dataclass(frozen=True, slots=True)
class Caption:
    """The one line under the orb. `interim`: it may still change."""

    text: str
    tone: Tone
    interim: bool = False


@dataclass(frozen=True, slots=True)
class OrbView:
    """`press` is the button's accessible name; `spoken` is what a screen reader announces."""

    state: OrbState
    press: str
    caption: Caption
    spoken: str
    muted: bool

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(filter(None, ("orb", self.state, "muted" if self.muted else "")))


def orb_view(call: VoiceState, wording: Wording) -> OrbView:
    caption = _caption(call, wording)
    return OrbView(
        state=_state(call),
        press=wording.say(_press(call, wording)),
        caption=caption,
        spoken=_spoken(call, caption, wording),
        muted=call.is_muted and call.status == "connected",
    )


def is_live(call: VoiceState) -> bool:
    """Whether there is something to hang up."""
    return call.status in ("connecting", "connected", "reconnecting")


def _state(call: VoiceState) -> OrbState:
    return next((state for state, holds in _STATES if holds(call)), "")


def _press(call: VoiceState, wording: Wording) -> str:
    labels = wording.labels
    if call.status == "connected":
        return labels.hear if call.audio_blocked else labels.hang_up
    if is_live(call):
        return labels.cancel
    if call.status == "error":
        return labels.retry
    return wording.label or labels.talk


def _caption(call: VoiceState, wording: Wording) -> Caption:
    if call.status == "connected":
        return _in_call(call, wording)
    labels = wording.labels
    if call.status == "error":
        said = problem_in(labels, call.error_code, call.error or "", name=wording.name)
        return Caption(said or labels.failed, "error")
    if call.status == "connecting":
        return Caption(labels.connecting, "note")
    if call.status == "reconnecting":
        return Caption(labels.reconnecting, "note")
    return _at_rest(call, wording)


def _in_call(call: VoiceState, wording: Wording) -> Caption:
    labels = wording.labels
    if call.audio_blocked:
        return Caption(labels.blocked, "note")
    if call.notice is not None:
        return Caption(call.notice, "note")
    if call.idle_warning is not None:
        return Caption(wording.say(labels.still_there, seconds=call.idle_warning), "note")
    if call.is_muted and not call.agent_speaking:
        return Caption(labels.muted, "note")
    for message in reversed(call.messages):
        if message.role != "system" and message.text:
            tone: Tone = "user" if message.role == "user" else "bot"
            return Caption(_tail(message.text), tone, message.is_interim)
    return Caption(wording.say(labels.listening), "note")


def _at_rest(call: VoiceState, wording: Wording) -> Caption:
    """Nothing runs: why the last call ended, where that was not the person's own doing."""
    labels = wording.labels
    ended = {
        "idle_timeout": labels.ended_idle_timeout,
        "max_duration": labels.ended_max_duration,
        "server": labels.ended_server,
    }.get(call.end_reason or "")
    if ended:
        return Caption(wording.say(ended), "note")
    return Caption(wording.say(wording.label or labels.talk), "label")


def _spoken(call: VoiceState, caption: Caption, wording: Wording) -> str:
    """The last sentence that will not change any more: read out once, not word by word."""
    if caption.tone in ("note", "error"):
        return caption.text
    if call.status != "connected":
        return ""
    for message in reversed(call.messages):
        if message.role != "system" and not message.is_interim and not message.speaking:
            speaker = wording.labels.you if message.role == "user" else wording.name
            return f"{speaker}: {message.text}"
    return ""


def _tail(text: str) -> str:
    """The last words of a long text, from the beginning of a word on."""
    if len(text) <= LONGEST_CAPTION:
        return text
    end = text[-LONGEST_CAPTION:]
    _, space, words = end.partition(" ")
    return "…" + (words if space else end)
