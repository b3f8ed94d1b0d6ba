"""What stands on the page of somebody's own that the fixture `page` gives (conftest.py).

Each test puts an element of its own on it; taken off it at the end, it must leave nothing behind.
"""

import json

from playwright.sync_api import Locator, Page, WebSocketRoute

from tests.e2e.person import until

MARA = {"agent": "mara", "name": "Mara", "server": "/"}

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "require-trusted-types-for 'script'"
)


class Scripted:
    """The server of a chat, when there is a `history` to tell; else it is the agent. `socket` is
    the line that was opened last, for the test to break."""

    history: list[dict[str, str]] | None = None
    socket: WebSocketRoute

    def serve(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        if self.history is None:
            socket.connect_to_server()
            return
        self.says("chat.connected", session_id="s")
        self.says("chat.history", messages=self.history)

    def says(self, event: str, **members: object) -> None:
        self.socket.send(json.dumps({"event": event, **members}))


SCRIPTED = Scripted()


def put(page: Page, tag: str, **attributes: str) -> Locator:
    """A new element on the page, with Python behind it."""
    page.evaluate("tag => customElements.whenDefined(tag).then(() => {})", tag)
    its = MARA | {"boot": "eager"} | attributes
    page.evaluate("([tag, its]) => void elements.put(tag, its)", [tag, its])
    until(page, "orb.told.some(([name]) => name === 'ready')")
    return page.locator("#it")
