"""What a chat is made of: its options, and the ports it takes (2-sessions, 2.2)."""

from typing import Any

import pytest
from pydantic import ValidationError

from web_client import ChatSession
from web_client.testing import FakePorts


async def test_without_ports_the_browser_s_own_are_taken_when_needed(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web_client.runtime.default_ports", lambda: ports)
    session = ChatSession(agent="florencia")
    assert session.state.status == "idle"
    await session.connect()
    assert len(ports.network.sockets) == 1
    session.destroy()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"agent": ""},
        {"agent": "a", "server": "example.com"},
        {"agent": "a", "colour": "red"},
        {"agent": "a", "timeouts": {"socket": 0}},
    ],
)
def test_a_wrong_option_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChatSession(**options)


def test_an_option_in_both_spellings_is_refused() -> None:
    with pytest.raises(TypeError, match="tokenProvider"):
        ChatSession(agent="a", token_provider=dict, tokenProvider=dict)
