"""Where the focus of an element goes when what has it is drawn anew, goes away, or closes.

- What is drawn anew keeps it: the button with the same `data-act` and `value`.
- Where there is none any more the template says who takes it: `data-refuge="transcript launcher"`
  on a region, or around it, names nodes (`data-focus`), of which the first that can takes it. Else
  a person with a keyboard would begin again at the top of the page.
- What opens takes it, and what closes gives it back to who on the page had it before.
- It is never taken from the page, but by what somebody asked to open.
"""

import js


class Focus:
    """The focus within one shadow root."""

    def __init__(self, root: js.ShadowRoot) -> None:
        self._root = root
        self._before: js.HTMLElement | None = None

    @property
    def is_within(self) -> bool:
        return bool(self._root.activeElement)

    def enter(self, name: str) -> None:
        """Give it to the node `data-focus="name"`, and remember who on the page has it."""
        if not self.is_within:
            self._before = _active()
        self._give(name)

    def leave(self, *names: str) -> None:
        """Give it back; to the first of these nodes where nobody on the page had it."""
        before, self._before = self._before, None
        if before and before.isConnected:
            before.focus()
            if not self.is_within:
                return
        self._give(*names)

    def like(self, drawn: js.HTMLElement) -> str | None:
        """What finds its like of what has the focus in `drawn`, which is about to be drawn anew;
        None where nothing in there has it."""
        focused = self._root.activeElement
        return _selector(focused) if focused and drawn.contains(focused) else None

    def keep(self, like: str | None, around: js.HTMLElement) -> None:
        """Now it is drawn, somewhere in `around`."""
        if like is None or self.is_within:
            return
        if like and (same := self._root.querySelector(like)):
            same.focus()
        if not self.is_within:
            self.flee(around)

    def flee(self, around: js.HTMLElement) -> None:
        """Give it to where the template says that it goes from here."""
        if refuge := around.closest("[data-refuge]"):
            self._give(*refuge.getAttribute("data-refuge").split())

    def close(self) -> None:
        self._before = None

    def _give(self, *names: str) -> None:
        """To the first that is there and takes it."""
        for name in names:
            node = self._root.querySelector(f'[data-focus="{name}"]')
            if node:
                node.focus()
                if node.matches(":focus"):
                    return


def _active() -> js.HTMLElement | None:
    """Who has the focus, also within another component; None if nobody has."""
    active = js.document.activeElement
    while active and active.shadowRoot and active.shadowRoot.activeElement:
        active = active.shadowRoot.activeElement
    return None if not active or active.localName == "body" else active


def _selector(button: js.HTMLElement) -> str:
    """What finds the button that does the same, once it has been drawn anew."""
    act, value = (js.CSS.escape(button.getAttribute(name) or "") for name in ("data-act", "value"))
    if not act:
        return ""
    return f'[data-act="{act}"][value="{value}"]' if value else f'[data-act="{act}"]'
