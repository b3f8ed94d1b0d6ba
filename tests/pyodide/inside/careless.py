"""Leaves everything behind, so that the harness can show that it sees it."""

import asyncio

from pyodide.ffi import create_proxy

from tests.pyodide.inside.record import page

kept: list[object] = []


async def one_of_each() -> None:
    origin = page.location.origin.replace("http", "ws", 1)
    player = page.Audio.new()
    player.srcObject = page.MediaStream.new()
    asking = page.navigator.mediaDevices.getUserMedia(page.JSON.parse('{"audio": true}'))
    kept.extend(
        [
            page.RTCPeerConnection.new(),
            page.WebSocket.new(f"{origin}/socket/echo"),
            page.AudioContext.new(),
            await asking,
            player.play(),
            asyncio.ensure_future(asyncio.Event().wait()),
            create_proxy(lambda: None),
        ]
    )
