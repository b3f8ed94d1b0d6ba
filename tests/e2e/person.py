"""What a person does at the demo pages, and what they can tell of them."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

AUDIO = Path(__file__).parent / "audio"
SILENCE_BEFORE = 3.4
"""Seconds: what the long recordings begin with, for a microphone that can't wait."""

SILENT = 0.002
"""RMS below which nothing is heard."""

NOTHING = {"tracks": 0, "peers": 0, "sockets": 0}


def sign_in(page: Page, name: str = "Ada") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Sign in").click()


def call(page: Page) -> None:
    page.get_by_role("button", name="Call Mara").click()


def connected(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-status", "connected")


def speak(page: Page, recording: str, skipped: float = 0.0) -> float:
    """Say it into the WebAudio microphone; when that began, in the page's milliseconds."""
    wav = b64encode((AUDIO / f"{recording}.wav").read_bytes()).decode()
    began: float = page.evaluate("said => witness.speak(...said)", [wav, skipped])
    until(page, "witness.hasSpoken()")
    return began


def allow_microphone(page: Page) -> None:
    """In the address bar, after it was refused; no test can reach Firefox's."""
    if page.context.browser and page.context.browser.browser_type.name == "firefox":
        page.evaluate("witness.microphone()")
    else:
        page.context.grant_permissions(["microphone"])


def messages(page: Page, role: str) -> Locator:
    """The bubbles of `user`, `bot` or `system`; their text without marks."""
    return page.locator(f".message[data-role={role}] > p")


def write(page: Page, text: str) -> None:
    box = page.locator("#text")
    box.fill(text)
    box.press("Enter")


def history(page: Page, role: str) -> list[dict[str, Any]]:
    """Every text that a bubble of this role has shown since `witness.follow(".message")`."""
    seen: list[dict[str, Any]] = page.evaluate("witness.seen")
    return [entry for entry in seen if entry["role"] == role]


def loudness(page: Page) -> list[tuple[float, float]]:
    """The agent's voice: (milliseconds, RMS), every 20 ms or so."""
    return [(time, rms) for time, rms in page.evaluate("witness.sound")]


def behind(page: Page) -> float:
    """Milliseconds by which what is heard may be late, for the loudspeaker is slower than time."""
    lost: float = page.evaluate("witness.behind()")
    return lost


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true."""
    page.wait_for_function(f"() => {condition}")


def watch_lines(page: Page) -> list[WebSocketRoute]:
    """Every line of the chat that the page opens from now on, for the test to break."""
    lines: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        lines.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/chat/ws*", between)
    return lines


@contextmanager
def held(page: Page, url: str) -> Iterator[None]:
    """The next request to `url` gets its answer at the end of this block, not before."""
    waiting: list[Route] = []
    page.route(url, lambda route: waiting.append(route), times=1)
    yield
    waiting.pop().continue_()
