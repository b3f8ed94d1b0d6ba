"""What a person reads when something can't be: one sentence, and what to do."""

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect

from local_agent.tokens import Channel, Tokens
from tests.conftest import Launch
from tests.e2e.agent_process import SECRET, AgentProcess
from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, allow_microphone, call, sign_in
from tests.e2e.visitor import ORB, SCRIPT, button, caption, last_told, press, show

MakeToken = Callable[[Channel, AgentProcess], str]
AN_HOUR_AGO = time.time() - 3600


def used(channel: Channel, agent: AgentProcess) -> str:
    """A token that has opened its one connection."""
    token = Tokens(SECRET).mint("chat", "mara")
    address = agent.url.replace("http", "ws") + "chat/ws?" + urlencode({"token": token})
    with connect(address, open_timeout=60) as socket:
        assert json.loads(socket.recv())["event"] == "chat.connected"
    return token


def expired(channel: Channel, agent: AgentProcess) -> str:
    return Tokens(SECRET, now=lambda: AN_HOUR_AGO).mint(channel, "mara")


def foreign(channel: Channel, agent: AgentProcess) -> str:
    return Tokens("the secret of another server").mint(channel, "mara")


def for_the_other_channel(channel: Channel, agent: AgentProcess) -> str:
    return Tokens(SECRET).mint("webrtc" if channel == "chat" else "chat", "mara")


REFUSED = [
    (expired, "The token has expired"),
    (foreign, "not one of this server's"),
    (for_the_other_channel, "The token is for"),
]


def give(page: Page, token: str) -> None:
    """The site's backend hands out this token."""
    answer = {"token": token, "expiresIn": 60}
    page.route("**/api/token", lambda route: route.fulfill(json=answer))


@pytest.mark.parametrize(("make", "sentence"), [*REFUSED, (used, "used already")])
def test_a_chat_with_a_bad_token(
    chat_page: Page, agent: AgentProcess, make: MakeToken, sentence: str
) -> None:
    token = make("chat", agent)
    give(chat_page, token)
    sign_in(chat_page)
    _refused(chat_page, sentence, token)


@pytest.mark.parametrize(("make", "sentence"), REFUSED)
def test_a_call_with_a_bad_token(
    voice_page: Page, agent: AgentProcess, make: MakeToken, sentence: str
) -> None:
    token = make("webrtc", agent)
    give(voice_page, token)
    sign_in(voice_page)
    call(voice_page)
    _refused(voice_page, sentence, token)


def test_a_call_with_a_token_of_a_call_before(voice_page: Page) -> None:
    token = Tokens(SECRET).mint("webrtc", "mara")
    give(voice_page, token)
    sign_in(voice_page)
    call(voice_page)
    expect(voice_page.locator("body")).to_have_attribute("data-status", "connected")
    voice_page.get_by_role("button", name="Hang up").click()
    call(voice_page)
    _refused(voice_page, "used already", token)


def _refused(page: Page, sentence: str, token: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator("body")).to_have_attribute("data-status", "error")
    assert token not in page.content()
    assert page.evaluate("witness.open()") == NOTHING


def test_a_refused_microphone_and_a_second_try(launch: Launch, new_page: NewPage) -> None:
    page = new_page(launch(allows=False))
    page.goto("voice.html")
    sign_in(page)
    call(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Allow it in the address bar")
    expect(alert).to_have_attribute("data-code", "microphone_refused")
    assert page.evaluate("witness.open()") == NOTHING

    allow_microphone(page)
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator("body")).to_have_attribute("data-status", "connected")
    expect(alert).to_have_count(0)


def test_a_refused_microphone_in_german(launch: Launch, new_page: NewPage) -> None:
    page = new_page(launch(allows=False))
    show(page, SCRIPT + ORB.replace("<pinecall-orb", '<pinecall-orb language="de"'))
    press(page, "Mit Mara sprechen")
    expect(button(page, "Noch einmal mit Mara sprechen")).to_be_visible()
    expect(caption(page)).to_have_text(
        "Das Mikrofon ist gesperrt. Bitte in der Adresszeile erlauben und noch einmal versuchen."
    )
    told = last_told(page, "error")
    assert told["code"] == "microphone_refused"
    assert told["message"].startswith("The microphone is blocked.")


def test_an_answer_that_is_no_sdp(voice_page: Page) -> None:
    voice_page.route(
        "**/webrtc/offer", lambda route: route.fulfill(json={"sdp": "garbage", "type": "answer"})
    )
    sign_in(voice_page)
    call(voice_page)
    expect(voice_page.get_by_role("alert")).to_contain_text("no usable answer")
    assert voice_page.evaluate("witness.open()") == NOTHING


def test_an_offer_that_is_no_sdp(voice_page: Page) -> None:
    voice_page.evaluate("witness.garbleOffer()")
    sign_in(voice_page)
    call(voice_page)
    expect(voice_page.get_by_role("alert")).to_contain_text("refused the call (HTTP 400)")
    assert voice_page.evaluate("witness.open()") == NOTHING


def test_a_server_that_is_gone(voice_page: Page) -> None:
    sign_in(voice_page)
    expect(voice_page.get_by_role("button", name="Call Mara")).to_be_enabled()
    voice_page.route("**/webrtc/offer", lambda route: route.abort("connectionrefused"))
    call(voice_page)
    expect(voice_page.get_by_role("alert")).to_contain_text("could not be reached")
    assert voice_page.evaluate("witness.open()") == NOTHING


def test_a_login_that_has_ended(chat_page: Page) -> None:
    chat_page.route("**/api/token", lambda route: route.fulfill(status=401, body="{}"))
    sign_in(chat_page)
    expect(chat_page.get_by_role("alert")).to_contain_text("Your login has ended. Sign in again.")
    expect(chat_page.get_by_label("Your name")).to_be_visible()
