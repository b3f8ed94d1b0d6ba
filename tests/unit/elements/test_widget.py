"""The widget at work: transcript, languages, tools, push-to-talk (3-elements)."""

import json
import re
from html import unescape

import pytest
from markupsafe import Markup

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from web_client.elements.widget.element import WidgetElement
from web_client.elements.widget.tools import Context
from web_client.testing import FakePorts

LANGUAGES = {
    "en": {"label": "English", "voice": "nova", "language": "en"},
    "es": {"label": "Español", "voice": "lucia", "stt": "fast", "language": "es"},
}
SLOTS = {"date": "tomorrow", "slots": ["nine", "<b>ten</b>"]}
TEMPLATE = (
    "<p>{{ result.date }}</p>"
    "{% for slot in result.slots %}<button {{ respond(slot) }}>{{ slot }}</button>{% endfor %}"
    "<button {{ dismiss() }}>None</button>"
)


@pytest.fixture
def widget(host: FakeHost, ports: FakePorts) -> WidgetElement:
    widget = WidgetElement(host, ports)
    widget.attribute("agent", "mara")
    widget.attribute("name", "Mara")
    return widget


class Node:
    nodeType = 1  # noqa: N815 - the DOM's own name for it


class Page(FakeHost):
    """A page that takes no node where it is to go."""

    def fill(self, name: str, node: object) -> None:
        raise ValueError("The new child contains the parent.")


async def in_call(widget: WidgetElement) -> None:
    widget.act("talk", "")
    await settled()


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.peer.made[-1].receive({"event": event, **members})


def is_heard(ports: FakePorts) -> bool:
    return ports.media.microphones[-1].enabled


def found_slots(ports: FakePorts, number: str = "c1") -> None:
    says(ports, "llm.tool_call", tool_calls=[{"id": number, "name": "slots", "arguments": {}}])
    says(ports, "llm.tool_result", tool_call_id=number, name="slots", result=SLOTS)


def offered(ports: FakePorts) -> dict[str, object]:
    bodies = [r.json for r in ports.network.requests if r.path == "/webrtc/offer"]

    config: dict[str, object] = json.loads(bodies[-1] or "").get("config", {})
    return config


