"""How a page reaches `<pinecall-orb>` (3-elements): the one table of it."""

from typing import Final

from web_client.elements.surface import Surface

SURFACE: Final = Surface(
    tag="pinecall-orb",
    attributes=("agent", "server", "name", "label", "preset", "boot"),
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
)
