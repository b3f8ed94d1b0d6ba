"""The browser behind the ports: the only package that imports js and pyodide.

It converts, forwards and destroys; it decides nothing. `bridge.py` holds the rules of the
crossing; every other module is the adapter of one port of `web_client.sessions.ports`.
"""

from web_client.browser.clock import BrowserClock, BrowserRandom
from web_client.browser.media import BrowserMedia
from web_client.browser.network import BrowserNetwork
from web_client.browser.peer import BrowserPeer
from web_client.browser.presence import BrowserPresence

__all__ = [
    "BrowserClock",
    "BrowserMedia",
    "BrowserNetwork",
    "BrowserPeer",
    "BrowserPresence",
    "BrowserRandom",
]
