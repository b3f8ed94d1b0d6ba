"""What a site gets wrong in its `<pinecall-orb>`: said in a sentence, and nothing stays open."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, until
from tests.e2e.site import put
from tests.e2e.visitor import ORB, SCRIPT, caption, in_call, last_told, press, show

UNSENDABLE = ["{when: new Date()}", "{price: NaN}", "{call: () => 1}"]

OUTCOME = """async action => {
  const orb = document.querySelector('pinecall-orb');
  try {
    return {value: await new Function('orb', `return ${action}`)(orb) ?? null};
  } catch (error) {
    return {error: error instanceof Error, message: error.message, code: error.code};
  }
}"""


def outcome(page: Page, action: str) -> dict[str, Any]:
    """What the page's own code gets of `action`, an expression about `orb`."""
    result: dict[str, Any] = page.evaluate(OUTCOME, action)
    return result


def test_metadata_that_can_t_be_sent(new_page: NewPage) -> None:
    page = new_page()
    show(page, f"{ORB}{SCRIPT}<script>{_metadata(UNSENDABLE[0])}</script>")
    press(page)
    _cannot_be_sent(page, 1)
    for tries, metadata in enumerate(UNSENDABLE[1:], 2):
        page.evaluate(_metadata(metadata))
        press(page, "Try again to talk to Mara")
        _cannot_be_sent(page, tries)

    page.evaluate(_metadata("{when: 'today'}"))
    press(page, "Try again to talk to Mara")
    in_call(page)


def _metadata(value: str) -> str:
    return f"document.querySelector('pinecall-orb').metadata = {value}"


def _cannot_be_sent(page: Page, tries: int) -> None:
    until(page, f"orb.told.filter(([name]) => name === 'error').length === {tries}")
    expect(caption(page)).to_contain_text("metadata can't be sent")
    assert last_told(page, "error")["code"] == "invalid_option"
    assert page.evaluate("witness.open()") == NOTHING
    assert page.evaluate("witness.opened().tracks") == 1


def test_an_orb_without_an_agent_leaves_no_microphone_on(new_page: NewPage) -> None:
    page = new_page()
    show(page, SCRIPT + ORB.replace('agent="mara"', ""))
    press(page)
    expect(caption(page)).to_contain_text("'agent' can't be used")
    assert page.evaluate("witness.opened().tracks") == 1
    assert page.evaluate("witness.open()") == NOTHING


def test_connecting_in_vain_rejects_with_the_sentence(page: Page) -> None:
    page.route("**/webrtc/offer", lambda route: route.abort("connectionrefused"))
    put(page, "pinecall-orb")
    _rejects(page, "orb.connect()", "could not be reached", "offer_refused")
    _rejects(page, "orb.connect()", "could not be reached", "offer_refused")


def test_what_a_method_can_t_take_is_an_error_with_a_sentence(new_page: NewPage) -> None:
    page = new_page()
    show(page, SCRIPT + ORB)
    for once_python_is_up in (False, True):
        assert page.evaluate("orb.told.some(([name]) => name === 'ready')") is once_python_is_up
        _rejects(page, "orb.sendText(' ')", "write something first", "invalid_argument")
        until(page, "orb.told.some(([name]) => name === 'ready')")
    _rejects(page, "orb.setContext('price', NaN)", "JSON", "invalid_argument")
    _rejects(page, "orb.theme = {ringColour: '1, 2, 3'}", "ringColour", "invalid_argument")
    assert outcome(page, "orb.setContext('price', 48)") == {"value": None}


def test_connecting_resolves_once_connected(page: Page) -> None:
    put(page, "pinecall-orb")
    assert outcome(page, "orb.connect().then(() => orb.getState().status)") == {
        "value": "connected"
    }


def _rejects(page: Page, action: str, words: str, code: str) -> None:
    result = outcome(page, action)
    assert result["error"] is True
    assert result["code"] == code
    assert words in result["message"]
    assert "\n" not in result["message"]
