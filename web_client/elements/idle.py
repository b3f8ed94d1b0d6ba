"""The idle view of each element, rendered once at build time for the shell (0-design).

The shell shows this markup before Python is there; the same template renders every later
state. With it go the elements' names and the few words that the shell itself must say.
"""

import re
from typing import Any, Final, TypedDict

from web_client.elements import themes
from web_client.elements.chat.view import TEMPLATE as CHAT_TEMPLATE
from web_client.elements.chat.view import closed_chat
from web_client.elements.hub.view import TEMPLATE as HUB_TEMPLATE
from web_client.elements.hub.view import closed_hub
from web_client.elements.labels import LANGUAGES, Labels, labels_in
from web_client.elements.modal.view import TEMPLATE as MODAL_TEMPLATE
from web_client.elements.modal.view import closed_modal
from web_client.elements.orb.view import TEMPLATE as ORB_TEMPLATE
from web_client.elements.orb.view import orb_view
from web_client.elements.plain import plain
from web_client.elements.render import resource
from web_client.elements.surface import CHAT, HUB, MODAL, ORB, SURFACES, WIDGET, Surface
from web_client.elements.widget.view import TEMPLATE as WIDGET_TEMPLATE
from web_client.elements.widget.view import closed_widget
from web_client.elements.wording import Wording
from web_client.state.chat_state import ChatState
from web_client.state.voice_state import VoiceState

_ALWAYS: Final = ("name", "loading", "boot_failed")


class Idle(TypedDict):
    """What the shell has of one element. JSON throughout.

    `says`: the labels of its button at rest, while Python loads, and when it didn't come.
    `state` is what `getState()` gives before there is a session.
    """

    html: str
    css: str
    says: dict[str, str]
    state: object
    attributes: list[str]
    properties: list[str]
    methods: list[str]


class Shell(TypedDict):
    """All that the shell has. In `words`, by language, `{name}` stands for the element's `name`
    attribute; `name` is the name of an element without one. `css` is every element's."""

    css: str
    words: dict[str, dict[str, str]]
    elements: dict[str, Idle]


def prerender() -> Shell:
    """The idle views, by tag name in `elements`."""
    return Shell(
        css=themes.style_sheet() + resource("web_client.elements", "base.css"),
        words={language: _words(labels_in(language)) for language in LANGUAGES},
        elements={
            ORB.tag: _idle(ORB, ORB_TEMPLATE.render(view=orb_view(VoiceState(), Wording()))),
            MODAL.tag: _idle(MODAL, MODAL_TEMPLATE.render(view=closed_modal(Wording()))),
            WIDGET.tag: _idle(WIDGET, WIDGET_TEMPLATE.render(view=closed_widget(Wording()))),
            CHAT.tag: _idle(CHAT, CHAT_TEMPLATE.render(view=closed_chat(Wording()))),
            HUB.tag: _idle(HUB, HUB_TEMPLATE.render(view=closed_hub(Wording()))),
        },
    )


def _idle(surface: Surface, html: str) -> Idle:
    folder = f"web_client.elements.{surface.tag.removeprefix('pinecall-')}"
    rest = {CHAT.tag: ChatState(), HUB.tag: None}.get(surface.tag, VoiceState())
    return Idle(
        html=re.sub(r"\s*\n\s*", "", html),
        css=_style(surface, folder),
        says=dict(surface.says),
        state=_with_call(plain(rest)) if surface is CHAT else plain(rest),
        attributes=list(surface.attributes),
        properties=list(surface.properties),
        methods=list(surface.methods),
    )


def _with_call(state: Any) -> object:
    """A chat box may have a call; before anybody calls it has none."""
    return state | {"call": None}


def _style(surface: Surface, folder: str) -> str:
    floats = "no-fab" in surface.attributes
    fab = resource("web_client.elements", "fab.css") if floats else ""
    return fab + resource(folder, "style.css")


def _words(labels: Labels) -> dict[str, Any]:
    keys = {*_ALWAYS, *(key for surface in SURFACES for key in surface.says.values())}
    return {key: getattr(labels, key) for key in sorted(keys)}
