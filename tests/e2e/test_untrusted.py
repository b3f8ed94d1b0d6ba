"""No text becomes markup or code in the browser, whoever it comes from (6-faults, Privacy): bot,
tools, names, labels, languages, avatars, errors.

What must not come of a text is all that doesn't come of harmless ones: an attribute, an element, a
link to somewhere else, a request. That nothing has run, and that the page's policy had nothing to
forbid, the fixture `page` sees to.
"""

from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.person import until
from tests.e2e.site import SCRIPTED, put
from tests.e2e.visitor import bubbles, chat
from tests.payloads import PAYLOADS

MARKED = (
    "words",
    '[words](https://example.com "words"), https://example.com',
    "http://example.com",
    "<mailto:ada@example.com>",
    "`words`",
    "```html\nwords\n```",
    "| words |\n|---|\n| words |",
)
HARMLESS = (*MARKED, "\n\n".join(MARKED))
"""All that Markdown may make of a text; all at once in the last, which stays."""

CALLS = {
    "pinecall-orb": ("connect", "getState().status"),
    "pinecall-widget": ("connect", "getState().status"),
    "pinecall-modal": ("connect", "getState().status"),
    "pinecall-chat": ("call", "getState().call?.status"),
}
"""By which method each calls, and how its call stands."""

MOMENTARY = {"fieldset disabled", "span class", "span dir"}
"""What the moment decides, not the texts: whether the agent has ended the call on a busy machine,
and with it what can be pressed in it; and who speaks, whom the modal names."""


@pytest.fixture(autouse=True)
def small(page: Page) -> None:
    """So many texts take long to paint."""
    page.set_viewport_size({"width": 400, "height": 300})


def asked_by(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.mark.parametrize("tag", CALLS)
def test_no_text_of_a_call_is_markup_or_code(page: Page, tag: str) -> None:
    """The call is a real one with the real agent; what the texts are in comes on its channel."""
    method, status = CALLS[tag]
    put(page, tag)
    page.evaluate("method => void said.connect(method)", method)
    until(page, f"document.getElementById('it').{status} === 'connected'")
    usual = MOMENTARY | set(page.evaluate("texts => said.inCall(texts)", HARMLESS))
    asked = asked_by(page)
    assert set(page.evaluate("texts => said.inCall(texts)", PAYLOADS)) <= usual
    assert asked == []


@pytest.mark.parametrize(
    ("tag", "whole"), [("pinecall-chat", "textbox"), ("pinecall-hub", "link")], ids=["chat", "hub"]
)
def test_no_text_of_the_page_s_is_markup_or_code(
    page: Page, tag: str, whole: Literal["textbox", "link"]
) -> None:
    put(page, tag, open="", **{"call-me": "/api/call-me"})
    # The hub's links are there once the agent has told its channels.
    expect(page.get_by_role("dialog").get_by_role(whole).first).to_be_visible()
    usual = set(page.evaluate("texts => said.byPage(texts)", HARMLESS))
    assert set(page.evaluate("texts => said.byPage(texts)", PAYLOADS)) <= usual


def test_no_text_of_a_chat_is_markup_or_code(page: Page) -> None:
    usual = _after(page, HARMLESS)
    page.evaluate("document.getElementById('it').remove()")
    page.evaluate("orb.told.length = 0")
    asked = asked_by(page)
    assert _after(page, PAYLOADS) <= usual
    links = page.locator("#it a")
    links.evaluate_all("links => links.forEach(link => link.dispatchEvent(new Event('mouseover')))")
    assert {urlsplit(url).path for url in asked} <= {"/chat/token"}


def _after(page: Page, texts: tuple[str, ...]) -> set[str]:
    """What is made of texts in a chat: of its history, in replies, as tools, and as errors."""
    SCRIPTED.history = [{"role": "bot", "text": text} for text in texts]
    box = chat(page)
    expect(bubbles(box, "bot")).to_have_count(len(texts))
    names = [{"id": str(n), "name": text, "arguments": {}} for n, text in enumerate(texts)]
    SCRIPTED.says("chat.tool_call", tool_calls=names)
    for number, text in enumerate(texts):
        reply = {"message_id": f"m{number}", "text": text}
        SCRIPTED.says("chat.token", **reply)
        SCRIPTED.says("chat.tool_result", tool_call_id=str(number), name=text, result=text)
        SCRIPTED.says("chat.done", **reply)
        SCRIPTED.says("chat.error", error=text)
    expect(bubbles(box, "bot")).to_have_count(2 * len(texts))
    expect(bubbles(box, "system")).to_have_count(len(texts))
    return set(page.evaluate("said.made()"))
