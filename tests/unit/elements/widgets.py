"""What the tests of the widget do at it, and what comes from the agent."""

import json
import re
from html import unescape

from tests.sessions.loop import settled
from web_client.elements.widget.element import WidgetElement
from web_client.testing import FakePorts

LANGUAGES = {
    "en": {"label": "English", "voice": "nova", "language": "en"},
    "es": {"label": "Español", "voice": "lucia", "stt": "fast", "language": "es"},
}
SLOTS = {"date": "tomorrow", "slots": ["nine", "<b>ten</b>"]}
TEMPLATE = (
    "<p>{{ result.date }}</p>"
    "{% for slot in result.slots %}<button {{ respond(slot) }}>{{ slot }}</button>{% endfor %}"
    "<button {{ dismiss() }}>None</button>"
)


async def in_call(widget: WidgetElement) -> None:
    widget.act("talk", "")
    await settled()


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.peer.made[-1].receive({"event": event, **members})


def is_heard(ports: FakePorts) -> bool:
    return ports.media.microphones[-1].enabled


def found_slots(ports: FakePorts, number: str = "c1") -> None:
    says(ports, "llm.tool_call", tool_calls=[{"id": number, "name": "slots", "arguments": {}}])
    says(ports, "llm.tool_result", tool_call_id=number, name="slots", result=SLOTS)


def frames(ports: FakePorts) -> list[dict[str, object]]:
    """What was said on the channel of the last call."""
    return ports.peer.made[-1].frames


def offered(ports: FakePorts) -> dict[str, object]:
    """The `config` of the last call's offer."""
    bodies = [r.json for r in ports.network.requests if r.path == "/webrtc/offer"]
    config: dict[str, object] = json.loads(bodies[-1] or "").get("config", {})
    return config


def values(html: str, act: str) -> list[str]:
    """The values of the buttons that do so."""
    found = re.findall(f'data-act="{act}" value="([^"]*)"', html)
    return [unescape(value) for value in found]
