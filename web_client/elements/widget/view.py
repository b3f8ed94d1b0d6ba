"""What the widget shows: the orb's view of a call, and what stands around it."""

import re
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup, escape

from web_client.elements.labels import Labels
from web_client.elements.orb.view import Caption, OrbView, orb_view
from web_client.elements.render import resource, template
from web_client.elements.transcript import is_done, tool_name
from web_client.elements.widget.languages import Language
from web_client.elements.wording import Wording
from web_client.state.voice_state import VoiceMessage, VoiceState

TEMPLATE: Final = template("web_client.elements.widget")
PANEL: Final = template("web_client.elements.widget", "panel.html.j2")
LINE: Final = template("web_client.elements.widget", "line.html.j2")
PANEL_STYLE: Final = resource("web_client.elements", "panel.css")
TALK_STYLE: Final = resource("web_client.elements", "talk.css")
STYLE: Final = resource("web_client.elements.widget", "panel.css")

_PREFIX: Final = re.compile("^(Key|Digit)(?=.$)")
_BETWEEN_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Stand:
    """What is not the session's: how the widget stands on the page.

    `language`: the code of the one chosen. `key`: the key of push-to-talk, if it has one.
    """

    is_open: bool = False
    languages: tuple[Language, ...] = ()
    language: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Pill:
    """A language to choose."""

    code: str
    label: str
    flag: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """The button of push-to-talk. What it says to who has a keyboard, and to who has none."""

    by_key: str
    by_hand: str


@dataclass(frozen=True, slots=True)
class WidgetView:
    """`elapsed`: m:ss."""

    orb: OrbView
    is_open: bool
    in_call: bool
    has_lines: bool
    elapsed: str
    can_mute: bool
    hold: Hold | None
    pills: tuple[Pill, ...]
    conversation: str
    labels: Labels

    @property
    def classes(self) -> tuple[str, ...]:
        more = {"in-call": self.in_call, "open": self.is_open}
        return ("widget", *self.orb.classes, *(name for name, holds in more.items() if holds))

    @property
    def has_transcript(self) -> bool:
        return self.in_call or self.has_lines


@dataclass(frozen=True, slots=True)
class LineView:
    """A message of the transcript. `custom`: `body` is the card that the page makes of a tool's
    result; `over`: nothing of it can be pressed any more."""

    id: int
    role: str
    state: str
    speaker: str
    body: Markup
    custom: bool
    over: bool


def widget_view(call: VoiceState, stand: Stand, wording: Wording) -> WidgetView:
    orb = orb_view(call, wording)
    in_call = call.status in ("connected", "reconnecting")
    hold = _hold(stand, wording) if in_call and call.push_to_talk else None
    if hold and call.is_muted and not call.agent_speaking:
        orb = replace(orb, caption=Caption(hold.by_key, "hint"), spoken=hold.by_key, muted=False)
    return WidgetView(
        orb=orb,
        is_open=stand.is_open,
        in_call=in_call,
        has_lines=bool(call.messages),
        elapsed=f"{call.duration // 60}:{call.duration % 60:02}",
        can_mute=in_call and not call.push_to_talk,
        hold=hold,
        pills=_pills(stand),
        conversation=wording.say(wording.labels.conversation),
        labels=wording.labels,
    )


def _hold(stand: Stand, wording: Wording) -> Hold:
    by_hand = wording.labels.hold
    if not stand.key:
        return Hold(by_hand, by_hand)
    return Hold(wording.say(wording.labels.hold_to_talk, key=key_name(stand.key)), by_hand)


def key_name(code: str) -> str:
    """What stands on a key, as far as its `KeyboardEvent.code` tells: T, 1, Space, Shift Left."""
    return _BETWEEN_WORDS.sub(" ", _PREFIX.sub("", code))


def closed_widget(wording: Wording) -> WidgetView:
    """The widget before anybody has touched it."""
    return widget_view(VoiceState(), Stand(), wording)


def line_view(
    message: VoiceMessage, card: Markup | None, wording: Wording, *, over: bool = False
) -> LineView:
    is_tool = message.role == "system"
    text = tool_name(message.text) if is_tool else message.text
    states = {
        "interim": message.is_interim,
        "speaking": message.speaking,
        "interrupted": message.interrupted,
        "done": is_tool and is_done(message.text),
        "running": is_tool,
    }
    return LineView(
        id=message.id,
        role=message.role,
        state=next((state for state, holds in states.items() if holds), ""),
        speaker=wording.labels.you if message.role == "user" else wording.name,
        body=escape(text) if card is None else card,
        custom=card is not None,
        over=over,
    )


def _pills(stand: Stand) -> tuple[Pill, ...]:
    if len(stand.languages) < 2:
        return ()
    return tuple(
        Pill(language.code, language.label, language.flag, language.code == stand.language)
        for language in stand.languages
    )
