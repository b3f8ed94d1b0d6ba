"""What is typed into a call is said, or can be said again: nothing is lost silently (2-sessions,
2.3; 6-faults, Lost words)."""

from collections.abc import Callable

import pytest

from tests.sessions.calls import OFF, connected, says, voice
from tests.sessions.loop import settled
from web_client import OfferRefused, SessionDestroyed, UnsentTexts, VoiceSession
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePeer, FakePorts

NOTHING = UnsentTexts()


def said(peer: FakePeer) -> list[str]:
    """What reached the server of what was typed."""
    return [frame["text"] for frame in peer.frames if frame["action"] == "inject_text"]


async def test_what_is_typed_waits_for_the_channel(ports: FakePorts) -> None:
    session = voice(ports)
    assert session.unsent == NOTHING
    session.send_text("A table")
    connecting = session.connect()
    session.send_text("for two")
    assert session.unsent == UnsentTexts(queued=("A table", "for two"))
    await connecting
    assert session.unsent == NOTHING
    assert said(ports.peer.made[0]) == ["A table", "for two"]
    session.destroy()


@pytest.mark.parametrize("end", [VoiceSession.disconnect, VoiceSession.destroy])
async def test_who_hangs_up_before_there_is_a_channel_has_it_back(
    ports: FakePorts, end: Callable[[VoiceSession], None]
) -> None:
    ports.gate.hold_at = 1
    session = voice(ports)
    session.connect()
    session.send_text("A table")
    await settled()
    end(session)
    assert session.unsent == UnsentTexts(failed=("A table",))
    assert ports.open == []


async def test_a_listener_that_is_told_of_the_end_finds_what_was_not_said(ports: FakePorts) -> None:
    session = voice(ports)
    found: list[UnsentTexts] = []
    session.subscribe(lambda: found.append(session.unsent))
    session.connect()
    session.send_text("A table")
    session.disconnect()
    assert found[-1] == UnsentTexts(failed=("A table",))


async def test_the_next_call_says_it_only_if_asked_to(ports: FakePorts) -> None:
    session = voice(ports)
    session.connect()
    session.send_text("one")
    session.send_text("two")
    session.disconnect()
    await session.connect()
    assert said(ports.peer.made[-1]) == []
    session.retry("two")
    session.retry("two")
    session.retry("never typed")
    assert said(ports.peer.made[-1]) == ["two"]
    assert session.unsent == UnsentTexts(failed=("one",))
    session.disconnect()
    session.retry("one")
    assert session.unsent == UnsentTexts(queued=("one",))
    await session.connect()
    assert said(ports.peer.made[-1]) == ["one"]
    assert session.unsent == NOTHING
    session.destroy()


async def test_what_was_on_the_wire_when_the_user_hung_up_was_said(ports: FakePorts) -> None:
    session = await connected(ports)
    session.send_text("Bye")
    session.disconnect()
    assert session.unsent == NOTHING


async def test_who_hangs_up_while_the_line_is_made_anew_has_back_what_was_in_doubt(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    session.send_text("heard")
    says(ports.peer.made[0], "user.message", text="heard")
    session.send_text("in doubt")
    ports.peer.made[0].change("failed")
    session.send_text("waits")
    assert session.unsent == UnsentTexts(queued=("in doubt", "waits"))
    session.disconnect()
    assert session.unsent == UnsentTexts(failed=("in doubt", "waits"))


@pytest.mark.parametrize("says_back", [True, False])
async def test_an_answer_to_what_was_said_before_is_none_to_what_is_in_doubt(
    ports: FakePorts, says_back: bool
) -> None:
    """It was on its way already. From a server that says nothing back, it is all there is."""
    session = await connected(ports)
    session.send_text("before")
    if says_back:
        says(ports.peer.made[0], "user.message", text="before")
    session.send_text("in doubt")
    says(ports.peer.made[0], "bot.speaking", message_id="b", text="Hello.")
    ports.peer.made[0].change("failed")
    assert session.unsent == UnsentTexts(queued=("in doubt",) if says_back else ())
    session.destroy()


@pytest.mark.parametrize("how", ["timeout", "hang up", "destroy"])
async def test_what_nobody_answered_before_a_call_was_over_is_in_doubt(
    ports: FakePorts, how: str
) -> None:
    session = await connected(ports)
    session.send_text("Wait!")
    if how == "timeout":
        says(ports.peer.made[0], "session.timeout", reason="idle_timeout")
    elif how == "hang up":
        ports.peer.made[0].close_channel()
    else:
        session.destroy()
    assert session.unsent == UnsentTexts(failed=("Wait!",))


async def test_after_an_error_it_waits_for_the_next_try(ports: FakePorts) -> None:
    ports.network.answers["/webrtc/offer"] = HttpResponse(503, "full")
    session = voice(ports, reconnect=OFF)
    session.send_text("A table")
    with pytest.raises(OfferRefused):
        await session.connect()
    assert session.unsent == UnsentTexts(queued=("A table",))
    ports.network.answers["/webrtc/offer"] = HttpResponse(200, '{"sdp": "v=0 answer"}')
    await session.connect()
    assert said(ports.peer.made[-1]) == ["A table"]
    session.destroy()


async def test_another_session_takes_over(ports: FakePorts) -> None:
    before = voice(ports)
    before.connect()
    before.send_text("hung up")
    before.disconnect()
    before.send_text("one")
    fresh = voice(ports)
    fresh.take_over(before.unsent)
    before.destroy()
    assert fresh.unsent == UnsentTexts(queued=("one",), failed=("hung up",))
    await fresh.connect()
    assert said(ports.peer.made[-1]) == ["one"]
    fresh.take_over(UnsentTexts(queued=("two",)))
    assert said(ports.peer.made[-1]) == ["one", "two"]
    fresh.retry("hung up")
    assert said(ports.peer.made[-1]) == ["one", "two", "hung up"]
    fresh.destroy()
    with pytest.raises(SessionDestroyed):
        fresh.send_text("one" * 100_000)
    with pytest.raises(SessionDestroyed):
        fresh.retry("one")
    with pytest.raises(SessionDestroyed):
        fresh.take_over(NOTHING)


async def test_what_is_taken_over_twice_is_said_once(ports: FakePorts) -> None:
    before, other, fresh = voice(ports), voice(ports), voice(ports)
    before.connect()
    before.send_text("hung up")
    before.disconnect()
    before.send_text("one")
    assert before.unsent is before.unsent
    fresh.take_over(before.unsent)
    fresh.take_over(before.unsent)
    before.destroy()
    assert fresh.unsent == UnsentTexts(queued=("one",), failed=("hung up",))
    other.send_text("one")
    fresh.take_over(other.unsent)
    assert fresh.unsent.queued == ("one", "one")
    other.destroy()
    fresh.destroy()


async def test_what_no_channel_carries_is_refused_before_the_field_is_emptied(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    with pytest.raises(ValueError, match="too long"):
        session.send_text("я" * 40_000)
    with pytest.raises(ValueError, match="too long"):
        session.set_context("page", ["я" * 40_000])
    session.send_text("я" * 30_000)
    session.set_context("page", "я" * 30_000)
    assert [frame["action"] for frame in ports.peer.made[0].frames] == [
        "inject_text",
        "set_context",
    ]
    assert session.unsent == NOTHING
    session.destroy()
