"""The example login: how a site seals who its users are (4-local-agent, 4.2).

`POST /api/login` with `{"name"}` sets a cookie; `POST /api/token` with `{"agent", "channel"}`
mints a token whose metadata come from that login, never from the request. Anybody may log in
under any name: it is an example of the way, not of the check at the door.
"""

import re
import secrets
from collections import OrderedDict

from aiohttp import web
from pydantic import BaseModel, Field

from local_agent.access import Refused
from local_agent.bodies import read_body
from local_agent.tokens import Channel, Metadata

COOKIE = "pinecall_login"

MAX_LOGINS = 1000
"""How many logins are kept; the oldest is logged out first."""


class LoginBody(BaseModel):
    name: str = Field(min_length=1, max_length=100, pattern=r"\S")


class TokenBody(BaseModel):
    agent: str = Field(min_length=1, max_length=200)
    channel: Channel


class Logins:
    """Who is logged in, by the cookie's value. In memory: a restart logs everybody out."""

    def __init__(self) -> None:
        self._people: OrderedDict[str, Metadata] = OrderedDict()

    async def log_in(self, request: web.Request) -> web.Response:
        """POST /api/login"""
        body = await read_body(request, LoginBody)
        name = body.name.strip()
        person: Metadata = {
            "userId": re.sub(r"\W+", "-", name.lower()),
            "userName": name,
            "companyId": "acme",
        }
        key = secrets.token_urlsafe(24)
        self._people[key] = person
        while len(self._people) > MAX_LOGINS:
            self._people.popitem(last=False)
        response = web.json_response(person)
        response.set_cookie(COOKIE, key, httponly=True, samesite="Lax", path="/")
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        """POST /api/logout"""
        self._people.pop(request.cookies.get(COOKIE, ""), None)
        response = web.json_response({})
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
        return response

    def person(self, request: web.Request) -> Metadata:
        """Who asks. Raises Refused with 401 when nobody is logged in."""
        person = self._people.get(request.cookies.get(COOKIE, ""))
        if person is None:
            raise Refused(401, "You are not logged in.")
        return person
