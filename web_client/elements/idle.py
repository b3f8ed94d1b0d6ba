"""The idle view of each element, rendered once at build time for the shell (0-design).

The shell shows this markup before Python is there; the same template renders every later
state. With it go the element's names and the few words that the shell itself must say.
"""

from dataclasses import asdict
from typing import TypedDict

from web_client.elements import themes
from web_client.elements.labels import Labels
from web_client.elements.orb.surface import SURFACE
from web_client.elements.orb.view import TEMPLATE, Wording, orb_view
from web_client.elements.plain import plain
from web_client.elements.render import resource
from web_client.state.voice_state import VoiceState


class Idle(TypedDict):
    """What the shell has of one element. JSON throughout.

    In `words`, `{name}` stands for the element's `name` attribute; `words["name"]` is the name
    of an element without one. `state` is what `getState()` gives before there is a session.
    """

    html: str
    css: str
    words: dict[str, str]
    state: object
    attributes: list[str]
    properties: list[str]
    methods: list[str]


def prerender() -> dict[str, Idle]:
    """The idle views by tag name: `{"pinecall-orb": {"html": …, "css": …, …}}`."""
    labels, surface = Labels(), SURFACE
    view = orb_view(VoiceState(), Wording(labels, labels.name))
    return {
        surface.tag: Idle(
            html=TEMPLATE.render(view=view),
            css=themes.style_sheet() + "\n" + resource("web_client.elements.orb", "style.css"),
            words=asdict(labels),
            state=plain(VoiceState()),
            attributes=list(surface.attributes),
            properties=list(surface.properties),
            methods=list(surface.methods),
        )
    }
