"""An example of what a site's backend does when somebody asks to be called (4-local-agent, 4.2).

`POST /api/call-me` with `{"agent", "phone", "name"}`, as the form of `<pinecall-hub>` sends it.
There is no telephone here: it is logged and kept, and nobody rings. A site checks besides that
nobody has it ring strangers, or the same person all day.
"""

import logging
from collections import deque
from collections.abc import Container

from aiohttp import web
from pydantic import BaseModel, Field

from local_agent.access import Refused
from local_agent.bodies import read_body

log = logging.getLogger(__name__)

MAX_KEPT = 1000
"""How many are kept; the oldest is forgotten first."""


class CallMe(BaseModel):
    agent: str = Field(min_length=1, max_length=200)
    phone: str = Field(pattern=r"^\+?[0-9]{5,15}$")
    name: str = Field("", max_length=100)


class Callbacks:
    """Who wants to be called by one of `agents`. In memory: a restart forgets them."""

    def __init__(self, agents: Container[str]) -> None:
        self.asked: deque[CallMe] = deque(maxlen=MAX_KEPT)
        self._agents = agents

    async def ask(self, request: web.Request) -> web.Response:
        """POST /api/call-me"""
        asked = await read_body(request, CallMe)
        if asked.agent not in self._agents:
            raise Refused(404, f"There is no agent {asked.agent[:100]!r}.")
        self.asked.append(asked)
        log.warning("%s would call %s now", asked.agent, asked.phone)
        return web.json_response({}, status=202)
