"""An element at work in a real page, whose world is the fakes': what `dom.py` feeds there.

Frames are the measurement's own: the page's `requestAnimationFrame` only notes who wants one, and
`dom.py` gives it right after each event, so that every event pays for its own drawing.
"""

from itertools import islice
from typing import Any

import js
from pyodide.ffi import to_js

from tests.bench.inside.events import Line
from tests.bench.workload import frame, frames, written
from web_client import runtime
from web_client.browser.clock import BrowserClock
from web_client.browser.network import BrowserSocket
from web_client.testing import FakePorts, fake_ports

page: Any = js
made: list[FakePorts] = []


def _ports(media: object = None) -> FakePorts:
    ports = fake_ports()
    object.__setattr__(ports, "clock", BrowserClock())
    made.append(ports)
    return ports


runtime.default_ports = _ports


async def begin(tag: str, held: int, amount: int) -> Any:
    """An open element with `held` messages in it; a target to dispatch to, and texts for it."""
    element = page.document.createElement(tag)
    for name, value in (("agent", "mara"), ("server", "/"), ("id", "it")):
        element.setAttribute(name, value)
    page.document.body.append(element)
    await element.open()
    await element.connect()
    chat = tag == "pinecall-chat"
    receive = made[-1].network.sockets[-1].events.received if chat else _channel()
    for text in _history(held) if chat else _said(held):
        receive(text)
    kind = "chat.token" if chat else "bot.word"
    page.benched = to_js([*islice(frames(kind), amount)])
    page.target = page.EventTarget.new()
    return BrowserSocket(page.target, Line(receive))


def reply(length: int, tokens: int) -> None:
    """Now come the last tokens of a reply of that length."""
    text = written(length)
    sizes = range(length - 4 * tokens, length, 4)
    page.benched = to_js([frame("chat.token", message_id="long", text=text[:n]) for n in sizes])


def _channel() -> Any:
    return made[-1].peer.made[-1].events.channel_received


def _history(held: int) -> list[str]:
    roles = ("user", "bot")
    entries = [{"role": roles[n % 2], "text": f"message **{n}**"} for n in range(held)]
    return [frame("chat.history", messages=entries)]


def _said(held: int) -> list[str]:
    return [frame("bot.finished", message_id=f"old{n}", text=f"message {n}") for n in range(held)]
