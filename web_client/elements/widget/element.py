"""The widget at work (3-elements)."""

from dataclasses import replace

from web_client.elements.host import Host
from web_client.elements.talk import TalkElement
from web_client.elements.widget.view import (
    PANEL,
    PANEL_STYLE,
    STYLE,
    TALK_STYLE,
    TEMPLATE,
    WidgetView,
    widget_view,
)
from web_client.sessions.ports import Ports


class WidgetElement(TalkElement):
    """What stands behind one `<pinecall-widget>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._furnish(TEMPLATE, PANEL, PANEL_STYLE + TALK_STYLE + STYLE)

    def act(self, name: str, value: str) -> None:
        if name == "transcript":
            self._set_open(not self._stand.is_open)
        elif name == "escape":
            self._set_open(False)
        else:
            super().act(name, value)

    def _view(self) -> WidgetView:
        return widget_view(self.state, self._stand, self._wording)

    def _set_open(self, is_open: bool, *, take_focus: bool = True) -> None:
        if is_open == self._stand.is_open:
            return
        self._stand, had_focus = replace(self._stand, is_open=is_open), self._host.has_focus
        self._draw()
        self._host.set_attribute("open", is_open)
        if is_open and take_focus:
            self._host.focus("close")
        elif had_focus and not is_open:
            self._host.give_back("transcript", "launcher")
        self._host.emit("pinecall:open" if is_open else "pinecall:close", {})

    def _reveal(self) -> None:
        self._set_open(True, take_focus=False)
