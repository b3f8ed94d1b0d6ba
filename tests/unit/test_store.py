"""The store: the table's steps, kept."""

import pytest

from web_client.protocol import ChatConnected, Message
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


def test_the_snapshot_is_the_same_object_until_something_changes(store: Store[ChatState]) -> None:
    before = store.state
    store.dispatch(ContextSet("k", "v"), 0.0)
    store.dispatch(object(), 0.0)
    assert store.state is before
    store.dispatch(ConnectRequested(), 0.0)
    assert (before.status, store.state.status) == ("idle", "connecting")


def test_dispatch_gives_out_the_effects(store: Store[ChatState]) -> None:
    store.dispatch(ConnectRequested(), 0.0)
    store.dispatch(UserSent("hi"), 0.0)
    assert Send(Message("hi")) in store.dispatch(ChatConnected(), 0.0)
