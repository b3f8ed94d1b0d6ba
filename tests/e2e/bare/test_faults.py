"""Real faults of a real server and a real network: what was typed is not lost, and the person is
told what happens (6-faults, Connection and Lost words)."""

import pytest

from tests.e2e.bare.lab import Lab
from tests.e2e.bare.relay import Relay
from tests.sizes import size

# However long another server takes to start.
SOON = {"reconnect": {"first": 0.2, "longest": 0.5, "tries": 1000}}
THANKS, WELCOME = "Thank you", "You are welcome."


def test_a_refused_token_is_explained_and_the_text_can_be_sent_again(lab: Lab) -> None:
    chat = lab.talk("chat", "chat")
    lab.fault("refuse", path="/chat/token", status=403, error="Not today.")
    chat.say(THANKS)
    chat.connect()
    chat.until(status="error")
    shown = chat.shown()
    assert shown["error_code"] == "token_refused"
    assert "Not today." in shown["error"]
    assert "403" in shown["error"]
    assert [message["status"] for message in shown["messages"]] == ["failed"]

    chat.connect()
    chat.until(status="connected", error=None)
    chat.retry()
    chat.until_said("bot", WELCOME)
    assert chat.said("user") == [THANKS]


def test_a_token_that_comes_late_keeps_what_was_typed(lab: Lab) -> None:
    chat = lab.talk("chat", "chat")
    lab.fault("delay", path="/chat/token", seconds=1)
    *_, shown = lab.ask_at_once(("connect", "chat"), ("say", "chat", THANKS), ("shown", "chat"))
    assert shown["status"] == "connecting"
    chat.until_said("bot", WELCOME)
    assert chat.shown()["statuses"] == ["idle", "connecting", "connected"]


def test_a_token_that_comes_too_late_is_an_error_and_the_next_try_works(lab: Lab) -> None:
    chat = lab.talk("chat", "chat", timeouts={"token": 3})
    lab.fault("delay", path="/chat/token", seconds=60)
    chat.connect()
    chat.say(THANKS)
    chat.until(status="error", error_code="timed_out")
    chat.connect()
    chat.until(status="connected")
    chat.retry()
    chat.until_said("bot", WELCOME)


def test_a_socket_that_drops_in_mid_reply_loses_nothing(lab: Lab) -> None:
    chat = lab.talk("chat", "chat", **SOON)
    lab.fault("drop_after", frames=12)
    chat.connect()
    chat.say("Tell me the story of your salon")
    chat.say(THANKS)
    chat.until_said("bot", WELCOME)
    chat.until(typing=False, queued=0)
    shown = chat.shown()
    assert shown["statuses"] == ["idle", "connecting", "connected", "reconnecting", "connected"]
    assert not any(message["is_streaming"] for message in shown["messages"])
    half, answer = chat.said("bot")
    assert half.startswith("Our salon began")
    assert answer == WELCOME
    assert [m["status"] for m in shown["messages"] if m["role"] == "user"] == ["sent", "sent"]


def test_a_chat_over_which_nothing_goes_any_more_is_made_anew(lab: Lab) -> None:
    """Nobody closed it: what tells is that the network was away, and then silence."""
    chat = lab.talk("chat", "chat", timeouts={"doubt": 0.5}, **SOON)
    chat.connect()
    chat.until(status="connected")
    assert lab.fault("stall", channel="chat", seconds=600)["hit"] == 1
    lab.page.evaluate("dispatchEvent(new Event('online'))")
    chat.say(THANKS)
    chat.until(status="connected", typing=False)
    shown = chat.shown()
    assert shown["statuses"][-2:] == ["reconnecting", "connected"]
    assert [message["status"] for message in shown["messages"]] == ["failed"]
    chat.retry()
    chat.until_said("bot", WELCOME)
    assert chat.said("user") == [THANKS]


def test_a_server_that_closes_the_call_has_hung_up(lab: Lab) -> None:
    call = lab.talk("call", "voice")
    call.connect()
    call.until(status="connected")
    assert lab.fault("drop", channel="webrtc")["hit"] == 1
    call.until(status="idle")
    assert call.shown()["end_reason"] == "server"
    assert lab.held()["open"] == []


def test_a_server_that_dies_is_found_again_when_it_is_back(lab: Lab) -> None:
    chat = lab.talk("chat", "chat", **SOON)
    call = lab.talk("call", "voice", timeouts={"healing": 0.2}, **SOON)
    for talk in (chat, call):
        talk.connect()
    for talk in (chat, call):
        talk.until(status="connected")
    lab.kill_agent()
    chat.until(status="reconnecting")
    chat.say(THANKS)
    call.say(THANKS)
    call.until(status="reconnecting")
    lab.start_agent()
    chat.until_said("bot", WELCOME)
    call.until_said("user", THANKS)
    assert chat.said("user") == [THANKS]


@pytest.mark.parametrize("seconds", size([3], [3, 8]))
def test_a_hole_in_the_network_is_not_the_end_of_a_call(
    lab: Lab, relay: Relay, seconds: float
) -> None:
    call = lab.talk("call", "voice")
    call.connect()
    call.until(status="connected")
    relay.is_cut = True
    call.say(THANKS)
    lab.wait(seconds)
    relay.is_cut = False
    call.until_said("user", THANKS)
    assert call.shown()["statuses"] == ["idle", "connecting", "connected"]
    assert call.said("user") == [THANKS]


@pytest.mark.parametrize("seconds", size([0], [0, 40]))
def test_a_network_that_is_gone_for_longer_makes_a_new_call(
    lab: Lab, relay: Relay, seconds: float
) -> None:
    """The short form has no patience with a connection that is disturbed; all else is the same."""
    options = {} if seconds else {"timeouts": {"healing": 0.1}}
    call = lab.talk("call", "voice", **SOON, **options)
    call.connect()
    call.until(status="connected")
    call.say("Who am I?")
    call.until_said("user", "Who am I?")
    relay.is_cut = True
    call.say(THANKS)
    lab.wait(seconds)
    call.until(status="reconnecting")
    relay.is_cut = False
    call.until(status="connected", error=None)
    call.until_said("user", THANKS)
    assert " ".join(call.said("user")) == f"Who am I? {THANKS}"
