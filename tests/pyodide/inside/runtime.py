"""`runtime.default_ports`: what a session gets when a page names no ports of its own."""

from tests.pyodide.inside.record import page
from web_client.browser import BrowserMedia
from web_client.runtime import default_ports


async def the_default_ports_reach_the_browser() -> None:
    ports = default_ports()
    response = await ports.network.request("GET", f"{page.location.origin}/mirror")
    assert response.ok
    assert ports.clock.now() > 1.7e9
    assert isinstance(ports.media, BrowserMedia)


async def a_primed_media_is_the_one_that_is_used() -> None:
    media = BrowserMedia()
    assert default_ports(media).media is media
