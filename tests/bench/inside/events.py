"""The workload in the browser: what `events.py` runs there, and where each event comes from.

An event goes the whole way that it goes in a page: a JavaScript event with the text in it, the
adapter, the decoder, the table, the store, and a page that listens. Its other end is a fake.
"""

from itertools import islice
from typing import Any

import js
from pyodide.ffi import to_js

from tests.bench.workload import frames, reply_costs, session
from web_client.browser.clock import BrowserClock
from web_client.browser.network import BrowserSocket
from web_client.testing import fake_ports

page: Any = js


class Line:
    """A `ports.SocketEvents`."""

    def __init__(self, receive: Any) -> None:
        self.received = receive

    def opened(self) -> None: ...
    def closed(self, code: int, reason: str) -> None: ...


async def begin(kind: str, held: int, amount: int) -> Any:
    """A target to dispatch to, and the texts to dispatch."""
    ports: Any = fake_ports()
    object.__setattr__(ports, "clock", BrowserClock())
    talk, receive = await session(kind, held, ports)
    target = page.EventTarget.new()
    page.benched = to_js([*islice(frames(kind), amount)])
    page.target = target
    return [talk, BrowserSocket(target, Line(receive))]


def costs(length: int) -> list[float]:
    """`workload.reply_costs` in microseconds, by the page's clock."""
    return reply_costs(length, lambda: 1000 * page.performance.now())
