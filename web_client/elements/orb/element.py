"""The orb at work (3-elements)."""

from web_client.elements.call import CallElement
from web_client.elements.host import Host
from web_client.elements.orb.view import TEMPLATE, orb_view
from web_client.elements.render import Regions
from web_client.sessions.ports import Ports


class OrbElement(CallElement):
    """What stands behind one `<pinecall-orb>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._regions = Regions(TEMPLATE)

    def _draw(self) -> None:
        self._redraw(orb_view(self.state, self._wording), self._regions)
