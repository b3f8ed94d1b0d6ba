"""A visitor who refuses the microphone."""

from tests.pyodide.inside.record import raises
from web_client.browser import BrowserMedia
from web_client.errors import MicrophoneRefused
from web_client.sessions.ports import MicrophoneRequest


async def a_refused_microphone_says_what_to_do() -> None:
    with raises(MicrophoneRefused, "address bar"):
        await BrowserMedia().microphone(MicrophoneRequest())


async def devices_have_no_names() -> None:
    assert all(device.label == "" for device in await BrowserMedia().devices())
