"""The orb at work (3-elements)."""

from collections.abc import Callable
from dataclasses import replace

from web_client.elements.call import CallElement
from web_client.elements.host import Host
from web_client.elements.orb.view import TEMPLATE, orb_view
from web_client.elements.render import Regions
from web_client.sessions.ports import Ports


class OrbElement(CallElement):
    """What stands behind one `<pinecall-orb>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._opens_chat = False
        self._regions = Regions(TEMPLATE)

    def attribute(self, name: str, value: str | None) -> None:
        if name == "opens":
            self._opens_chat = value == "chat"
            self._schedule()
        super().attribute(name, value)

    def _methods(self) -> dict[str, Callable[..., object]]:
        """What `opens` names has the page's calls from the shell; inline there is no panel."""
        return super()._methods() | {"open": lambda: None, "close": lambda: None}

    def _draw(self) -> None:
        wording = self._wording
        if self._opens_chat and not wording.label:
            wording = replace(wording, label=wording.labels.write)
        self._redraw(orb_view(self.state, wording), self._regions)
