"""The list of conversations, and a chat that a reload doesn't end (3-elements)."""

import json

import pytest

from tests.payloads import PAYLOADS
from tests.sessions.loop import settled
from tests.unit.elements.boxes import says, shown, written
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.markup import Markup
from web_client.elements.chat.element import ChatElement
from web_client.elements.chat.threads import KEPT, PREFIX, TITLE, Threads
from web_client.testing import FakePorts

MARA = f'{PREFIX}:["mara", ""]'
BROKEN = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    '{"threads": 7}',
    '{"threads": [{"id": "x", "title": "t", "at": 1}]}',
    f'{{"threads": [{{"id": "{"a" * 32}", "title": "t", "at": 1e300}}]}}',
    f'{{"threads": [{{"id": "{"a" * 32}", "title": "", "at": 1}}]}}',
    f'{{"threads": [{{"id": "{"a" * 32}", "title": "{"t" * 999}", "at": 1}}]}}',
    '{"current": "../../etc"}',
]


def another(host: FakeHost, ports: FakePorts, user: str = "", agent: str = "mara") -> ChatElement:
    """The element of the next page in the same browser."""
    page = FakeHost()
    page.kept, page.keeps = host.kept, host.keeps
    box = ChatElement(page, ports)
    box.attribute("agent", agent)
    if user:
        box.attribute("user", user)
    return box


def opened(ports: FakePorts) -> str:
    """The thread that the last chat went on with."""
    _, _, thread = ports.network.sockets[-1].url.partition("thread=")
    return thread


def titles(box: ChatElement) -> list[str]:
    return [thread.title for thread in box._threads.past]


def listed(box: ChatElement, host: FakeHost) -> str:
    """What the list shows."""
    box.act("past", "")
    host.paint()
    return " ".join(Markup(host.regions["past"]).words.split())


async def test_a_reload_goes_on_with_the_conversation(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "Are you open?")
    thread = opened(ports)
    assert len(thread) == 32
    box.unmount()
    box = another(host, ports)
    box.act("open", "")
    await settled()
    assert opened(ports) == thread
    box.unmount()


