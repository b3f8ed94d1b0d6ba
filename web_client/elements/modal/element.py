"""The call modal at work (3-elements).

The modal **is** the call: who closes it, by its cross, by Escape, by `close()` or by taking the
attribute away, hangs up; no call goes on that nobody sees. A press beside the card closes it as
well, but only while there is no call: it is too easily done. To open it calls nobody, unless the
page says `auto-call` and it is opened by hand or by `open()`: an attribute in a page's markup asks
for no microphone.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from web_client.elements.host import Host
from web_client.elements.modal.view import PANEL, STYLE, TEMPLATE, ModalView, Visual, modal_view
from web_client.elements.modal.wave import Wave
from web_client.elements.settings import InvalidSetting
from web_client.elements.talk import TalkElement
from web_client.sessions.ports import Ports
from web_client.sessions.voice import Levels


class ModalElement(TalkElement):
    """What stands behind one `<pinecall-modal>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._visual: Visual = "orb"
        self._reads = False
        self._is_too_long = False
        self._calls_when_opened = False
        self._given_back = 0
        self._waves = {"input": Wave(), "output": Wave()}
        self._paths: dict[str, str] = {}
        self._furnish(TEMPLATE, PANEL, STYLE)

    def act(self, name: str, value: str) -> None:
        if name == "open":
            self._open()
        elif name in ("close", "escape"):
            self._set_open(False)
        elif name == "beside":
            self._set_open(self.is_live)
        elif name == "transcript":
            self._read(not self._reads)
        elif name == "hear" and self._session is not None:
            self._run(self._session.unlock_audio())
        else:
            super().act(name, value)

    def press(self) -> None:
        """The button that calls: it hangs up a call, also one that can't be heard yet."""
        if self.is_live:
            self._disconnect()
        else:
            super().press()

    def submit(self, text: str) -> bool:
        if self._session is None or not self.is_live or not text.strip():
            return False
        try:
            self._session.send_text(text)
        except ValueError:
            self._warn(True)
            return False
        self._warn(False)
        self._host.follow()
        return True

    def typed(self) -> None:
        self._warn(False)

    def _warn(self, is_too_long: bool) -> None:
        """What stands in the field can't be said, or it can."""
        if is_too_long != self._is_too_long:
            self._is_too_long = is_too_long
            self._schedule()

    def attribute(self, name: str, value: str | None) -> None:
        if name == "visual":
            self._visual = "wave" if value == "wave" else "orb"
            self._schedule()
        elif name == "auto-call":
            self._calls_when_opened = value is not None
        super().attribute(name, value)

    def moved(self) -> None:
        """The browser has taken the dialog from above the page, and the focus from it."""
        if self._stand.is_open and not self._host.has_focus:
            self._host.show_dialog(True)
            self._host.focus("call")

    def unmount(self) -> None:
        super().unmount()
        self._host.show_dialog(False)

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {"open": self._open}

    def _connect(self) -> Awaitable[None]:
        self._set_open(True)
        return super()._connect()

    # The dialog

    def _open(self) -> None:
        self._set_open(True)
        if self._calls_when_opened and not self.is_live:
            with suppress(InvalidSetting):  # it is shown
                self._connect()

    def _set_open(self, is_open: bool, *, take_focus: bool = True) -> None:
        if is_open == self._stand.is_open:
            return
        self._stand = replace(self._stand, is_open=is_open)
        if not is_open:
            self._disconnect()
        self._draw()
        self._host.set_attribute("open", is_open)
        self._host.show_dialog(is_open)
        if is_open:
            self._host.focus("call")
        else:
            self._host.give_back("launcher")
        self._host.emit("pinecall:open" if is_open else "pinecall:close", {})

    def _read(self, reads: bool) -> None:
        self._reads = reads
        self._schedule()

    def _reveal(self) -> None:
        self._read(True)

    def _view(self) -> ModalView:
        return modal_view(
            self.state, self._stand, self._wording, self._visual, self._reads, self._is_too_long
        )

    def _changed(self) -> None:
        super()._changed()
        self._is_too_long = self._is_too_long and self.is_live
        if self._session is not None:
            self._give_back(self._session.unsent.failed)

    def _give_back(self, failed: tuple[str, ...]) -> None:
        """What was written and no call took stands in the field again, for the next one."""
        lost, self._given_back = failed[self._given_back :], len(failed)
        if lost:
            self._host.write(" ".join((*lost, self._host.written())).rstrip())

    def _draw(self) -> None:
        super()._draw()
        if self.state.status != "connected":
            self._waves = {"input": Wave(), "output": Wave()}
            for side in self._waves:
                self._draw_wave(side, "")

    # Sound

    def _louder(self, levels: Levels) -> float:
        if self._visual == "wave":
            now = self._ports.clock.now()
            self._draw_wave("input", self._waves["input"].hear(levels.input, now))
            self._draw_wave("output", self._waves["output"].hear(levels.output, now))
        return super()._louder(levels)

    def _draw_wave(self, side: str, path: str) -> None:
        if self._paths.get(side, "") != path:
            self._paths[side] = path
            self._host.draw(side, path)
