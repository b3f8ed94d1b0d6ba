"""What a site says to its `<pinecall-orb>`, and what it is told (3-elements)."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, until
from tests.e2e.site import MARA, put
from tests.e2e.visitor import (
    ORB,
    SCRIPT,
    button,
    caption,
    greeted,
    in_call,
    last_told,
    press,
    say,
    show,
    statuses,
    told,
)

MALLORY = (
    "const orb = document.querySelector('pinecall-orb'); orb.metadata = {userName: 'Mallory'};"
)

LOGIN = """
const post = async (path, body) => {
  const headers = {"Content-Type": "application/json"};
  const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
  return answer.json();
};
window.minted = 0;
orb.tokenProvider = async () => {
  await post("/api/login", {name: "Ada"});
  window.minted += 1;
  return post("/api/token", {agent: "mara", channel: "webrtc"});
};
"""


def test_metadata_of_the_page_reach_the_agent(new_page: NewPage) -> None:
    """Set before the script has defined the element, and while a call runs, for the next."""
    page = new_page()
    show(page, f"{ORB}<script>{MALLORY}</script>{SCRIPT}")
    _who_am_i(page, "You are Mallory.")
    page.evaluate("document.querySelector('pinecall-orb').metadata = {userName: 'Grace'}")
    press(page, "Hang up on Mara")
    _who_am_i(page, "You are Grace.")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [1280, 390])
def test_its_ball_stands_still_whatever_its_caption_says(
    new_page: NewPage, direction: str, width: int
) -> None:
    """On a page that doesn't centre it."""
    page = new_page()
    page.set_viewport_size({"width": width, "height": 844})
    show(page, SCRIPT + f'<div dir="{direction}">{ORB}</div>')
    places = [_ball(page, label) for label in ("Hi", "Talk to Mara", "Talk to Mara, now. " * 9)]
    assert places[0] == places[1] == places[2]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _ball(page: Page, label: str) -> float:
    page.evaluate(
        "(label) => document.querySelector('pinecall-orb').setAttribute('label', label)", label
    )
    box = page.locator("pinecall-orb .press").bounding_box()
    assert box is not None
    return box["x"]


def test_metadata_sealed_by_the_login_win(page: Page) -> None:
    put(page, "pinecall-orb")
    page.evaluate(f"() => {{ {MALLORY}{LOGIN} }}")
    _who_am_i(page, "You are Ada of acme.")
    assert page.evaluate("window.minted") == 1


def _who_am_i(page: Page, answer: str) -> None:
    press(page)
    in_call(page)
    say(page, "who am I")
    expect(caption(page)).to_have_text(answer)


def test_an_agent_that_is_not_there(page: Page) -> None:
    orb = put(page, "pinecall-orb", agent="nobody")
    press(page)
    error = page.locator("pinecall-orb .caption p.error")
    expect(error).to_contain_text("nobody")
    assert page.evaluate("witness.open()") == NOTHING
    orb.evaluate("orb => orb.setAttribute('agent', 'mara')")
    press(page, "Try again to talk to Mara")
    in_call(page)


def test_a_provider_that_rejects_with_mere_words(page: Page) -> None:
    refusing = "() => Promise.reject('Please log in to Salon Mara first.')"
    put(page, "pinecall-orb").evaluate(f"orb => void (orb.tokenProvider = {refusing})")
    press(page)
    expect(caption(page)).to_have_text("Please log in to Salon Mara first.")
    expect(button(page, "Try again to talk to Mara")).to_be_visible()
    assert page.evaluate("witness.open()") == NOTHING


def test_a_provider_that_rejects_without_a_word(page: Page) -> None:
    put(page, "pinecall-orb").evaluate("orb => void (orb.tokenProvider = () => Promise.reject())")
    press(page)
    expect(caption(page)).to_have_text(
        "No token could be had. Log in again, or try once more in a moment."
    )


def test_a_provider_names_the_page_s_own_server_as_the_attribute_does(page: Page) -> None:
    orb = put(page, "pinecall-orb")
    page.evaluate(f"() => {{ const orb = document.getElementById('it'); {LOGIN} }}")
    orb.evaluate(
        """orb => {
          const provider = orb.tokenProvider;
          orb.tokenProvider = async () => ({ ...(await provider()), server: "/" });
        }"""
    )
    press(page)
    in_call(page)


def test_the_page_is_told_of_a_call(page: Page) -> None:
    put(page, "pinecall-orb")
    press(page)
    in_call(page)
    greeted(page)
    press(page, "Hang up on Mara")
    until(page, "orb.told.at(-1)[1].status === 'idle'")

    assert statuses(page) == ["connecting", "connected", "idle"]
    assert told(page, "ready") == [{}]
    assert told(page, "error") == []
    last = told(page, "transcript")[-1]["messages"]
    assert [(said["role"], said["text"]) for said in last] == [("bot", "Hello, this is Mara.")]
    growing = [len(_words(detail)) for detail in told(page, "transcript") if detail["messages"]]
    assert growing == sorted(growing)
    assert len(set(growing)) >= 2


def _words(detail: dict[str, Any]) -> list[str]:
    words: list[str] = detail["messages"][0]["text"].split()
    return words


INSIDE_ANOTHER = """its => {
  const component = document.createElement("div");
  component.id = "it";
  document.body.prepend(component);
  component.attachShadow({ mode: "open" }).append(elements.made("pinecall-orb", its));
}"""


def test_the_page_is_told_of_an_error(page: Page) -> None:
    """Inside another component: events get out of its shadow root, too."""
    page.route("**/webrtc/offer", lambda route: route.abort("connectionrefused"))
    page.evaluate(INSIDE_ANOTHER, MARA)
    press(page)
    expect(button(page, "Try again to talk to Mara")).to_be_visible()
    error = last_told(page, "error")
    assert statuses(page) == ["connecting", "error"]
    assert told(page, "error") == [error]
    assert error["code"] == "offer_refused"
    assert "could not be reached" in error["message"]
    expect(caption(page)).to_have_text(error["message"])
