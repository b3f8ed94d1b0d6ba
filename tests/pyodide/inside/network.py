"""`BrowserNetwork` against a real server."""

import asyncio
import json
import sys

from tests.pyodide.inside.record import Record, SocketRecord, page, raises, until
from web_client.browser import BrowserClock, BrowserNetwork
from web_client.browser.telling import telling
from web_client.sessions.ports import NetworkFailed

HERE = str(page.location.origin)
SOCKETS = HERE.replace("http", "ws", 1) + "/socket/"
network = BrowserNetwork()


async def a_get_gives_status_and_text() -> None:
    response = await network.request("GET", f"{HERE}/mirror")
    assert response.ok
    assert json.loads(response.text) == {"method": "GET", "type": None, "body": ""}


async def a_post_carries_its_json() -> None:
    response = await network.request("POST", f"{HERE}/mirror", json='{"sdp": "ñ"}')
    seen = json.loads(response.text)
    assert seen == {"method": "POST", "type": "application/json", "body": '{"sdp": "ñ"}'}


async def a_refusal_is_an_answer() -> None:
    response = await network.request("GET", f"{HERE}/mirror?status=403")
    assert response.status == 403
    assert not response.ok
    assert "GET" in response.text


async def a_port_without_a_server_fails() -> None:
    port = (await network.request("GET", f"{HERE}/closed-port")).text
    with raises(NetworkFailed, "could not be reached"):
        await network.request("GET", f"http://127.0.0.1:{port}/?token=secret")


async def an_address_that_is_none_fails() -> None:
    for url in ("wss://127.0.0.1/", "http://"):
        with raises(NetworkFailed, "could not be reached"):
            await network.request("GET", url)


async def cancelling_aborts_the_exchange() -> None:
    asking = asyncio.ensure_future(network.request("GET", f"{HERE}/slow"))
    assert (await network.request("GET", f"{HERE}/slow/arrived")).ok
    asking.cancel()
    assert (await network.request("GET", f"{HERE}/slow/aborted")).ok
    assert asking.cancelled()


async def text_goes_both_ways() -> None:
    events = SocketRecord()
    socket = network.socket(SOCKETS + "echo", events)
    assert events.told == []
    socket.send("dropped: not open yet")
    await events.until("opened")
    socket.send('{"text": "¿a qué hora?"}')
    await events.until("received", '{"text": "¿a qué hora?"}')
    assert events.told == [("opened",), ("received", '{"text": "¿a qué hora?"}')]
    socket.close()


async def a_long_text_comes_as_it_was_sent() -> None:
    events = SocketRecord()
    socket = network.socket(SOCKETS + "echo", events)
    await events.until("opened")
    for text in ("¿a qué hora? 😀 " * 40, "x" * 499, "x" * 500, "\x00" * 5000):
        socket.send(text)
        await events.until("received", text)
    socket.close()


async def bytes_go_up_and_are_not_heard_coming_down() -> None:
    events = SocketRecord()
    socket = network.socket(SOCKETS + "echo", events)
    await events.until("opened")
    socket.send(bytes(3200))
    await events.until("received", "3200 bytes")
    assert len(events.told) == 2
    socket.close()


async def with_another_loader_than_ours_all_this_is_the_same() -> None:
    ours = sys.modules.pop("pinecall_telling", None)
    sys.modules["pinecall_telling"] = None  # type: ignore[assignment]
    telling.cache_clear()
    try:
        await text_goes_both_ways()
        await a_long_text_comes_as_it_was_sent()
        await bytes_go_up_and_are_not_heard_coming_down()
    finally:
        del sys.modules["pinecall_telling"]
        if ours:
            sys.modules["pinecall_telling"] = ours


async def a_close_tells_code_and_reason() -> None:
    events = SocketRecord()
    socket = network.socket(SOCKETS + "closing", events)
    await events.until("closed", 4001, "token used")
    socket.send("dropped: closed")
    socket.close()


async def a_server_that_dies_closes_with_1006() -> None:
    events = SocketRecord()
    network.socket(SOCKETS + "dying", events)
    await events.until("closed", 1006, "")


async def a_server_that_is_not_there_closes_with_1006() -> None:
    port = (await network.request("GET", f"{HERE}/closed-port")).text
    events = SocketRecord()
    network.socket(f"ws://127.0.0.1:{port}/", events)
    await events.until("closed", 1006, "")
    assert events.told == [("closed", 1006, "")]


async def a_url_that_is_none_closes_later_and_keeps_the_token_to_itself() -> None:
    events = SocketRecord()
    socket = network.socket("nowhere://?token=secret", events)
    assert events.told == []
    socket.send("dropped")
    await until(lambda: events.told)
    [(what, code, reason)] = events.told
    assert (what, code) == ("closed", 1006)
    assert "secret" not in str(reason)
    socket.close()


async def closing_is_silent_wherever_the_socket_stands() -> None:
    impossible, opening, opened = SocketRecord(), SocketRecord(), SocketRecord()
    network.socket("nowhere://", impossible).close()
    network.socket(SOCKETS + "echo", opening).close()
    socket = network.socket(SOCKETS + "echo", opened)
    await opened.until("opened")
    socket.send("too late to come back")
    socket.close()
    socket.close()
    later = asyncio.Event()
    BrowserClock().call_later(0.2, later.set)
    await later.wait()
    assert (impossible.told, opening.told, opened.told) == ([], [], [("opened",)])


async def a_socket_may_be_closed_by_what_it_tells() -> None:
    class Closing(SocketRecord):
        def received(self, text: str) -> None:
            socket.close(4000, "heard enough")
            super().received(text)

    events = Closing()
    socket = network.socket(SOCKETS + "echo", events)
    await events.until("opened")
    socket.send("one")
    socket.send("two")
    await events.until("received", "one")
    assert events.told == [("opened",), ("received", "one")]


async def coming_back_online_is_told_until_cancelled() -> None:
    record = Record()
    listening = network.on_online(lambda: record.tell("online"))
    page.dispatchEvent(page.Event.new("online"))
    listening.cancel()
    listening.cancel()
    page.dispatchEvent(page.Event.new("online"))
    assert record.told == [("online",)]
