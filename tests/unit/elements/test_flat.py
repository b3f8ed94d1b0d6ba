"""What one token or word costs an element: the same behind ten messages and behind thousands.

Counted, not timed: what is told to the page, drawn and handed over for it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.widgets import in_call
from tests.unit.elements.widgets import says as says_in_call
from web_client.elements.chat.element import ChatElement
from web_client.elements.host import News
from web_client.elements.plain import plain
from web_client.elements.widget.element import WidgetElement
from web_client.testing import FakePorts

LENGTHS = pytest.mark.parametrize("length", [10, 3000])


class Cost(NamedTuple):
    """`told`: messages made plain for the page; `rows` drawn, and how many of these have `grown`;
    `renders` of regions."""

    told: int
    rows: int
    grown: int
    renders: int


def spent(host: FakeHost) -> Cost:
    return Cost(sum(host.tellings), host.placed, len(host.grown), host.renders)


def since(before: Cost, host: FakeHost) -> Cost:
    return Cost(*(now - then for now, then in zip(spent(host), before, strict=True)))


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.network.sockets[-1].receive({"event": event, **members})


@LENGTHS
async def test_a_token_of_a_chat(host: FakeHost, ports: FakePorts, length: int) -> None:
    box = ChatElement(host, ports)
    box.attribute("agent", "mara")
    box.submit("Hello")
    await settled()
    old = [{"role": "user", "text": f"message {number}"} for number in range(length)]
    says(ports, "chat.history", messages=old)
    says(ports, "chat.token", message_id="m", text="We *are")
    host.paint()
    before = spent(host)
    for text in ("We *are*", "We *are* open", "We *are* open\n\non Friday"):
        says(ports, "chat.token", message_id="m", text=text)
        host.paint()
    # The end of a paragraph is read out.
    assert since(before, host) == Cost(told=3, rows=3, grown=3, renders=1)
    assert "<em>are</em>" in host.rows[host.order[-1]]
    assert host.told == plain(box.state.messages)
    says(ports, "chat.done", message_id="m", text="We *are* open\n\non Friday")
    host.paint()
    assert since(before, host)[:3] == (4, 4, 3)  # in the end it is drawn whole, with its time
    box.unmount()


@LENGTHS
async def test_a_word_of_a_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts, length: int
) -> None:
    await in_call(widget)
    for number in range(length):
        says_in_call(ports, "bot.finished", message_id=f"old{number}", text=f"message {number}")
    says_in_call(ports, "bot.speaking", message_id="m", text="We are open")
    says_in_call(ports, "bot.word", message_id="m", word="We", word_index=0)
    host.paint()
    before = spent(host)
    for index, word in enumerate(["are", "open"], 1):
        says_in_call(ports, "bot.word", message_id="m", word=word, word_index=index)
        host.paint()
    # The caption shows the words, too.
    assert since(before, host) == Cost(told=2, rows=2, grown=2, renders=2)
    assert host.told == plain(widget.state.messages)
    widget.unmount()


class Talkative(FakeHost):
    """A page that says something as soon as it is told that the chat is connected."""

    box: ChatElement

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        super().emit(name, detail)
        if detail == {"status": "connected"}:
            self.box.invoke("sendText", "at once")


async def test_what_a_page_says_while_it_is_told_of_the_status_is_told_once(
    ports: FakePorts,
) -> None:
    host = Talkative()
    box = host.box = ChatElement(host, ports)
    box.attribute("agent", "mara")
    box.submit("Hello")
    await settled()
    assert host.told == plain(box.state.messages)
    texts = [[message["text"] for message in detail["messages"]] for detail in transcripts(host)]
    assert texts[-1] == ["Hello", "at once"]
    assert texts == sorted(texts, key=len)
    box.unmount()


class Deaf(FakeHost):
    """A page that doesn't look at what was said."""

    news: News

    def transcript(self, news: News) -> None:
        self.news = news
        self.emit("pinecall:transcript", {})


async def test_a_page_that_does_not_look_costs_nothing_and_is_told_all_when_it_does(
    ports: FakePorts,
) -> None:
    host = Deaf()
    box = ChatElement(host, ports)
    box.attribute("agent", "mara")
    box.submit("Hello")
    await settled()
    for text in ("We are", "We are open"):
        says(ports, "chat.token", message_id="m", text=text)
    assert len(transcripts(host)) >= 3
    assert host.tellings == []
    assert host.news() == (0, plain(box.state.messages))
    says(ports, "chat.token", message_id="m", text="We are open now")
    assert host.news() == (1, plain(box.state.messages[1:]))
    box.unmount()


def transcripts(host: FakeHost) -> list[Any]:
    return [detail for name, detail in host.events if name == "pinecall:transcript"]
