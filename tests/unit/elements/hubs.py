"""A hub as a person uses it, and what its server knows of the agent."""

import json
import re
from typing import Any

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from web_client.elements.hub.element import HubElement
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts

MARA = "/api/sdk/agent-info/mara"
EVERY_WAY = [
    {"type": "webrtc"},
    {"type": "chat"},
    {"type": "whatsapp", "numbers": ["+1 (212) 555-0123"]},
    {"type": "phone", "phone": "+1 212 555 0199"},
]
BACKEND = "/call-me"


def channels(*found: Any) -> HttpResponse:
    return HttpResponse(200, json.dumps({"agent": "mara", "channels": found}))


def a_hub(host: FakeHost, ports: FakePorts) -> HubElement:
    """That can be reached in every way."""
    ports.network.answers[MARA] = channels(*EVERY_WAY)
    hub = HubElement(host, ports)
    for name, value in (("agent", "mara"), ("name", "Mara"), ("server", "https://voice.test")):
        hub.attribute(name, value)
    return hub


async def opened(hub: HubElement, host: FakeHost) -> None:
    hub.act("open", "")
    await settled()
    host.paint()


def titles(host: FakeHost) -> list[str]:
    """The rows of the card."""
    return re.findall("<b>(.+?)</b>", host.regions["ways"] + host.regions.get("callback", ""))
