"""Pictures of the elements for README.md and the index page: real ones, in a real conversation.

`python -m tests.e2e.pictures` takes them anew, from dist/ and with the local agent, into
pages/pictures/. Each is asked for in the light and in the dark, as its reader's system is.
"""

import runpy
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.conftest import ROOT
from tests.e2e.agent_process import AgentProcess
from tests.e2e.person import AUDIO, until
from tests.e2e.site import MARA
from web_client.elements.themes import PRESETS

PICTURES: Final = ROOT / "pages" / "pictures"
LARGEST: Final = 60_000
"""Bytes of one picture."""
ALL: Final = 500_000
"""Bytes of all of them."""

SIZE: Final = {"width": 560, "height": 540}
STRIP: Final = {"width": 1120, "height": 200}
SHARPNESS: Final = 1.5

Picture = tuple[str, bytes]

GROUNDS: Final = {
    "light": "linear-gradient(155deg, #f6efe6, #e9e4f2)",
    "dark": "linear-gradient(155deg, #2a2533, #15131b)",
}

STAGE: Final = """([tag, attributes, background, [width, height]]) => {
  document.head.innerHTML = "";
  document.body.innerHTML = `<div id="stage"></div>`;
  const whole = { margin: 0, height: "100vh", display: "grid", placeItems: "center", background };
  Object.assign(document.body.style, whole);
  const stage = document.getElementById("stage");
  stage.style = `position: relative; width: ${width}px; height: ${height}px`;
  stage.style.setProperty("--pc-position", "absolute");
  document.head.append(Object.assign(document.createElement("script"), { src: "pinecall.js" }));
  const element = document.createElement(tag);
  element.id = "it";
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  stage.append(element);
  return customElements.whenDefined(tag).then(() => {});
}"""


@dataclass(frozen=True)
class Scene:
    """One picture: the element, how much room it gets, what is done with it until then, and which
    preset it has in the dark."""

    tag: str
    room: tuple[int, int]
    acts: Callable[[Page, Locator], None]
    attributes: Mapping[str, str]
    dark: str


GREETING: Final = "Hello, this is Mara. What can I do for you?"


def hub(page: Page, it: Locator) -> None:
    it.get_by_role("button", name="Get in touch").click()
    expect(it.locator(".way")).to_have_count(5)