async def test_nothing_is_kept_before_something_is_said(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.act("open", "")
    await settled()
    assert host.kept == {}
    host.paint()
    assert 'data-act="past"' not in host.regions["tools"]
    box.unmount()


async def test_the_first_words_are_the_title_and_the_latest_stands_first(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "  Are you\n open? ")
    says(ports, "chat.done", message_id="m", text="We are.")
    await written(box, "Until when?")
    ports.clock.advance(60)
    box.act("fresh", "")
    await written(box, "word " * 40)
    assert titles(box)[1] == "Are you open?"
    assert len(titles(box)[0]) == TITLE
    assert "Are you open? at 1" in listed(box, host)
    assert 'aria-current="true"' in host.regions["past"]
    assert host.focused == "past"
    box.unmount()


async def test_an_earlier_conversation_is_gone_on_with(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    first = opened(ports)
    box.act("fresh", "")
    assert shown(host) == []
    await written(box, "two")
    assert opened(ports) != first
    box.act("past", "")
    box.act("thread", first)
    await settled()
    assert opened(ports) == first
    assert "past-open" not in host.classes
    assert host.focused == "field"
    says(ports, "chat.history", messages=[{"role": "user", "text": "one"}])
    assert len(shown(host)) == 1
    box.unmount()
    assert ports.open == []


async def test_a_new_conversation_stays_new_after_a_reload(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    first = opened(ports)
    box.act("fresh", "")
    box.unmount()
    box = another(host, ports)
    await written(box, "two")
    assert opened(ports) != first
    assert titles(box) == ["two", "one"]
    box.unmount()


async def test_one_is_taken_off_the_list(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    first = opened(ports)
    box.act("fresh", "")
    await written(box, "two")
    box.act("past", "")
    box.act("forget", first)
    assert titles(box) == ["two"]
    assert "past-open" in host.classes
    assert len(shown(host)) == 1
    box.act("forget", opened(ports))
    assert titles(box) == []
    assert (shown(host), "past-open" in host.classes) == ([], False)
    assert host.focused == "field"
    await written(box, "three")
    assert titles(box) == ["three"]
    box.unmount()


async def test_escape_closes_the_list_and_not_the_box(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.invoke("open")
    await written(box)
    box.act("past", "")
    assert "past-open" in host.classes
    box.act("escape", "")
    assert ("past-open" in host.classes, "open" in host.classes) == (False, True)
    assert host.regions["past"].strip() == ""
    box.unmount()


async def test_each_user_has_a_list_of_their_own(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    """Also when one signs out and the next one in, on the same page."""
    box.attribute("user", "ada")
    await written(box, "Ada's secret")
    first = opened(ports)
    box.attribute("user", "grace")
    assert shown(host) == []
    assert titles(box) == []
    assert "secret" not in listed(box, host)
    await written(box, "Grace here")
    assert opened(ports) != first
    box.attribute("user", None)
    assert titles(box) == []
    box.attribute("user", "ada")
    assert titles(box) == ["Ada's secret"]
    box.unmount()


@pytest.mark.parametrize(("agent", "user"), [("luna", ""), ("mara", "ada"), ('mara", "ada', "")])
async def test_an_index_is_of_one_agent_and_one_user(
    box: ChatElement, host: FakeHost, ports: FakePorts, agent: str, user: str
) -> None:
    await written(box, "one")
    other = another(host, ports, user, agent)
    assert titles(other) == []
    await written(other, "two")
    assert len(host.kept) == 2
    other.unmount()
    box.unmount()


async def test_without_history_nothing_is_kept_or_asked_for(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    kept = dict(host.kept)
    box.attribute("no-history", "")
    host.paint()
    assert 'data-act="past"' not in host.regions["tools"]
    box.act("fresh", "")
    await written(box, "two")
    assert "thread" not in ports.network.sockets[-1].url
    assert host.kept == kept
    box.unmount()


async def test_a_browser_that_keeps_nothing_has_the_threads_of_this_page(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    host.keeps = False
    await written(box, "one")
    first = opened(ports)
    box.act("fresh", "")
    await written(box, "two")
    assert titles(box) == ["two", "one"]
    box.act("thread", first)
    await settled()
    assert opened(ports) == first
    box.unmount()


async def test_a_browser_that_is_full_loses_nothing_of_this_page(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    host.keeps = False
    box.act("fresh", "")
    await written(box, "two")
    assert titles(box) == ["two", "one"]
    box.unmount()


@pytest.mark.parametrize("text", BROKEN)
async def test_what_is_no_index_is_none(host: FakeHost, ports: FakePorts, text: str) -> None:
    host.kept[MARA] = text
    box = another(host, ports)
    assert titles(box) == []
    await written(box, "one")
    assert titles(box) == ["one"]
    assert titles(another(host, ports)) == ["one"]
    box.unmount()


async def test_a_thread_that_another_tab_removed_is_not_opened(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "one")
    box.act("past", "")
    host.kept.clear()
    sockets = len(ports.network.sockets)
    box.act("thread", opened(ports))
    await settled()
    assert len(ports.network.sockets) == sockets
    assert titles(box) == []
    box.unmount()


async def test_two_tabs_keep_both_their_conversations(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    other = another(host, ports)
    other.act("open", "")
    await written(box, "one")
    await written(other, "two")
    assert titles(other) == ["two", "one"]
    box.unmount()
    other.unmount()


def test_the_one_used_longest_ago_goes_first(host: FakeHost, ports: FakePorts) -> None:
    threads = Threads(host, ports.clock.now)
    threads.belong("mara", "", kept=True)
    for number in range(KEPT + 5):
        threads.begin()
        threads.said(f"number {number}")
    assert len(threads.past) == KEPT
    assert threads.past[-1].title == "number 5"
    assert len(json.loads(host.kept[MARA])["threads"]) == KEPT


@pytest.mark.parametrize("text", PAYLOADS)
async def test_a_title_is_text(host: FakeHost, ports: FakePorts, text: str) -> None:
    host.kept[MARA] = json.dumps(
        {"threads": [{"id": "a" * 32, "title": text[:TITLE] or "x", "at": 1.0}], "current": None}
    )
    box = another(host, ports)
    page = box._host
    assert isinstance(page, FakeHost)
    box.act("past", "")
    page.paint()
    assert Markup(page.regions["past"]).wrong == []
    assert 'value="aaaa' in page.regions["past"]
    box.unmount()
