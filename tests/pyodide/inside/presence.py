"""`BrowserPresence`: the screen that stays on, the page that is left and shown again."""

from typing import Any

import js

from tests.pyodide.inside.record import Record, page, until
from web_client.browser import BrowserPresence
from web_client.browser.bridge import plain


def _locks() -> list[bool]:
    """Whether each wake lock that was granted in this case is held."""
    return [not lock.released for lock in page.witness.opened.locks]


def _seen() -> None:
    js_document: Any = js.document
    js_document.dispatchEvent(page.Event.new("visibilitychange"))


async def the_screen_stays_on_until_cancelled() -> None:
    awake = BrowserPresence().keep_awake()
    await until(lambda: _locks() == [True])
    awake.cancel()
    awake.cancel()
    await until(lambda: _locks() == [False])
    _seen()
    assert _locks() == [False]


async def a_lock_that_the_browser_took_is_asked_for_again() -> None:
    awake = BrowserPresence().keep_awake()
    await until(lambda: _locks() == [True])
    page.witness.opened.locks[0].release()
    _seen()
    await until(lambda: _locks() == [False, True])
    _seen()
    await until(lambda: _locks() == [False, False, True])
    awake.cancel()


async def a_lock_granted_too_late_is_released() -> None:
    BrowserPresence().keep_awake().cancel()
    await until(_locks)
    await until(lambda: _locks() == [False])


async def a_hidden_page_asks_for_nothing() -> None:
    page.Object.defineProperty(js.document, "visibilityState", plain(_property("hidden")))
    awake = BrowserPresence().keep_awake()
    page.Reflect.deleteProperty(js.document, "visibilityState")
    assert _locks() == []
    _seen()
    await until(lambda: _locks() == [True])
    awake.cancel()


async def without_wake_locks_or_with_a_refusal_nothing_happens() -> None:
    page.Object.defineProperty(js.navigator, "wakeLock", plain(_property(None)))
    BrowserPresence().keep_awake().cancel()
    page.Reflect.deleteProperty(js.navigator, "wakeLock")
    page.witness.refuseLocks(True)
    awake = BrowserPresence().keep_awake()
    await until(lambda: page.witness.refused == 1)
    page.witness.refuseLocks(False)
    awake.cancel()
    assert _locks() == []


async def leaving_and_freezing_are_told_until_cancelled() -> None:
    record = Record()
    listening = BrowserPresence().on_leave(lambda: record.tell("left"))
    js_document: Any = js.document
    page.dispatchEvent(page.PageTransitionEvent.new("pagehide"))
    js_document.dispatchEvent(page.Event.new("freeze"))
    listening.cancel()
    page.dispatchEvent(page.PageTransitionEvent.new("pagehide"))
    assert record.told == [("left",), ("left",)]


async def only_a_page_that_was_put_away_comes_back() -> None:
    record = Record()
    listening = BrowserPresence().on_return(lambda: record.tell("back"))
    js_document: Any = js.document
    shown = page.PageTransitionEvent
    page.dispatchEvent(shown.new("pageshow", plain({"persisted": False})))
    assert record.told == []
    page.dispatchEvent(shown.new("pageshow", plain({"persisted": True})))
    js_document.dispatchEvent(page.Event.new("resume"))
    listening.cancel()
    page.dispatchEvent(shown.new("pageshow", plain({"persisted": True})))
    assert record.told == [("back",), ("back",)]


def _property(value: object) -> dict[str, object]:
    return {"configurable": True, "value": value}
