"""A page over plain http from another host: the browser hides its media devices."""

from tests.pyodide.inside.record import raises
from web_client.browser import BrowserMedia
from web_client.errors import InsecurePage
from web_client.sessions.ports import MicrophoneRequest


async def the_microphone_needs_a_secure_page() -> None:
    with raises(InsecurePage, "https://"):
        await BrowserMedia().microphone(MicrophoneRequest())


async def there_are_no_devices_and_none_come() -> None:
    media = BrowserMedia()
    media.on_devices_changed(lambda: None).cancel()
    assert await media.devices() == ()
