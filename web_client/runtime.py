"""Where the library meets the browser it runs in: the one importer of `web_client.browser`.

The import is made when it is asked for, so that everything else is imported, run and tested
on plain CPython.
"""

from typing import TYPE_CHECKING

from web_client.sessions.ports import Media, Ports

if TYPE_CHECKING:
    from web_client.browser.element import PageElement
    from web_client.browser.mounted import MountedElement
    from web_client.elements.page import Page


def default_ports(media: Media | None = None) -> Ports:
    """The browser's own clock, network, media, peer connections and presence.

    `media` takes the place of a new `BrowserMedia`, where a page's shell has primed one with
    the microphone that it asked for inside the user's click.
    """
    from web_client import browser

    return Ports(
        clock=browser.BrowserClock(),
        random=browser.BrowserRandom(),
        network=browser.BrowserNetwork(),
        media=browser.BrowserMedia() if media is None else media,
        peer=browser.BrowserPeer,
        presence=browser.BrowserPresence(),
    )


def mount(page: "PageElement") -> "MountedElement":
    """Put Python behind one element (3-elements). `loader/shell.js` calls it."""
    from web_client import browser
    from web_client.browser.dom import ElementHost
    from web_client.browser.mounted import MountedElement
    from web_client.elements.tags import element_class

    host, media = ElementHost(page), browser.BrowserMedia()
    element = element_class(page.element.localName)
    return MountedElement(host, media, element(host, default_ports(media)))


def page(into: str) -> "Page":
    """The part of the document that a selector names, for `bind`. Raises LookupError."""
    from web_client.browser.page import BrowserPage

    return BrowserPage(into)
