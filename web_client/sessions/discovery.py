"""What is known of an agent before anybody talks to it (1-protocol, 1.5)."""

from importlib import import_module

from web_client.options import DEFAULT_SERVER, SessionOptions
from web_client.protocol import AgentInfo, agent_info_url, decode_agent_info
from web_client.sessions.ports import Network, NetworkFailed, Ports
from web_client.sessions.scope import Scope

PATIENCE = 5.0
"""Seconds. A page asks this to choose which buttons it shows: nobody waits longer for that."""


async def agent_info(
    agent: str, server: str | None = None, *, ports: Ports | None = None
) -> AgentInfo | None:
    """Through which channels an agent can be reached, or None if that is not known.

        info = await agent_info("florencia")
        if info is None or "webrtc" in {channel.type for channel in info.channels}:
            show_the_call_button()

    Nobody depends on the answer: a server that is silent for 5 s, refuses, or says what can't be
    understood gives None, never an error. `server` is any base URL of the service; its own when
    not given. Raises pydantic's ValidationError for an empty `agent` or a `server` that is no URL.
    """
    asked = SessionOptions(agent=agent, server=server or DEFAULT_SERVER)
    world = ports or import_module("web_client.runtime").default_ports()
    scope = Scope(world.clock, _nobody)
    url = agent_info_url(asked.server, asked.agent)
    try:
        return await scope.timeout(PATIENCE, _asked(world.network, url), TimeoutError())
    except TimeoutError:
        return None
    finally:
        scope.close()


async def _asked(network: Network, url: str) -> AgentInfo | None:
    try:
        response = await network.request("GET", url)
        return decode_agent_info(response.text) if response.ok else None
    except (NetworkFailed, ValueError):
        return None


def _nobody(error: BaseException) -> None:
    """Nothing here runs on beside the question."""
