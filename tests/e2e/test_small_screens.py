"""Whatever is shown, a finger reaches each button, on a small screen as well."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import put
from tests.e2e.visitor import button

PHONES = [(320, 568), (360, 640), (390, 844), (844, 390)]
SHORT = [(390, 600), (844, 390), (1280, 480)]

# By their classes: not what a finger meets at its middle and near its ends, or out of the screen.
UNREACHED = """it => [...it.shadowRoot.querySelectorAll("button:not(.beside)")].filter((button) => {
  const { left, top, right, bottom, width, height } = button.getBoundingClientRect();
  if (!width) return false;
  const met = (part) => it.shadowRoot.elementFromPoint(left + width * part, top + height / 2);
  return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight ||
    [0.1, 0.5, 0.9].some((part) => met(part)?.closest("button") !== button);
}).map(({ className, textContent }) => className || textContent)"""

FILLED = """it => {
  const [panel, box] = [".panel", ".box"].map((name) =>
    JSON.stringify(it.shadowRoot.querySelector(name).getBoundingClientRect()));
  return panel === box && JSON.parse(box).height > 100;
}"""

SPOKEN = """(it, count) => {
  const codes = ["en", "es", "de", "pt", "fr"].slice(0, count);
  it.languages = Object.fromEntries(codes.map((code) => [code, { label: code, flag: "🏳" }]));
}"""


def _stand(page: Page, it: Locator, so: str, *values: object) -> None:
    """Wait until they do: what is written in is told of a screen's new size a moment later."""
    found = [it.element_handle(), *values]
    page.wait_for_function(f"([it, ...values]) => ({so})(it, ...values)", arg=found)


def _reached(page: Page, it: Locator, *but: str) -> None:
    """All buttons but those."""
    so = f"(it, ...but) => String(({UNREACHED})(it)) === String(but)"
    _stand(page, it, so, *but)


def _offer(it: Locator, count: int) -> None:
    """So many languages to choose among."""
    it.evaluate(SPOKEN, count)
    expect(it.locator(".pills button")).to_have_count(count)


@pytest.mark.parametrize("how", [{}, {"push-to-talk": ""}], ids=["always heard", "held"])
def test_no_control_of_the_widget_lies_on_another(page: Page, how: dict[str, str]) -> None:
    widget = put(page, "pinecall-widget", **how)
    button(page, "Talk to Mara").click()
    expect(button(page, "Transcript")).to_be_visible()
    page.mouse.move(0, 0)
    for count in range(2, 6):
        _offer(widget, count)
        for width, height in PHONES:
            page.set_viewport_size({"width": width, "height": height})
            _reached(page, widget)
    heights = "pills => pills.map((pill) => pill.scrollHeight)"
    assert set(widget.locator(".pills button").evaluate_all(heights)) == {36}


def test_the_panel_has_what_is_left_above_the_button_to_hold(page: Page) -> None:
    widget = put(page, "pinecall-widget", **{"push-to-talk": ""})
    button(page, "Talk to Mara").click()
    button(page, "Transcript").click()
    _offer(widget, 5)
    for width, height in SHORT:
        page.set_viewport_size({"width": width, "height": height})
        _reached(page, widget)
        _stand(page, widget, FILLED)
    page.set_viewport_size({"width": 1280, "height": 900})
    _stand(page, widget.locator(".box"), "box => box.offsetHeight === 520")


def test_a_suggestion_without_spaces_stays_in_the_chat(page: Page) -> None:
    box = put(page, "pinecall-chat")
    box.evaluate("it => { it.quickOptions = ['x'.repeat(80), 'Hello']; it.open(); }")
    first = box.locator(".options button").first
    expect(first).to_be_visible()
    inner, outer = first.bounding_box(), box.locator(".options").bounding_box()
    assert inner
    assert outer
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert first.evaluate("button => button.scrollWidth <= button.clientWidth")


def test_the_modal_shows_a_long_name_s_microphone_and_a_short_name_beside_its_languages(
    page: Page,
) -> None:
    modal = put(page, "pinecall-modal", name="Mara Esperanza von und zu Hohenlohe-Langenburg")
    page.set_viewport_size({"width": 390, "height": 844})
    modal.evaluate("it => it.open()")
    icon = modal.locator(".talk-button .pick-up").bounding_box()
    assert icon
    assert (icon["width"], icon["height"]) == (23, 23)
    modal.evaluate("it => { it.setAttribute('name', 'Mara'); return it.connect(); }")
    expect(modal.get_by_role("timer")).to_be_visible()
    name = modal.locator("h2")
    expect(name).to_have_text("Mara")
    for count in range(2, 6):
        _offer(modal, count)
        for width, height in PHONES:
            page.set_viewport_size({"width": width, "height": height})
            _stand(page, name, "name => name.scrollWidth <= name.clientWidth")
            _reached(page, modal, "press")  # behind the dialog
