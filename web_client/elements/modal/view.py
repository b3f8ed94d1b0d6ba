"""What the call modal shows: the widget's view of a call, and where the call stands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from web_client.elements.labels import Labels
from web_client.elements.modal.wave import STILL
from web_client.elements.orb.view import Tone, is_live, orb_view
from web_client.elements.render import resource, template
from web_client.elements.widget.view import (
    PANEL_STYLE,
    TALK_STYLE,
    Stand,
    WidgetView,
    widget_view,
)
from web_client.elements.wording import Wording
from web_client.state.voice_state import VoiceState

TEMPLATE: Final = template("web_client.elements.modal")
PANEL: Final = template("web_client.elements.modal", "panel.html.j2")
STYLE: Final = PANEL_STYLE + TALK_STYLE + resource("web_client.elements.modal", "panel.css")

Visual = Literal["orb", "wave"]

# The first that holds; the phase tells the truth (2-sessions, 2.3).
_STEPS: Final[tuple[tuple[str, Callable[[VoiceState], bool]], ...]] = (
    ("ring", lambda call: call.status in ("connecting", "reconnecting")),
    ("speak", lambda call: call.agent_speaking),
    ("think", lambda call: call.phase == "thinking"),
    ("listen", lambda call: call.status == "connected"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four that a call goes through, again and again."""

    name: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ModalView:
    """`reads`: the transcript is shown, and there is a field to write in; `is_too_long`: what was
    written there, for a call. `press` names the button that calls and hangs up, `launcher` the one
    on the page."""

    call: WidgetView
    launcher: str
    title: str
    name: str
    press: str
    visual: Visual
    still: str
    reads: bool
    is_live: bool
    is_blocked: bool
    hear: str
    words: str
    speaker: str
    steps: tuple[Step, ...]
    is_too_long: bool
    labels: Labels

    @property
    def classes(self) -> tuple[str, ...]:
        call = (name for name in self.call.classes if name not in ("orb", "widget"))
        stands = "live" if self.is_live else "resting"
        reads = ("reads",) if self.reads else ()
        return ("modal", f"shows-{self.visual}", stands, *reads, *call)


def modal_view(
    call: VoiceState,
    stand: Stand,
    wording: Wording,
    visual: Visual,
    reads: bool,
    is_too_long: bool = False,
) -> ModalView:
    labels = wording.labels
    # The sound that the browser blocks has a button of its own here: this one hangs up.
    button = orb_view(replace(call, audio_blocked=False), wording)
    shown = widget_view(call, stand, wording)
    caption = shown.orb.caption
    return ModalView(
        call=shown,
        launcher=wording.say(wording.label or labels.talk),
        title=wording.say(labels.call_with),
        name=wording.name,
        press=button.press,
        visual=visual,
        still=STILL,
        reads=reads,
        is_live=is_live(call),
        is_blocked=call.audio_blocked,
        hear=wording.say(labels.hear),
        words=labels.here if caption.tone == "label" else caption.text,
        speaker=_speaker(caption.tone, wording),
        steps=_steps(call, labels),
        is_too_long=is_too_long,
        labels=labels,
    )


def closed_modal(wording: Wording) -> ModalView:
    """The modal before anybody has touched it."""
    return modal_view(VoiceState(), Stand(), wording, "orb", reads=False)


def _speaker(tone: Tone, wording: Wording) -> str:
    """Whose words the caption is; nobody's where it tells how things stand."""
    return {"user": wording.labels.you, "bot": wording.name}.get(tone, "")


def _steps(call: VoiceState, labels: Labels) -> tuple[Step, ...]:
    current = next((name for name, holds in _STEPS if holds(call)), "")
    words = {
        "ring": labels.ring,
        "listen": labels.listen,
        "think": labels.think,
        "speak": labels.speak,
    }
    return tuple(Step(name, label, name == current) for name, label in words.items())
