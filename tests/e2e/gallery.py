"""Every state of every element on one page, drawn by their templates without any Python in it.

`python -m tests.e2e.gallery > gallery.html` is the page to look at when a style changes.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, Final

from markupsafe import Markup

from web_client.elements.chat import message
from web_client.elements.chat import view as chat
from web_client.elements.hub import view as hub
from web_client.elements.idle import prerender
from web_client.elements.markdown import markdown
from web_client.elements.modal import view as modal
from web_client.elements.modal import wave
from web_client.elements.orb import view as orb
from web_client.elements.render import resource
from web_client.elements.themes import PRESETS
from web_client.elements.transcript import tool_name
from web_client.elements.widget import tools
from web_client.elements.widget import view as widget
from web_client.elements.widget.languages import Language
from web_client.elements.wording import Wording
from web_client.protocol import AgentInfo, Channel
from web_client.state.chat_state import ChatMessage, ChatState
from web_client.state.messages import Messages
from web_client.state.voice_state import ToolCall, VoiceMessage, VoiceState

WORDING: Final = Wording(given_name="Mara")
SHELL: Final = prerender()
LANGUAGES: Final = (Language("en", "English", "", {}), Language("es", "Español", "", {}))
PAPER: Final = "#fbf6f0"
NIGHT: Final = "#0c0b10"
"""What a page may have behind an element: light, and dark."""
NOON: Final = 1_750_000_000.0
REPLY: Final = """Yes, we have. On **Friday** these hours are free:

- nine, with *Lou*
- eleven

| hair | cut | colour |
|---|---|---|
| short | 48 | 72 |

> Bread is on the house.