async def test_a_call_has_a_clock_a_mute_and_a_transcript(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    ports.clock.advance(65)
    says(ports, "user.message", text="Are you open?")
    host.paint()
    assert host.regions["clock"] == "1:05"
    assert "Are you open?" in host.regions["caption"]
    assert "Are you open?" in host.rows[1]
    widget.act("mute", "")
    host.paint()
    assert 'data-act="mute" aria-pressed="true"' in host.regions["mute"]
    assert "muted" in host.look
    widget.act("transcript", "")
    assert (host.focused, "open" in host.look) == ("close", True)
    widget.act("escape", "")
    assert (host.focused, "open" in host.look) == ("transcript", False)
    widget.unmount()
    assert ports.open == []


async def test_at_rest_there_is_no_bar(widget: WidgetElement, host: FakeHost) -> None:
    host.paint()
    shown = [host.regions[name].strip() for name in ("pills", "mute", "lines")]
    assert shown == ["", "", ""]


async def test_a_language_of_the_next_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("config", {"greeting": "Hi", "voice": "any"})
    widget.attribute("default-language", "es")
    widget.assign("languages", LANGUAGES)
    host.paint()
    assert 'value="es" aria-pressed="true"' in host.regions["pills"]
    widget.act("language", "en")
    await in_call(widget)
    assert offered(ports) == {"greeting": "Hi", "voice": "nova", "language": "en"}
    assert ("pinecall:languagechange", {"language": "en"}) in host.events
    widget.unmount()


async def test_a_language_in_mid_call_changes_it_without_another_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    await in_call(widget)
    widget.act("language", "es")
    configure = {"action": "configure", "voice": "lucia", "stt": "fast", "language": "es"}
    assert ports.peer.made[-1].frames[-1] == configure
    assert len(ports.peer.made) == 1
    widget.unmount()


async def test_a_language_told_anew_holds_for_the_next_call(
    widget: WidgetElement, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    await in_call(widget)
    widget.act("talk", "")
    widget.assign("languages", LANGUAGES | {"en": {"voice": "echo"}})
    await in_call(widget)
    assert offered(ports) == {"voice": "echo"}
    widget.unmount()


async def test_a_language_chosen_after_configure_is_the_last_word(
    widget: WidgetElement, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    widget.invoke("configure", {"voice": "nova", "speed": 2})
    widget.act("language", "es")
    await in_call(widget)
    configured = {"voice": "lucia", "stt": "fast", "language": "es", "speed": 2}
    assert ports.peer.made[-1].frames == [{"action": "configure", **configured}]
    widget.unmount()


async def test_one_language_is_no_choice(widget: WidgetElement, host: FakeHost) -> None:
    widget.assign("languages", {"es": LANGUAGES["es"]})
    host.paint()
    assert host.regions["pills"].strip() == ""


async def test_a_tool_s_result_opens_the_transcript_and_can_be_answered(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("tools", {"slots": TEMPLATE})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert "open" in host.look
    assert host.focused == ""
    assert "&lt;b&gt;ten" in host.rows[1]
    assert "<b>" not in host.rows[1]
    widget.act("respond", "c1\nnine")
    host.paint()
    assert {"action": "inject_text", "text": "nine"} in ports.peer.made[-1].frames
    assert "<button" not in host.rows[1]
    assert "slots" in host.rows[1]
    widget.unmount()


def values(html: str, act: str) -> list[str]:
    found = re.findall(f'data-act="{act}" value="([^"]*)"', html)
    return [unescape(value) for value in found]


@pytest.mark.parametrize("number", ["c\n1", "c\r1", "c%0A1", 'c"&1', "c\udc001"])
async def test_a_tool_s_result_can_be_answered_whatever_the_id_of_its_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts, number: str
) -> None:
    widget.assign("tools", {"slots": TEMPLATE})
    await in_call(widget)
    found_slots(ports, number)
    host.paint()
    respond, dismiss = (values(host.rows[1], act)[0] for act in ("respond", "dismiss"))
    assert "\r" not in respond + dismiss  # a parser of markup would make it a line's end
    widget.act("respond", respond)
    assert {"action": "inject_text", "text": "nine"} in ports.peer.made[-1].frames
    assert widget.state.tool_calls == ()
    found_slots(ports, f"{number}2")
    host.paint()
    widget.act("dismiss", values(host.rows[host.order[-1]], "dismiss")[0])
    assert widget.state.tool_calls == ()
    widget.unmount()


async def test_a_tool_s_result_can_be_dismissed(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("tools", {"slots": TEMPLATE})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    widget.act("dismiss", "c1")
    host.paint()
    assert "<button" not in host.rows[1]
    assert widget.state.tool_calls == ()
    widget.unmount()


async def test_after_the_call_nothing_is_left_to_press(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    contexts: list[Context] = []

    def render(result: object, call: object, context: Context) -> Markup:
        contexts.append(context)
        return Markup("<button>nine</button>")

    widget.assign("tools", {"slots": render})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert "<button" in host.rows[1]
    widget.act("talk", "")
    host.paint()
    assert "<button" not in host.rows[1]
    assert "slots" in host.rows[1]
    widget.attribute("agent", None)  # with which no session can be made
    widget.act("respond", "c1\nnine")
    contexts[0].respond("ten")
    widget.attribute("agent", "mara")
    await in_call(widget)
    assert ports.peer.made[-1].frames == []
    widget.unmount()


async def test_a_function_of_python_and_one_of_the_page(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    contexts: list[Context] = []
    node = Node()

    def render(result: object, call: object, context: Context) -> object:
        contexts.append(context)
        return node

    def words(result: dict[str, str], call: dict[str, str], context: Context) -> Markup:
        return Markup("<p>{} {}</p>").format(call["name"], result["date"])

    widget.assign("tools", {"slots": render})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert host.filled == {"tool-1": node}
    widget.assign("tools", {"slots": words})
    contexts[0].respond("ten")
    assert {"action": "inject_text", "text": "ten"} in ports.peer.made[-1].frames
    says(ports, "llm.tool_call", tool_calls=[{"id": "c2", "name": "slots", "arguments": {}}])
    says(ports, "llm.tool_result", tool_call_id="c2", name="slots", result=SLOTS)
    host.paint()
    assert "<p>slots tomorrow</p>" in host.rows[host.order[-1]]
    widget.unmount()


async def test_a_renderer_that_fails_spoils_nothing(
    widget: WidgetElement,
    host: FakeHost,
    ports: FakePorts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    widget.assign("tools", {"slots": "{{ result.nothing.at.all }}"})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert "slots" in host.rows[1]
    assert "The renderer of the tool slots failed" in caplog.text
    widget.unmount()


async def slow(result: object, call: object, context: Context) -> str:
    return "<p>later</p>"


@pytest.mark.parametrize(
    "renderer",
    [slow, lambda *_: 3, lambda *_: {"date": "tomorrow"}, lambda *_: ["nine"]],
    ids=["async", "number", "dict", "list"],
)
async def test_what_is_no_element_is_not_shown_as_one(
    widget: WidgetElement,
    host: FakeHost,
    ports: FakePorts,
    caplog: pytest.LogCaptureFixture,
    renderer: object,
) -> None:
    widget.assign("tools", {"slots": renderer})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert host.filled == {}
    assert "slots" in host.rows[1]
    assert "The renderer of the tool slots failed" in caplog.text
    widget.unmount()


async def test_an_element_that_can_t_be_put_into_its_place_spoils_nothing(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    host = Page()
    widget = WidgetElement(host, ports)
    widget.attribute("agent", "mara")
    widget.assign("tools", {"slots": lambda *_: Node()})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    assert "slots" in host.rows[1]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    says(ports, "user.message", text="And on Friday?")
    host.paint()
    assert "And on Friday?" in host.rows[2]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    widget.unmount()


async def test_other_tools_draw_anew_what_is_shown(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("tools", {"slots": TEMPLATE})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    placed = host.placed
    widget.assign("tools", {"slots": TEMPLATE[:3] + TEMPLATE[3:]})
    host.paint()
    assert host.placed == placed  # it is the same: what somebody writes there stays
    widget.assign("tools", {"slots": "<b>{{ result.date }}</b>"})
    host.paint()
    assert "<b>tomorrow</b>" in host.rows[1]
    widget.assign("tools", {})
    host.paint()
    assert "<b>" not in host.rows[1]
    widget.unmount()


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("tools", {"slots": 1}, TypeError),
        ("tools", {"slots": "{% if %}"}, ValueError),
        ("tools", "slots", TypeError),
        ("languages", {"es": "Español"}, TypeError),
        ("languages", ["es"], TypeError),
    ],
)
async def test_what_the_page_got_wrong(
    widget: WidgetElement, name: str, value: object, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=name):
        widget.assign(name, value)


async def test_a_key_that_is_held_to_talk(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.attribute("push-to-talk", "Space")
    assert not host.keys[0].held(True)  # out of a call it is the page's
    await in_call(widget)
    host.paint()
    assert host.regions["caption"].count("Hold Space to talk") == 1
    assert 'data-act="mute"' not in host.regions["mute"]
    assert not is_heard(ports)
    assert host.keys[0].held(True)
    assert is_heard(ports)
    host.keys[0].held(False)
    ports.clock.advance(1)
    assert not is_heard(ports)
    widget.unmount()
    assert host.keys[0].cancelled


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KeyT", "T"),
        ("Digit1", "1"),
        ("F2", "F2"),
        ("ShiftLeft", "Shift Left"),
        ("Numpad5", "Numpad 5"),
    ],
)
async def test_a_key_is_called_what_stands_on_it(
    widget: WidgetElement, host: FakeHost, code: str, name: str
) -> None:
    widget.attribute("push-to-talk", code)
    await in_call(widget)
    host.paint()
    assert f"Hold {name} to talk" in host.regions["caption"]
    assert host.keys[0].code == code
    widget.unmount()


async def test_a_key_that_is_held_is_heard_also_after_another_option(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.attribute("push-to-talk", "Space")
    await in_call(widget)
    widget.act("talk", "")
    widget.assign("metadata", {"page": "home"})
    await in_call(widget)
    assert host.keys[0].held(True)
    assert is_heard(ports)
    widget.unmount()


async def test_a_frame_in_which_nothing_changed_draws_the_level_alone(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    host.paint()
    draws = host.draws
    for _ in range(3):
        host.properties.clear()
        host.paint()
        assert host.properties == {"--level": "0.75"}
    assert host.draws == draws
    says(ports, "user.message", text="Hello")
    host.paint()
    assert host.draws == draws + 1
    assert len(host.frames) == 1  # however often it is drawn
    widget.unmount()
    assert all(frame.cancelled for frame in host.frames)


async def test_the_call_that_ends_for_silence_counts_down(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    says(ports, "session.idle_warning", remaining_seconds=9)
    ports.clock.advance(2)
    host.paint()
    assert "idle-warning" in host.look
    assert "ends in 7 s" in host.regions["caption"]
    widget.unmount()
