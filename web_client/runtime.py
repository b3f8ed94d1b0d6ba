"""Where the library meets the browser it runs in: the one importer of `web_client.browser`.

The import is made when it is asked for, so that everything else is imported, run and tested
on plain CPython.
"""

from typing import TYPE_CHECKING

from web_client.sessions.ports import Media, Ports

if TYPE_CHECKING:
    from web_client.browser.dom import MountedElement, PageElement
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
    """Put Python behind one `<pinecall-orb>` (3-elements). `loader/shell.js` calls it."""
    from web_client import browser
    from web_client.browser.dom import ElementHost, MountedElement
    from web_client.elements.orb.element import OrbElement

    host, media = ElementHost(page), browser.BrowserMedia()
    return MountedElement(host, media, OrbElement(host, default_ports(media)))


def page(into: str) -> "Page":
    """The part of the document that a selector names, for `bind`. Raises LookupError."""
    from web_client.browser.page import BrowserPage

    return BrowserPage(into)
