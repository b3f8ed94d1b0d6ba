"""The store: who is told what, and when."""

import logging

import pytest

from web_client.protocol import ChatConnected, Message, SetChatContext
from web_client.state import (
    CHAT,
    ChatState,
    ConnectRequested,
    ContextSet,
    Send,
    Store,
    UserSent,
    chat_core,
)


@pytest.fixture
def store() -> Store[ChatState]:
    return Store(CHAT, chat_core())


def test_listeners_hear_of_changes_and_of_nothing_else(store: Store[ChatState]) -> None:
    seen: list[str] = []
    store.subscribe(lambda: seen.append(store.state.status))
    store.dispatch(ConnectRequested(), 0.0)
    before = store.state
    store.dispatch(ContextSet("k", "v"), 0.0)
    store.dispatch(object(), 0.0)
    assert seen == ["connecting"]
    assert store.state is before


def test_dispatch_gives_out_the_effects(store: Store[ChatState]) -> None:
    store.dispatch(ConnectRequested(), 0.0)
    store.dispatch(UserSent("hi"), 0.0)
    assert Send(Message("hi")) in store.dispatch(ChatConnected(), 0.0)


def test_a_listener_that_raises_stops_nobody(
    store: Store[ChatState], caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    def broken() -> None:
        raise RuntimeError("of the page")

    store.subscribe(broken)
    store.subscribe(lambda: told.append(1))
    with caplog.at_level(logging.ERROR):
        store.dispatch(ConnectRequested(), 0.0)
    assert told == [1]
    assert "of the page" in caplog.text


def test_an_interrupt_inside_a_listener_leaves_the_store_in_order(store: Store[ChatState]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    leave = store.subscribe(interrupted)
    store.dispatch(ContextSet("k", "v"), 0.0)
    with pytest.raises(KeyboardInterrupt):
        store.dispatch(ConnectRequested(), 0.0)
    leave()
    assert Send(SetChatContext("k", "v")) in store.dispatch(ChatConnected(), 0.0)


def test_unsubscribing_inside_a_listener(store: Store[ChatState]) -> None:
    told: list[str] = []

    def first() -> None:
        told.append("first")
        leave()

    leave = store.subscribe(first)
    store.subscribe(lambda: told.append("second"))
    store.dispatch(ConnectRequested(), 0.0)
    store.dispatch(UserSent("hi"), 0.0)
    leave()
    assert told == ["first", "second", "second"]


def test_one_listener_subscribed_twice_is_two(store: Store[ChatState]) -> None:
    told: list[int] = []

    def listener() -> None:
        told.append(1)

    leave = store.subscribe(listener)
    store.subscribe(listener)
    leave()
    store.dispatch(ConnectRequested(), 0.0)
    assert told == [1]


def test_what_a_listener_dispatches_comes_after(store: Store[ChatState]) -> None:
    store.dispatch(ContextSet("page", "old"), 0.0)
    store.dispatch(ConnectRequested(), 0.0)
    told: list[tuple[str, int]] = []

    def answers() -> None:
        if store.state.status == "connected" and not store.state.messages:
            assert store.dispatch(ContextSet("page", "new"), 0.0) == ()
            assert store.dispatch(UserSent("hi"), 0.0) == ()
            assert len(store.state.messages) == 1

    store.subscribe(answers)
    store.subscribe(lambda: told.append((store.state.status, len(store.state.messages))))
    effects = store.dispatch(ChatConnected(), 0.0)
    assert [effect.frame for effect in effects if isinstance(effect, Send)] == [
        SetChatContext("page", "old"),
        SetChatContext("page", "new"),
        Message("hi"),
    ]
    assert told == [("connected", 1), ("connected", 1)]