def chat(page: Page, it: Locator) -> None:
    it.get_by_role("button", name="Chat with Mara").click()
    expect(it.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Do you have anything free on Friday?")
    page.keyboard.press("Enter")
    expect(it.locator(".message.bot .text").last).to_contain_text("Which would you like?")


WIDGET: Final = """
const it = document.getElementById("it");
it.languages = {en: {label: "English", language: "en"}, es: {label: "Español", language: "es"}};
it.tools = {
  get_available_slots: `{% for slot in result.slots %}
    <button {{ respond("at " ~ slot ~ " please") }}>{{ slot | title }}</button>{% endfor %}`,
};
"""


def widget(page: Page, it: Locator) -> None:
    page.evaluate(WIDGET)
    it.get_by_role("button", name="Talk to Mara").click()
    expect(it.locator(".caption")).to_have_text("Hello, this is Mara.")
    until(page, "!document.getElementById('it').getState().agentSpeaking")
    page.evaluate("document.getElementById('it').sendText('What is free on Friday?')")
    expect(it.locator(".message.bot .text").last).to_contain_text("two and four")


def modal(page: Page, it: Locator) -> None:
    page.evaluate("document.getElementById('it').open()")
    expect(it.locator(".words")).to_contain_text("Hello, this is Mara.")
    page.evaluate("document.getElementById('it').sendText('Tell me a story')")
    expect(it.locator(".words")).to_contain_text("in a small room")


SCENES: Final = {
    "widget": Scene("pinecall-widget", (424, 532), widget, {}, "midnight"),
    "modal": Scene(
        "pinecall-modal",
        (560, 540),
        modal,
        {"visual": "wave", "auto-call": "", "no-fab": ""},
        "dark",
    ),
    "chat": Scene("pinecall-chat", (424, 510), chat, {"greeting": GREETING}, "dark"),
    "hub": Scene("pinecall-hub", (404, 520), hub, {"call-me": "/api/call-me"}, "aurora"),
}


def taken(page: Page, scene: Scene, scheme: str) -> bytes:
    """The picture of one scene."""
    preset = scene.dark if scheme == "dark" else "light"
    its = MARA | {"preset": preset, "boot": "eager"} | dict(scene.attributes)
    page.goto("manifest.json")  # a page of the agent's own, that there be sockets
    page.evaluate(STAGE, [scene.tag, its, GROUNDS[scheme], scene.room])
    it = page.locator("#it")
    scene.acts(page, it)
    return shot(page)


def phone(page: Page, scheme: str) -> bytes:
    """The hub on a page that isn't ours, in somebody's hand."""
    page.goto("embed-hub.html")
    it = page.locator("pinecall-hub")
    if scheme == "dark":
        it.evaluate("it => it.setAttribute('preset', 'sunset')")
    hub(page, it)
    return shot(page)


PRESETS_PAGE: Final = """([presets, background]) => {
  document.head.innerHTML = "";
  document.body.innerHTML = "";
  const row = { margin: 0, height: "100vh", display: "flex", justifyContent: "space-evenly" };
  Object.assign(document.body.style, { ...row, alignItems: "center", background });
  document.head.append(Object.assign(document.createElement("script"), { src: "pinecall.js" }));
  for (const preset of presets) {
    const orb = document.createElement("pinecall-orb");
    orb.setAttribute("preset", preset);
    orb.setAttribute("label", preset);
    document.body.append(orb);
  }
  return customElements.whenDefined("pinecall-orb").then(() => {});
}"""


def presets(page: Page, scheme: str) -> bytes:
    """The orb in all of them."""
    page.goto("manifest.json")
    page.evaluate(PRESETS_PAGE, [list(PRESETS), GROUNDS[scheme]])
    return shot(page)


STILL: Final = """document.getAnimations().every(({ effect, playState }) =>
  playState !== "running" || effect.getComputedTiming().iterations === Infinity)"""


def shot(page: Page) -> bytes:
    """What the page shows once all stands still, as WebP, which Playwright itself can't make."""
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement.blur()")
    until(page, STILL)
    wire = page.context.new_cdp_session(page)
    answer: dict[str, Any] = wire.send("Page.captureScreenshot", {"format": "webp", "quality": 86})
    return b64decode(answer["data"])


@contextmanager
def visited(browser: Browser, home: str, scheme: str, **options: Any) -> Iterator[Page]:
    sharp = {"device_scale_factor": SHARPNESS, "color_scheme": scheme}
    context = browser.new_context(base_url=home, **{**options, **sharp})
    yield context.new_page()
    context.close()


def all_pictures(browser: Browser, home: str, screen: dict[str, Any]) -> Iterator[Picture]:
    """The name and the content of each; `screen` is a phone's."""
    for scheme in GROUNDS:
        for name, scene in SCENES.items():
            with visited(browser, home, scheme, viewport=SIZE) as page:
                yield f"{name}-{scheme}.webp", taken(page, scene, scheme)
        with visited(browser, home, scheme, **screen) as page:
            yield f"phone-{scheme}.webp", phone(page, scheme)
        with visited(browser, home, scheme, viewport=STRIP) as page:
            yield f"presets-{scheme}.webp", presets(page, scheme)


def main() -> None:
    config = runpy.run_path(str(ROOT / "playwright.config.py"))
    expect.set_options(timeout=config["EXPECT_TIMEOUT"])
    PICTURES.mkdir(exist_ok=True)
    total = 0
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        agent = AgentProcess(Path(folder) / "agent.log")
        browser = config["launch"](playwright, microphone=AUDIO / "silence.wav")
        for name, picture in all_pictures(browser, agent.url, config["PHONE"]):
            (PICTURES / name).write_bytes(picture)
            total += len(picture)
            print(f"{len(picture):7,}  {name}")
            if len(picture) > LARGEST:
                sys.exit(f"{name} is too large: {LARGEST:,} bytes at most")
        browser.close()
        agent.stop()
    if total > ALL:
        sys.exit(f"all together are too large: {ALL:,} bytes at most")


if __name__ == "__main__":
    main()
