"""A page that nobody has touched: the browser plays no sound."""

import js

from tests.pyodide.inside.record import Record, page, raises
from web_client.browser import BrowserMedia
from web_client.browser.bridge import Listeners
from web_client.sessions.ports import AutoplayRefused

TOUCH_ME = "please touch the page"


async def sound_is_blocked_until_somebody_touches_the_page() -> None:
    record, listeners = Record(), Listeners()
    context = page.AudioContext.new()
    [track] = context.createMediaStreamDestination().stream.getAudioTracks()
    playback = BrowserMedia().play(track, lambda: record.tell("blocked"))
    await record.until("blocked")
    with raises(AutoplayRefused, "touch"):
        await playback.unlock()
    listeners.add(js.globalThis, "click", lambda _: record.tell("touched"))
    print(TOUCH_ME)
    await record.until("touched")
    await playback.unlock()
    assert record.told == [("blocked",), ("touched",)]
    playback.close()
    listeners.close()
    context.close()
