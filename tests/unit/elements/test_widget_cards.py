"""Cards: what a page shows in the widget for the results of tools (3-elements, Tools)."""

import pytest
from markupsafe import Markup

from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.widgets import TEMPLATE, found_slots, frames, in_call, says, values
from web_client.elements.widget.element import WidgetElement
from web_client.elements.widget.tools import Context
from web_client.testing import FakePorts


class Node:
    nodeType = 1  # noqa: N815 - the DOM's own name for it


class Page(FakeHost):
    """A page that takes no node where it is to go."""

    def fill(self, name: str, node: object) -> None:
        raise ValueError("The new child contains the parent.")


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
    assert {"action": "inject_text", "text": "nine"} in frames(ports)
    assert "<button" not in host.rows[1]
    assert "slots" in host.rows[1]
    widget.unmount()


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
    assert {"action": "inject_text", "text": "nine"} in frames(ports)
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


async def test_what_is_answered_twice_is_said_once(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("tools", {"slots": TEMPLATE})
    await in_call(widget)
    found_slots(ports)
    host.paint()
    for _ in range(2):
        widget.act("respond", "c1\nnine")
    assert frames(ports) == [{"action": "inject_text", "text": "nine"}]
    widget.unmount()


async def test_a_card_opens_the_transcript_of_every_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    """Whose calls are numbered as in the call before."""
    widget.assign("tools", {"slots": TEMPLATE})
    for _ in range(2):
        await in_call(widget)
        found_slots(ports)
        host.paint()
        assert "open" in host.look
        widget.act("escape", "")
        host.paint()
        assert "open" not in host.look  # for what has been seen already it doesn't open again
        widget.act("talk", "")
    widget.unmount()


async def test_after_the_call_a_card_stays_to_be_read_with_nothing_to_press(
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
    assert "<button>nine</button>" in host.rows[1]
    assert host.disabled == ["custom"]
    widget.attribute("language", "es")
    host.paint()
    assert '<fieldset class="custom" dir="auto" id="tool-1" disabled>' in host.rows[1]
    widget.attribute("agent", None)  # with which no session can be made
    widget.act("respond", "c1\nnine")
    contexts[0].respond("ten")
    contexts[0].dismiss()
    host.paint()
    assert "nine" in host.rows[1]
    widget.attribute("agent", "mara")
    await in_call(widget)
    host.paint()
    assert host.order == []
    assert frames(ports) == []
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
    assert {"action": "inject_text", "text": "ten"} in frames(ports)
    found_slots(ports, "c2")
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
