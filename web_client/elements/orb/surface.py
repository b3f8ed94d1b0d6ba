"""How a page reaches `<pinecall-orb>` (3-elements): the one table of it."""

from typing import Final

from web_client.elements.attributes import Attribute, Surface
from web_client.elements.themes import DEFAULT_PRESET

SURFACE: Final = Surface(
    tag="pinecall-orb",
    attributes=(
        Attribute("agent", None, "The agent's id. Required."),
        Attribute("server", None, "Base URL of the service, or relative to the page."),
        Attribute("name", None, 'What the agent is called; "Agent" otherwise.'),
        Attribute("label", None, 'The idle caption; "Talk to {name}" otherwise.'),
        Attribute("preset", DEFAULT_PRESET, "One of the five themes."),
        Attribute("opens", "inline", "Where the call takes place."),
        Attribute("boot", "interaction", "When Python starts: idle, interaction or eager."),
    ),
    properties=("config", "metadata", "theme", "tokenProvider", "trackedTools", "labels"),
    methods=(
        "connect",
        "disconnect",
        "toggleMute",
        "setMuted",
        "configure",
        "sendText",
        "setContext",
        "getState",
    ),
    events=("pinecall:status", "pinecall:transcript", "pinecall:error", "pinecall:ready"),
)
