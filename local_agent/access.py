"""Who may use the API from a page: origins, CORS and clear refusals (4-local-agent, 4.1).

A route that names an agent follows that agent's `allowed_origins`; the others follow all
agents'. The login and the faults have no CORS: they are for their own pages and for tests.
Static files are open to all. Every refusal of the API is JSON, `{"error": sentence}`.

Origins alone don't keep a foreign page out: it can let its own name point to 127.0.0.1, and then
is on the server's origin, login included. So a server on loopback answers to the names of this
machine only.
"""

import re
from collections.abc import Mapping

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from local_agent.agent import Agent
from local_agent.origins import origin_allowed
from local_agent.tokens import TokenRefused

_OWN_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)

_SHARED = ("/chat/", "/webrtc/", "/api/sdk/", "/api/scribe/")
_API = (*_SHARED, "/api/", "/_faults")


class Refused(Exception):
    """The request is refused; the message is a sentence for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def origin_of(request: web.Request) -> str:
    """The page's origin. A browser omits it for a GET to the page's own server."""
    return request.headers.get(hdrs.ORIGIN) or f"{request.scheme}://{request.host}"


def api_rules(agents: Mapping[str, Agent]) -> Middleware:
    """The middleware that answers preflights, adds CORS headers and words the refusals."""

    def may_read(request: web.Request) -> bool:
        named = agents.get(request.query.get("agent_id", ""))
        asked = [named] if named else agents.values()
        return any(origin_allowed(origin_of(request), agent.allowed_origins) for agent in asked)

    @web.middleware
    async def rules(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(_API):
            return await handler(request)
        shared = request.path.startswith(_SHARED)
        if shared and request.method == hdrs.METH_OPTIONS:
            response: web.StreamResponse = web.Response(status=204)
        else:
            response = await _answer(request, handler)
        if shared and not response.prepared:
            _open(request, response, may_read(request))
        return response

    return rules


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The middleware that refuses requests to a foreign name."""
    if not _OWN_HOST.fullmatch(request.host):
        return _refusal(403, "This server answers to localhost only.")
    return await handler(request)


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (Refused, TokenRefused) as refusal:
        return _refusal(refusal.status, str(refusal))
    except web.HTTPRequestEntityTooLarge:
        return _refusal(413, "The request is too long.")
    except web.HTTPException as error:
        return _refusal(error.status, f"{request.method} {request.path}: {error.reason}.")


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def _open(request: web.Request, response: web.StreamResponse, allowed: bool) -> None:
    response.headers[hdrs.VARY] = hdrs.ORIGIN
    if not allowed:
        return
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin_of(request)
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "GET, POST"
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = hdrs.CONTENT_TYPE
    response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"
