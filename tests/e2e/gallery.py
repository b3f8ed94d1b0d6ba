"""Every state of every element on one page, drawn by their templates without any Python in it.

`python -m tests.e2e.gallery > gallery.html` is the page to look at when a style changes.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

from markupsafe import Markup

from web_client.elements.chat import view as chat
from web_client.elements.hub import view as hub
from web_client.elements.idle import prerender
from web_client.elements.markdown import markdown
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


def call(*messages: VoiceMessage, **state: Any) -> VoiceState:
    fields: dict[str, Any] = {"status": "connected", "phase": "listening", "duration": 42}
    return VoiceState(**{**fields, **state, "messages": Messages.of(messages)})


CALLS: Final = {
    "idle": VoiceState(),
    "connecting": VoiceState(status="connecting"),
    "listening": call(),
    "speaking": call(GREETED, SAYING, agent_speaking=True),
    "user-speaking": call(VoiceMessage(1, "user", "which hours", is_interim=True)),
    "thinking": call(GREETED, ASKED, phase="thinking"),
    "muted": call(is_muted=True),
    "warning": call(idle_warning=9),
    "blocked": call(audio_blocked=True),
    "error": VoiceState("error", "Allow the microphone in the address bar, then press again."),
    "ended": VoiceState(end_reason="server"),
}
CHATS: Final = {
    "closed": (ChatState(), chat.Box()),
    "new": (
        ChatState(),
        chat.Box(
            is_open=True,
            greeting=markdown("Hello, this is *Mara*."),
            options=(chat.QuickOption("When are you open?", ""),),
        ),
    ),
    "talk": (
        ChatState(
            "connected",
            messages=Messages.of(
                [
                    QUESTION,
                    ChatMessage(2, "system", "✓ get_available_slots", tool_call_id="c"),
                    ChatMessage(3, "bot", REPLY),
                    ChatMessage(4, "user", "And on Saturday?", status="queued"),
                ]
            ),
        ),
        chat.Box(is_open=True, away=True, note="Copied"),
    ),
    "busy": (
        ChatState("connected", messages=Messages.of([QUESTION]), typing=True),
        chat.Box(is_open=True),
    ),
    "error": (
        ChatState(
            "error",
            "The chat can't be reached. Check the network and try again.",
            "connection_lost",
            Messages.of([ChatMessage(1, "user", "Hello", status="failed")]),
        ),
        chat.Box(is_open=True),
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
        "body { margin: 0 } main { display: flex; flex-wrap: wrap; background: #fbf6f0 }"
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
    for state_and_box in CHATS.values():
        yield _element("chat", preset, _chat(*state_and_box))
    for stand in HUBS.values():
        yield _element("hub", preset, _hub(stand))


def _element(kind: str, preset: str, html: str) -> str:
    tag = f"pinecall-{kind}"
    panels = () if kind == "orb" else ("panel.css", f"{kind}/panel.css")
    sheets = [SHELL["css"], SHELL["elements"][tag]["css"]]
    sheets += [resource("web_client.elements", name) for name in panels]
    inside = f"<style>{''.join(sheets)}</style>{html}"
    return f'<{tag} preset="{preset}"><template shadowrootmode="open">{inside}</template></{tag}>'


def _chat(state: ChatState, box: chat.Box) -> str:
    view = chat.chat_view(state, box, WORDING)
    rows = "".join(chat.MESSAGE.render(row=_chat_row(message)) for message in state.messages)
    return _whole(chat.TEMPLATE.render(view=view), chat.PANEL.render(view=view), rows)


def _chat_row(message: ChatMessage) -> chat.MessageRow:
    words = tool_name(message.text) if message.role == "system" else message.text
    body = markdown(message.text) if message.role == "bot" else chat.plain_text(words)
    return chat.message_row(message, body, NOON, WORDING)


def _widget(state: VoiceState, *, is_open: bool) -> str:
    languages = (Language("en", "English", "", {}), Language("es", "Español", "", {}))
    stand = widget.Stand(is_open=is_open, languages=languages, language="en")
    view = widget.widget_view(state, stand, WORDING)
    renderer = tools.renderers({SLOTS.name: TOOL})
    context = tools.Context(respond=lambda _: None, dismiss=lambda: None)
    rows = ""
    for line in widget.lines(state, renderer):
        made = line.tool and tools.drawn(renderer[line.tool.name], line.tool, context)
        shown = made if isinstance(made, Markup) else None
        rows += widget.LINE.render(line=widget.line_view(line, shown, WORDING))
    return _whole(widget.TEMPLATE.render(view=view), widget.PANEL.render(view=view), rows)


def _hub(stand: hub.Stand) -> str:
    view = hub.hub_view(stand, WORDING)
    return _whole(hub.TEMPLATE.render(view=view), hub.PANEL.render(view=view))


def _whole(html: str, panel: str, rows: str = "") -> str:
    panel = panel.replace('data-region="rows">', f'data-region="rows">{rows}')
    return html.replace('data-region="panel">', f'data-region="panel">{panel}')


if __name__ == "__main__":
    sys.stdout.write(page(list(PRESETS)))