See [our prices](https://example.com), or use `BREAD10`."""
QUESTION: Final = ChatMessage(1, "user", "Do you have a free hour on Friday?", status="sent")
TOOL: Final = """<p>Free {{ result.date }}:</p>
{% for slot in result.slots %}<button {{ respond(slot) }}>{{ slot }}</button>{% endfor %}
<button {{ dismiss() }}>None of these</button>"""

GREETED: Final = VoiceMessage(1, "bot", "Hello, this is Mara.")
ASKED: Final = VoiceMessage(2, "user", "Which hours are free tomorrow?")
FOUND: Final = VoiceMessage(3, "system", "✓ get_available_slots", tool_call_id="c")
SAYING: Final = VoiceMessage(4, "bot", "We have nine, eleven,", speaking=True)
SLOTS: Final = ToolCall(
    "c", "get_available_slots", {}, {"date": "tomorrow", "slots": ["nine", "eleven"]}, NOON
)


class Nobody:
    """Whom no answer reaches."""

    def respond(self, tool_call_id: str, text: str) -> None: ...
    def dismiss(self, tool_call_id: str) -> None: ...


NOBODY: Final = Nobody()


def call(*messages: VoiceMessage, **state: Any) -> VoiceState:
    fields: dict[str, Any] = {"status": "connected", "phase": "listening", "duration": 42}
    return VoiceState(**{**fields, **state, "messages": Messages.of(messages)})


CALLS: Final = {
    "idle": VoiceState(),
    "connecting": VoiceState(status="connecting"),
    "listening": call(),
    "speaking": call(GREETED, SAYING, agent_speaking=True),
    "user-speaking": call(
        VoiceMessage(1, "user", "which hours", is_interim=True), user_speaking=True
    ),
    "thinking": call(GREETED, ASKED, phase="thinking"),
    "muted": call(is_muted=True),
    "to be held": call(is_muted=True, push_to_talk=True),
    "warning": call(idle_warning=9),
    "blocked": call(audio_blocked=True),
    "error": VoiceState("error", "Allow the microphone in the address bar, then press again."),
    "ended": VoiceState(end_reason="server"),
}


@dataclass(frozen=True)
class Shown:
    """A chat box at some moment. `over`: what was said in a call before; `call` is one now."""

    state: ChatState
    box: chat.Box
    call: VoiceState | None = None
    over: tuple[VoiceMessage, ...] = ()


def written(*messages: ChatMessage, **state: Any) -> ChatState:
    return ChatState(**{"status": "connected", **state, "messages": Messages.of(messages)})


ON: Final = chat.Box(is_open=True)
LOOKED_UP: Final = ChatMessage(2, "system", "✓ get_available_slots", tool_call_id="c")
ANSWERED: Final = ChatMessage(3, "bot", REPLY)
OFFERED: Final = ChatMessage(3, "bot", "On Friday I have **nine** and **eleven**. Which one?")
HEARD: Final = VoiceMessage(2, "user", "eleven would be fine please")
TAKEN: Final = VoiceMessage(3, "bot", "Friday at eleven, then. Shall I book it?")
FOUND_SLOTS: Final = call(GREETED, ASKED, FOUND, SAYING, tool_calls=(SLOTS,), agent_speaking=True)
MODALS: Final = {name: (state, False, False) for name, state in CALLS.items()} | {
    "reading": (FOUND_SLOTS, True, False),
    "read": (call(GREETED, ASKED, is_muted=True, audio_blocked=True), True, False),
    "too long": (call(GREETED, ASKED), True, True),
    "over": (VoiceState(end_reason="server", messages=Messages.of([GREETED, ASKED])), True, False),
}
VISUALS: Final[tuple[modal.Visual, ...]] = ("orb", "wave")
CHATS: Final = {
    "closed": Shown(ChatState(), chat.Box()),
    "new": Shown(
        ChatState(),
        replace(
            ON,
            greeting=markdown("Hello, this is *Mara*."),
            options=(chat.QuickOption("When are you open?", ""),),
        ),
    ),
    "talk": Shown(
        written(QUESTION, LOOKED_UP, ANSWERED, ChatMessage(4, "user", "And?", status="queued")),
        replace(ON, away=True, note="Copied", has_past=True),
    ),
    "busy": Shown(written(QUESTION, typing=True), ON),
    "error": Shown(
        written(
            ChatMessage(1, "user", "Hello", status="failed"),
            status="error",
            error="The chat can't be reached. Check the network and try again.",
        ),
        ON,
    ),
    "ringing": Shown(written(QUESTION, LOOKED_UP, OFFERED), ON, CALLS["connecting"]),
    "in a call": Shown(
        written(QUESTION, LOOKED_UP, OFFERED),
        replace(ON, has_past=True),
        call(GREETED, HEARD, replace(SAYING, text="Friday at eleven, then."), agent_speaking=True),
    ),
    "muted": Shown(written(QUESTION), ON, call(GREETED, is_muted=True)),
    "too long": Shown(written(QUESTION), replace(ON, is_too_long=True), call(GREETED)),
    "unheard": Shown(written(QUESTION), ON, call(GREETED, audio_blocked=True)),
    "away in a call": Shown(written(QUESTION), chat.Box(), call(GREETED)),
    "after a call": Shown(
        written(QUESTION, OFFERED), replace(ON, has_past=True), over=(GREETED, HEARD, TAKEN)
    ),
    "no microphone": Shown(
        written(QUESTION, OFFERED),
        replace(ON, problem=chat.Problem(CALLS["error"].error or "", "talk")),
    ),
    "dictating": Shown(written(QUESTION, OFFERED), replace(ON, dictating="on")),
    "past": Shown(
        written(QUESTION),
        replace(
            ON,
            has_past=True,
            is_past_open=True,
            past=(
                chat.Past("a", "Do you have a free hour on Friday?", "14:05", True),
                chat.Past("b", "How long does a colour take, and what is it", "9 Jun", False),
                chat.Past("c", "Parking", "2 Jun", False),
            ),
        ),
    ),
}
CHANNELS: Final = AgentInfo(
    agent="mara",
    channels=(
        Channel(type="webrtc"),
        Channel(type="chat"),
        Channel(type="whatsapp", numbers=("+1 212 555 0123",)),
        Channel(type="phone", numbers=("+1 212 555 0199",)),
    ),
)


def hub_stand(form: hub.Form | None = None, **other: Any) -> hub.Stand:
    fields: dict[str, Any] = {"is_open": True, "found": "known", "info": CHANNELS}
    return hub.Stand(**{**fields, **other}, can_call_back=True, form=form or hub.Form())


HUBS: Final = {
    "closed": hub.Stand(),
    "asking": hub_stand(found="asking", info=None),
    "known": hub_stand(),
    "unknown": hub_stand(found="unknown", info=None),
    "form": hub_stand(hub.Form(is_open=True)),
    "refused": hub_stand(
        hub.Form(True, problem="That was not taken: We call the US only. Change it, then send it.")
    ),
    "sending": hub_stand(hub.Form(True, "sending")),
    "agreed": hub_stand(hub.Form(True, "agreed", "+1 212 555 0123")),
}


def page(presets: list[str]) -> str:
    """All states of all elements, preset by preset."""
    cells = "".join(f"<div>{cell}</div>" for preset in presets for cell in _cells(preset))
    style = (
        "body { margin: 0 } main { display: flex; flex-wrap: wrap; background: " + PAPER + " }"
        "main > div { position: relative; width: 440px; height: 620px; overflow: hidden }"
        "main > div > * { --pc-position: absolute; --level: 0.6 }"
    )
    head = f'<meta charset="utf-8"><title>All states</title><style>{style}</style>'
    return f'<!doctype html><html lang="en">{head}<main>{cells}</main>'


def _cells(preset: str) -> Iterator[str]:
    for state in CALLS.values():
        yield _element("orb", preset, orb.TEMPLATE.render(view=orb.orb_view(state, WORDING)))
        yield _element("widget", preset, _widget(state, is_open=False))
    found = call(GREETED, ASKED, FOUND, SAYING, tool_calls=(SLOTS,))
    yield _element("widget", preset, _widget(found, is_open=True))
    for shown in CHATS.values():
        yield _element("chat", preset, _chat(shown))
    for visual, shown_modal in zip(cycle(VISUALS), MODALS.values(), strict=False):
        yield _element("modal", preset, _modal(visual, *shown_modal))
    for stand in HUBS.values():
        yield _element("hub", preset, _hub(stand))


def _element(kind: str, preset: str, html: str) -> str:
    tag = f"pinecall-{kind}"
    panels = () if kind == "orb" else ("panel.css", "talk.css", f"{kind}/panel.css")
    sheets = [SHELL["css"], SHELL["elements"][tag]["css"]]
    sheets += [resource("web_client.elements", name) for name in panels]
    inside = f"<style>{''.join(sheets)}</style>{html}"
    return f'<{tag} preset="{preset}"><template shadowrootmode="open">{inside}</template></{tag}>'


def _chat(shown: Shown) -> str:
    view = chat.chat_view(shown.state, shown.box, WORDING, shown.call)
    made = [_chat_row(each) for each in shown.state.messages]
    spoken = shown.over if shown.call is None else shown.call.messages
    made += [message.spoken_row(-each.id, each, NOON, WORDING, "") for each in spoken]
    rows = "".join(message.MESSAGE.render(row=row) for row in made)
    if shown.over:
        rows += message.ENDED.render(row=message.EndedRow(-9, "Call ended", "1:24"))
    return _whole(chat.TEMPLATE.render(view=view), chat.PANEL.render(view=view), rows)


def _chat_row(said: ChatMessage) -> message.MessageRow:
    words = tool_name(said.text) if said.role == "system" else said.text
    body = markdown(said.text) if said.role == "bot" else message.plain_text(words)
    return message.message_row(said, body, NOON, WORDING, "up")


def _widget(state: VoiceState, *, is_open: bool) -> str:
    stand = widget.Stand(is_open=is_open, languages=LANGUAGES, language="en", key="Space")
    view = widget.widget_view(state, stand, WORDING)
    return _whole(widget.TEMPLATE.render(view=view), widget.PANEL.render(view=view), _lines(state))


def _modal(visual: modal.Visual, state: VoiceState, reads: bool, is_too_long: bool) -> str:
    stand = widget.Stand(is_open=True, languages=LANGUAGES, language="en")
    view = modal.modal_view(state, stand, WORDING, visual, reads, is_too_long)
    panel = modal.PANEL.render(view=view)
    for side, sounds in (("input", state.user_speaking), ("output", state.agent_speaking)):
        panel = panel.replace(f'data-path="{side}"', f'd="{_sound() if sounds else ""}"')
    html = _whole(modal.TEMPLATE.render(view=view), panel, _lines(state))
    return html.replace("<dialog ", "<dialog open ")


def _sound() -> str:
    heard = wave.Wave()
    levels = [0.3 * abs(math.sin(moment * 0.3)) for moment in range(60)]
    return [heard.hear(level, moment / 20) for moment, level in enumerate(levels)][-1]


def _lines(state: VoiceState) -> str:
    renderer = tools.renderers({SLOTS.name: TOOL})
    cards = {
        call.tool_call_id: tools.drawn(
            renderer[call.name], call, tools.Context(call.tool_call_id, NOBODY)
        )
        for call in state.tool_calls
    }
    rows = ""
    for said in state.messages:
        made = cards.get(said.tool_call_id or "")
        card = made if isinstance(made, Markup) else None
        rows += widget.LINE.render(line=widget.line_view(said, card, WORDING))
    return rows


def _hub(stand: hub.Stand) -> str:
    view = hub.hub_view(stand, WORDING)
    return _whole(hub.TEMPLATE.render(view=view), hub.PANEL.render(view=view))


def _whole(html: str, panel: str, rows: str = "") -> str:
    place = 'data-region="rows">'
    panel = panel.replace(place, f'{place}<ol class="messages">{rows}</ol>')
    return html.replace('data-region="panel">', f'data-region="panel">{panel}')


if __name__ == "__main__":
    sys.stdout.write(page(list(PRESETS)))
