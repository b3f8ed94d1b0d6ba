"""The form "Call me": what a page's own backend is told, and what may come of it.

The page says where in `call-me`: an address of its own site, or one of https, so that nobody's
number goes over the network in the clear. There comes a POST with `{"agent", "phone", "name"}` as
JSON; any status of success means that somebody will call. Nothing else is sent, and nothing kept.
"""

import json
from urllib.parse import urlsplit

from web_client.sessions.ports import HttpResponse, NetworkFailed, Ports
from web_client.sessions.scope import Scope
from web_client.sessions.tokens import refusal

PATIENCE = 15.0
"""Seconds. Whoever waits longer believes that nothing happens."""


class NotAsked(Exception):
    """The backend didn't take it. The text is its own words, empty where there were none to show:
    it wasn't reached, or answered for machines."""


def is_safe(address: str, page: str) -> bool:
    """Whether a number may go there: to the site of `page`, or over https. Both are absolute."""
    try:
        there, here = urlsplit(address), urlsplit(page)
    except ValueError:
        return False
    own = (there.scheme, there.netloc) == (here.scheme, here.netloc)
    return bool(there.netloc) and (there.scheme == "https" or own)


async def ask_for_a_call(ports: Ports, address: str, agent: str, phone: str, name: str) -> None:
    """Ask the page's backend to have `phone` called. Raises NotAsked."""
    body = json.dumps({"agent": agent, "phone": phone, "name": name})
    scope = Scope(ports.clock, _nobody)
    try:
        asked = ports.network.request("POST", address, json=body)
        response = await scope.timeout(PATIENCE, asked, TimeoutError())
    except (NetworkFailed, TimeoutError):
        raise NotAsked from None
    finally:
        scope.close()
    if not response.ok:
        raise NotAsked(_words(response))


def _words(response: HttpResponse) -> str:
    """Why the request itself was no good. A page of HTML, or a server's fault, tells nobody."""
    told = 400 <= response.status < 500 and not response.text.lstrip().startswith("<")
    return refusal(response) if told and response.text.strip() else ""


def _nobody(error: BaseException) -> None:
    """Nothing here runs on beside the question."""
