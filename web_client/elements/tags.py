"""What stands behind each tag."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from web_client.elements.base import Element
    from web_client.elements.host import Host
    from web_client.sessions.ports import Ports

    Make = Callable[[Host, Ports], Element]

_CLASSES: Final = {
    "pinecall-orb": "orb.element.OrbElement",
    "pinecall-chat": "chat.element.ChatElement",
    "pinecall-hub": "hub.element.HubElement",
    "pinecall-modal": "modal.element.ModalElement",
    "pinecall-widget": "widget.element.WidgetElement",
}


def element_class(tag: str) -> "Make":
    """The class of a tag. Imported only now: a page that has one element needs no other."""
    module, _, name = _CLASSES[tag].rpartition(".")
    made: Make = getattr(import_module(f"web_client.elements.{module}"), name)
    return made
