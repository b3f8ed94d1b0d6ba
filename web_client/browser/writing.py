"""What a person does within an element beside pressing its buttons: writes, reads, escapes."""

from collections.abc import Mapping
from typing import Any, Protocol

import js

from web_client.browser.bridge import Listeners
from web_client.browser.dom import ElementHost

IN_A_WORD = 229
"""The keyCode of a key that goes to the input method. Safari says isComposing too late."""


FIELD = "[data-focus=field]"
"""The element's own. In what a page shows for a tool there may be fields and forms of its own."""


class Person(Protocol):
    """What an element wants to know of the person at it."""

    def act(self, name: str, value: str) -> None: ...
    def submit(self, text: str) -> bool: ...
    def typed(self) -> None: ...
    def filled_in(self, form: str, fields: Mapping[str, str]) -> None: ...
    def scrolled(self, at_end: bool) -> None: ...


class Writing:
    """The keyboard, the form and the scroller of one element, until `close()`."""

    def __init__(self, host: ElementHost, person: Person) -> None:
        self._host = host
        self._person = person
        self._listeners = Listeners()
        root = host.page.root
        self._listeners.add(root, "submit", self._submitted)
        self._listeners.add(root, "keydown", self._key)
        self._listeners.add(root, "input", self._typed)
        self._listeners.add(root, "scroll", self._scrolled, capture=True)
        self._listeners.add(root, "close", self._closed, capture=True)
        if js.visualViewport:
            for event in ("resize", "scroll"):
                self._listeners.add(js.visualViewport, event, self._covered)

    def close(self) -> None:
        self._listeners.close()
        self._see("", "")

    def _submitted(self, event: Any) -> None:
        event.preventDefault()
        form = event.target
        if name := form.getAttribute("data-form"):
            fields = form.querySelectorAll("[name]")
            self._person.filled_in(name, {field.name: field.value for field in fields})
        elif (field := form.querySelector(FIELD)) and self._person.submit(field.value):
            field.value = ""

    def _typed(self, event: Any) -> None:
        if event.target.matches(FIELD):
            self._person.typed()

    def _key(self, event: Any) -> None:
        """Enter sends; in the middle of a word of Japanese it only ends the word."""
        if event.isComposing or event.keyCode == IN_A_WORD:
            return
        if event.key == "Escape":
            # One that is pressed in an element within this one is that one's.
            if not event.target.shadowRoot:
                self._person.act("escape", "")
        elif event.key == "Enter" and not event.shiftKey and event.target.matches(FIELD):
            event.preventDefault()
            event.target.form.requestSubmit()

    def _closed(self, event: Any) -> None:
        """The browser has closed the dialog by itself: a phone's way back does that."""
        if event.target.matches("dialog.panel:not([open])"):
            self._person.act("escape", "")

    def _scrolled(self, _event: Any) -> None:
        before = self._host.at_end
        if self._host.look() != before:
            self._person.scrolled(not before)

    def _covered(self, _event: Any) -> None:
        """A phone's keyboard covers the page without making it smaller, and may push it up: say
        what is left, and where. Who looks at a part of it from near covers nothing."""
        view = js.visualViewport
        if view.scale > 1:
            self._see("", "")
        else:
            self._see(f"{view.height:.0f}px", f"{view.offsetTop:.0f}px")
        if self._host.at_end:
            self._host.follow()

    def _see(self, height: str, top: str) -> None:
        self._host.set_property("--visible-height", height)
        self._host.set_property("--visible-top", top)
