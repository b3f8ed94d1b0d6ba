"""Dictation, from the microphone to the text, at the real agent (1-protocol, 1.4).

One page for all, under the strictest policy (5-facts, 5.4): its recorder is a script of the site.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import Visit
from tests.e2e.person import NOTHING, held, speak, until

POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
PUT = """([policy, script]) => {
  const meta = Object.assign(document.createElement("meta"), {content: policy});
  meta.httpEquiv = "Content-Security-Policy";
  document.head.append(meta, Object.assign(document.createElement("script"), script));
}"""
INLINE = """() => {
  document.head.append(Object.assign(document.createElement("script"), {text: "ran = true"}));
  return globalThis.ran;
}"""
SCRIPT = Path(__file__).parent / "page" / "dictation.js"
TOKEN = "**/chat/token?*"
RECORDING = "free_hour"
SENTENCE = "what is available on friday"
SENTENCE_LASTS = 3.0
"""Seconds at least, the silence around it included."""

FRAME = 3200
RATE = 16_000


@pytest.fixture(scope="module")
def dictating(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[Page]:
    """The page, once Python is up."""
    visit = Visit(agent.url, config)
    page = visit.page(browser.new_context(base_url=agent.url))
    page.route("**/dictation.js", lambda route: route.fulfill(path=SCRIPT))
    # A real page: of one that a test made up Chromium doesn't know whence it came, and denies it
    # every socket.
    page.goto("manifest.json")
    page.evaluate(PUT, [POLICY, {"type": "module", "src": "dictation.js"}])
    until(page, "globalThis.session")
    assert page.evaluate(INLINE) is None  # the policy is in force
    page.mouse.click(1, 1)
    yield page
    visit.end()


@pytest.fixture
def page(dictating: Page) -> Iterator[Page]:
    """Nothing is going on, and nothing was said."""
    dictating.evaluate("session.cancel(); witness.reset(); statuses.length = 0; shown.clear()")
    yield dictating
    dictating.evaluate("session.disconnect()")
    assert dictating.evaluate("witness.open()") == NOTHING


def sent(page: Page) -> list[int | str]:
    """What went out: the sizes of sounds, and words."""
    frames: list[int | str] = page.evaluate("witness.sent")
    return frames


def sizes(page: Page) -> list[int]:
    return [frame for frame in sent(page) if isinstance(frame, int)]


def start(page: Page) -> None:
    page.evaluate("void session.start()")


def recording(page: Page) -> None:
    until(page, "session.state.isRecording")


def test_what_is_said_is_written_down(page: Page) -> None:
    page.evaluate("witness.microphone()")
    start(page)
    until(page, "session.state.status === 'connected'")
    assert page.evaluate("witness.open()") == {"tracks": 1, "peers": 0, "sockets": 1}
    speak(page, RECORDING)
    assert page.evaluate("session.stop()") == SENTENCE
    assert page.evaluate("witness.open()") == NOTHING
    assert page.evaluate("statuses") == ["connecting", "connected", "finishing", "idle"]
    _grew(page)
    *whole, last = sizes(page)
    assert set(whole) == {FRAME}
    assert 0 < last <= FRAME
    assert sent(page)[-1] == '{"event": "stop"}'


def _grew(page: Page) -> None:
    """Something was shown before all of it was."""
    *partials, last = page.evaluate("[...shown].filter(Boolean)")
    assert partials
    assert last == SENTENCE


def test_what_is_said_before_there_is_a_token_is_not_lost(page: Page) -> None:
    """Pressed, said and stopped, before the server has given a word of answer."""
    page.evaluate("witness.microphone()")
    with held(page, TOKEN):
        start(page)
        recording(page)
        speak(page, RECORDING)
        page.evaluate("void (globalThis.stopped = session.stop())")
        until(page, "witness.open().tracks === 0")
        assert sent(page) == []
    assert page.evaluate("stopped") == SENTENCE
    # To the sample it is proved in tests/pyodide; here all that was said must be among it.
    assert sum(sizes(page)) / 2 / RATE >= SENTENCE_LASTS


def test_what_is_known_of_the_agent(page: Page) -> None:
    assert page.evaluate("knownOf('mara')")[:2] == ["webrtc", "chat"]
    assert page.evaluate("knownOf('nobody')") is None


def test_cancelling_while_the_browser_asks_for_the_microphone(page: Page) -> None:
    page.evaluate("witness.holdMicrophone()")
    start(page)
    until(page, "witness.microphoneAsked()")
    page.evaluate("session.cancel()")
    page.evaluate("witness.grantMicrophone()")
    _nothing_comes_back(page)


def test_cancelling_while_a_token_is_asked_for(page: Page) -> None:
    with held(page, TOKEN):
        with page.expect_request(TOKEN):
            start(page)
        assert page.evaluate("witness.open().tracks") == 1
        page.evaluate("session.cancel()")
        assert page.evaluate("witness.open()") == NOTHING
    _nothing_comes_back(page)


def test_cancelling_before_the_server_listens(page: Page) -> None:
    page.evaluate("witness.holdFrames()")
    start(page)
    until(page, "witness.framesHeld() > 0")
    page.evaluate("session.cancel()")
    assert page.evaluate("witness.open()") == NOTHING
    page.evaluate("witness.releaseFrames()")
    _nothing_comes_back(page)


def test_cancelling_in_the_middle_of_a_sentence(page: Page) -> None:
    page.evaluate("witness.microphone()")
    start(page)
    until(page, "session.state.status === 'connected'")
    speak(page, RECORDING)
    until(page, "session.state.transcript")
    page.evaluate("session.cancel()")
    assert page.evaluate("witness.open()") == NOTHING
    assert page.evaluate("session.state.transcript") == ""
    _nothing_comes_back(page)


def _nothing_comes_back(page: Page) -> None:
    """After a whole round to the server and a frame, by when any late answer has been heard."""
    page.evaluate("fetch('webrtc/ice-servers').then(() => new Promise(requestAnimationFrame))")
    assert page.evaluate("session.state.status") == "idle"
    assert page.evaluate("witness.open()") == NOTHING
