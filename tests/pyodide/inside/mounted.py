"""The Python half of an element: what comes from the page, and what a person does within it."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

from tests.pyodide.inside.record import Record, page
from web_client.browser.bridge import plain
from web_client.browser.dom import ElementHost
from web_client.browser.key import Key
from web_client.browser.markup import trusted
from web_client.browser.media import BrowserMedia
from web_client.browser.mounted import MountedElement
from web_client.browser.page import BrowserPage

MARKUP = """
<form id="own"><textarea data-focus="field"></textarea></form>
<form id="call" data-form="call-me"><input name="phone"><input name="name"><input></form>
<form id="tool"><textarea></textarea></form>
<div data-scroller style="height: 40px; overflow: auto"><p style="height: 400px"></p></div>
"""


class Answers(Record):
    """Who is told what a card is answered."""

    def respond(self, tool_call_id: str, text: str) -> None:
        self.tell("respond", tool_call_id, text)

    def dismiss(self, tool_call_id: str) -> None:
        self.tell("dismiss", tool_call_id)


def _context(answers: Answers, number: str = "c1") -> Any:
    return SimpleNamespace(answers=answers, tool_call_id=number)


class Element(Record):
    """What `elements/` would put behind the tag."""

    def act(self, name: str, value: str) -> None:
        self.tell("act", name)

    def submit(self, text: str) -> bool:
        self.tell("submit", text)
        return True

    def typed(self) -> None:
        self.tell("typed")

    def filled_in(self, form: str, fields: Mapping[str, str]) -> None:
        self.tell("filled_in", form, dict(fields))

    def scrolled(self, at_end: bool) -> None:
        self.tell("scrolled", at_end)

    def attribute(self, name: str, value: str | None) -> None:
        self.tell("attribute", name, value)

    def assign(self, name: str, value: object) -> None:
        self.tell("assign", name, value)

    def invoke(self, method: str, *arguments: Any) -> object:
        self.tell("invoke", method, *arguments)
        return None

    def moved(self) -> None:
        self.tell("moved")

    def unmount(self) -> None:
        self.tell("unmount")


class _Stage(NamedTuple):
    mounted: MountedElement
    host: ElementHost
    element: Element
    root: Any


@contextmanager
def _mounted() -> Iterator[_Stage]:
    node = page.document.createElement("div")
    page.document.body.append(node)
    root = node.attachShadow(plain({"mode": "open"}))
    root.innerHTML = trusted(MARKUP)
    element = Element()
    host = ElementHost(SimpleNamespace(element=node, root=root, trusted=trusted))
    mounted = MountedElement(host, BrowserMedia(), element)
    yield _Stage(mounted, host, element, root)
    mounted.unmount()
    node.remove()


async def null_is_nothing_however_deep_it_stands() -> None:
    with _mounted() as (mounted, _, element, _):
        data = '{"phone": null, "seen": [null, {"at": null}]}'
        mounted.assign("metadata", page.JSON.parse(data))
        assert json.dumps(element.told[0][2]) == data, element.told


async def a_renderer_of_the_page_s_may_make_nothing() -> None:
    with _mounted() as (mounted, _, element, _):
        fragment = page.document.createDocumentFragment()
        # Of the browser's own functions one that gives null, whatever it is called with.
        null = fragment.getElementById.bind(fragment)
        mounted.assign("tools", plain({"slots": null}))
        tools: Any = element.told[0][2]
        assert tools["slots"]({}, {}, _context(Answers())) is None


async def a_renderer_of_the_page_s_holds_two_proxies_however_often_it_draws() -> None:
    answers = Answers()
    with _mounted() as (mounted, _, element, _):
        # Array.of gives back all that it was called with.
        mounted.assign("tools", plain({"slots": page.Array.of}))
        tools: Any = element.told[0][2]
        able, proxies = [], set()
        for number in range(9):
            able.append(tools["slots"]({}, {}, _context(answers, f"c{number}"))[2])
            proxies.add(id(mounted._answers))
        assert len(proxies) == 1
        able[3].respond("nine")
        able[8].dismiss()
        assert answers.told == [("respond", "c3", "nine"), ("dismiss", "c8")], answers.told


async def a_form_within_a_tool_is_the_page_s_own() -> None:
    with _mounted() as (_, _, element, root):
        _enter(root.querySelector("#tool textarea"))
        root.querySelector("#tool").requestSubmit()
        assert element.told == [], element.told
        own = root.querySelector("#own textarea")
        own.value = "Hello"
        _enter(own)
        assert element.told == [("submit", "Hello")], element.told
        assert own.value == ""


async def what_is_typed_is_told_but_not_what_is_typed_into_a_tool() -> None:
    with _mounted() as (_, _, element, root):
        for field in root.querySelectorAll("#tool textarea, #own textarea"):
            field.dispatchEvent(page.InputEvent.new("input", plain({"bubbles": True})))
        assert element.told == [("typed",)], element.told


async def a_form_of_the_element_s_tells_what_stands_in_it() -> None:
    with _mounted() as (_, _, element, root):
        form = root.querySelector("#call")
        form.elements.phone.value = "+1 212"
        form.requestSubmit()
        fields = {"phone": "+1 212", "name": ""}
        assert element.told == [("filled_in", "call-me", fields)], element.told
        assert form.elements.phone.value == "+1 212"


async def escape_within_another_element_is_that_one_s() -> None:
    with _mounted() as (_, _, element, root):
        inner = page.document.createElement("div")
        root.append(inner)
        field = page.document.createElement("input")
        inner.attachShadow(plain({"mode": "open"})).append(field)
        escape = plain({"key": "Escape", "bubbles": True, "composed": True})
        for target in (field, root.querySelector("textarea")):
            target.dispatchEvent(page.KeyboardEvent.new("keydown", escape))
        assert element.told == [("act", "escape")], element.told


async def an_address_is_the_page_s_own_unless_it_says_more() -> None:
    with _mounted() as (_, host, _, _):
        assert host.address("/call") == page.URL.new("/call", page.document.baseURI).href
        assert host.address("https://shop.test") == "https://shop.test/"
        assert host.address("http://[") == "http://["
        assert host.address("") == page.document.baseURI


async def the_focus_within_is_known_and_what_is_open_is_said() -> None:
    with _mounted() as (_, host, _, root):
        seen = [host.has_focus]
        host.focus("field")
        assert [*seen, host.has_focus] == [False, True]
        host.expand("field", True)
        assert root.activeElement.ariaExpanded == "true"
        host.expand("field", False)
        assert root.activeElement.ariaExpanded == "false"


def _enter(field: Any) -> None:
    enter = {"key": "Enter", "bubbles": True, "cancelable": True}
    field.dispatchEvent(page.KeyboardEvent.new("keydown", plain(enter)))


async def who_reads_back_slowly_is_not_held_at_the_end() -> None:
    with _mounted() as (_, host, element, root):
        box = root.querySelector("[data-scroller]")
        host.follow()
        await _frames()
        for _ in range(3):
            box.scrollTop -= 9
            top = box.scrollTop
            await _frames()
            host.place(())
            assert box.scrollTop == top
        assert element.told == [("scrolled", False)], element.told
        box.scrollTop += 5
        await _frames()
        assert element.told[1:] == [("scrolled", True)], element.told


async def _frames() -> None:
    """Until everybody has been told of a scroll: that is done before the next frame's callbacks."""
    for _ in range(2):
        painted = asyncio.Event()
        BrowserPage("body").on_frame(painted.set)
        await painted.wait()


async def a_key_that_is_not_taken_is_the_page_s() -> None:
    held: list[bool] = []
    takes = False

    def take(is_down: bool) -> bool:
        held.append(is_down)
        return takes

    key = Key("Space", take)
    assert _press("keydown")
    takes = True
    assert not _press("keydown")
    assert not _press("keydown")
    assert held == [True, True], held
    key.cancel()
    assert held == [True, True, False], held
    assert _press("keyup")


def _press(kind: str) -> bool:
    """Whether the page may do what it does with the key."""
    event = {"code": "Space", "bubbles": True, "cancelable": True}
    undisturbed: bool = page.document.dispatchEvent(page.KeyboardEvent.new(kind, plain(event)))
    return undisturbed
