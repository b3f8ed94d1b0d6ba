"""No text ever becomes markup, whoever it comes from (6-faults, Privacy)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.e2e.gallery import NOBODY
from tests.payloads import PAYLOADS
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.markup import Markup
from web_client.elements.chat.element import ChatElement
from web_client.elements.chat.message import (
    ENDED,
    MESSAGE,
    EndedRow,
    message_row,
    plain_text,
    spoken_row,
)
from web_client.elements.chat.view import PANEL, Box, Past, Problem, QuickOption, chat_view
from web_client.elements.chat.view import TEMPLATE as CHAT
from web_client.elements.hub import view as hub_views
from web_client.elements.hub.view import Form, hub_view
from web_client.elements.hub.view import Stand as HubStand
from web_client.elements.labels import Labels
from web_client.elements.markdown import allowed, markdown
from web_client.elements.modal import view as modal_views
from web_client.elements.orb.view import TEMPLATE as ORB
from web_client.elements.orb.view import orb_view
from web_client.elements.streaming import Stream
from web_client.elements.widget.languages import Language
from web_client.elements.widget.tools import Context, drawn, renderers
from web_client.elements.widget.view import LINE, Stand, line_view, widget_view
from web_client.elements.widget.view import PANEL as WIDGET_PANEL
from web_client.elements.widget.view import TEMPLATE as WIDGET
from web_client.elements.wording import Wording
from web_client.protocol import AgentInfo, Channel
from web_client.state.chat_state import ChatMessage, ChatState
from web_client.state.messages import Messages
from web_client.state.voice_state import ToolCall, VoiceMessage, VoiceState
from web_client.testing import FakePorts

TOOL = """<p>{{ result }}</p><ul>{% for key, value in result.items() %}
<li title="{{ value }}">{{ key }}</li>{% endfor %}</ul>
<button {{ respond(result.text) }}>{{ result.text }}</button><button {{ dismiss() }}>No</button>"""


def words(text: str) -> Wording:
    names = ("talk", "close", "placeholder", "writing", "you", "still_there", "talk_now", "spoken")
    labels = Labels(**dict.fromkeys(names, text), will_call=text + "{phone}")
    return Wording(labels, text, text)


def bot_message(text: str) -> str:
    row = message_row(ChatMessage(1, "bot", text), markdown(text), 0.0, words(text))
    return MESSAGE.render(row=row)


def user_message(text: str) -> str:
    message = ChatMessage(1, "user", text, status="failed")
    return MESSAGE.render(row=message_row(message, plain_text(text), 0.0, words(text)))


def in_a_call(text: str) -> str:
    said = (
        VoiceMessage(1, "bot", text, interrupted=True),
        VoiceMessage(2, "user", text, is_interim=True),
        VoiceMessage(3, "system", text),
    )
    rows = [MESSAGE.render(row=spoken_row(-1, line, 0.0, words(text), "up")) for line in said]
    return "".join([*rows, ENDED.render(row=EndedRow(-2, text, text))])


def streaming(text: str) -> str:
    stream = Stream()
    halves = [stream.render(text[:end]) for end in range(0, len(text), 7)]
    return "".join(f"<div>{html}</div>" for html in [*halves, stream.render(text)])


def chat_box(text: str) -> str:
    box = Box(
        is_open=True,
        avatar=text if allowed(text) else "",
        greeting=markdown(text),
        options=(QuickOption(text, text),),
        said=(text,),
        note=text,
        away=True,
        announced=text,
        problem=Problem(text, text),
        has_past=True,
        past=(Past(text, text, text, True),),
        is_past_open=True,
    )
    states = [None, VoiceState("connected", notice=text), VoiceState("connected", idle_warning=3)]
    views = [
        chat_view(ChatState("error", text, "server_error"), box, words(text), call)
        for call in states
    ]
    return "".join(CHAT.render(view=view) + PANEL.render(view=view) for view in views)


def call(text: str) -> VoiceState:
    return VoiceState("connected", idle_warning=3, messages=_said(text))


def _said(text: str) -> Messages[VoiceMessage]:
    return Messages.of([VoiceMessage(1, "bot", text)])


def orb(text: str) -> str:
    states = (VoiceState(), VoiceState("error", text), call(text))
    return "".join(ORB.render(view=orb_view(state, words(text))) for state in states)


def widget(text: str) -> str:
    languages = tuple(Language(code + text, text, text, {}) for code in "ab")
    view = widget_view(call(text), Stand(True, languages, "a" + text, text), words(text))
    lines = [LINE.render(line=line_view(message, None, words(text))) for message in _said(text)]
    return WIDGET.render(view=view) + WIDGET_PANEL.render(view=view) + "".join(lines)


def modal(text: str) -> str:
    languages = tuple(Language(code + text, text, text, {}) for code in "ab")
    stand = Stand(True, languages, "a" + text, text)
    blocked = replace(call(text), audio_blocked=True)
    states = (VoiceState(), VoiceState("error", text), call(text), blocked)
    views = [
        modal_views.modal_view(state, stand, words(text), "wave", reads=True) for state in states
    ]
    return "".join(
        template.render(view=view)
        for view in views
        for template in (modal_views.TEMPLATE, modal_views.PANEL)
    )


def hub(text: str) -> str:
    info = AgentInfo(
        agent=text,
        channels=tuple(
            Channel(type=kind, numbers=(text, "+1 212 555 0123" + text, "+12125550123"), phone=text)
            for kind in ("webrtc", "chat", "whatsapp", "phone", text)
        ),
    )
    forms = (Form(True, "writing", problem=text), Form(True, "agreed", phone=text))
    stands = [
        HubStand(True, "known", info, avatar=text if allowed(text) else "", form=form)
        for form in forms
    ]
    stands.append(HubStand(True, "unknown", mistake=text, can_call_back=True))
    views = [hub_view(stand, words(text)) for stand in stands]
    return "".join(
        template.render(view=view)
        for view in views
        for template in (hub_views.TEMPLATE, hub_views.PANEL)
    )


def tool(text: str) -> str:
    made = drawn(
        renderers({"t": TOOL})["t"],
        ToolCall(text, "t", {}, {"text": text, "more": [text]}, 0.0),
        Context(text, NOBODY),
    )
    return str(made)


def tool_by_function(text: str) -> str:
    context = Context("1", NOBODY)
    call = ToolCall("1", "t", {}, text, 0.0)
    return str(drawn(renderers({"t": lambda result, _call, _context: result})["t"], call, context))


WAYS_IN: tuple[Callable[[str], str], ...] = (
    bot_message,
    user_message,
    in_a_call,
    streaming,
    chat_box,
    orb,
    widget,
    modal,
    hub,
    tool,
    tool_by_function,
)


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way: way.__name__)
def test_what_wants_to_be_markup_stays_text(way_in: Callable[[str], str]) -> None:
    wrong = {text: found for text in PAYLOADS if (found := Markup(way_in(text)).wrong)}
    assert wrong == {}


def test_there_are_enough_of_them_and_the_allow_list_finds_them_all_bare() -> None:
    assert len(set(PAYLOADS)) >= 100
    assert sum(bool(Markup(text).wrong) for text in PAYLOADS) >= 60


def test_no_picture_is_asked_for() -> None:
    for text in PAYLOADS:
        assert "<img" not in markdown(text)


@pytest.mark.parametrize("text", PAYLOADS)
async def test_an_avatar_is_an_address_or_nothing(
    text: str, host: FakeHost, ports: FakePorts
) -> None:
    box = ChatElement(host, ports)
    box.attribute("avatar", text)
    host.paint()
    assert Markup(host.regions["head"]).wrong == []
    box.unmount()
