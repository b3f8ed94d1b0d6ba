"""The other end: a real HTTP and WebSocket server, in a thread of its own."""

import asyncio
import io
import socket
import threading
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from aiohttp import WSMsgType, web

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ARRIVED: web.AppKey[asyncio.Event] = web.AppKey("arrived", asyncio.Event)
ABORTED: web.AppKey[asyncio.Event] = web.AppKey("aborted", asyncio.Event)


@contextmanager
def serving(dist: Path) -> Iterator[int]:
    """Serve the page, and the built `dist/`; the port on 127.0.0.1."""
    port, stop = Future[int](), Future[None]()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(dist, port, stop)))
    thread.start()
    try:
        yield port.result(timeout=60)
    finally:
        stop.set_result(None)
        thread.join()


async def _serve(dist: Path, port: Future[int], stop: Future[None]) -> None:
    runner = web.AppRunner(application(dist), handler_cancellation=True, shutdown_timeout=0.5)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port.set_result(runner.addresses[0][1])
        await asyncio.wrap_future(stop)
    except Exception as error:
        port.set_exception(error)
    finally:
        await runner.cleanup()


def application(dist: Path) -> web.Application:
    app = web.Application()
    app[ARRIVED], app[ABORTED] = asyncio.Event(), asyncio.Event()
    app.router.add_get("/", _index)
    app.router.add_get("/cases.zip", _cases)
    app.router.add_static("/page", HERE / "page")
    app.router.add_static("/dist", dist)
    app.router.add_route("*", "/mirror", _mirror)
    app.router.add_get("/slow", _slow)
    app.router.add_get("/slow/arrived", _until(ARRIVED))
    app.router.add_get("/slow/aborted", _until(ABORTED))
    app.router.add_get("/closed-port", _closed_port)
    app.router.add_get("/socket/{how}", _socket)
    return app


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(HERE / "page" / "index.html")


async def _cases(_: web.Request) -> web.Response:
    """The cases, under the names that they have here."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [ROOT / "tests/__init__.py", HERE / "__init__.py", *HERE.glob("inside/*.py")]:
            archive.write(path, path.relative_to(ROOT))
    return web.Response(body=packed.getvalue())


async def _mirror(request: web.Request) -> web.Response:
    """What was asked, with the status that was asked for."""
    seen = {
        "method": request.method,
        "type": request.headers.get("content-type"),
        "body": await request.text(),
    }
    return web.json_response(seen, status=int(request.query.get("status", "200")))


async def _slow(request: web.Request) -> web.Response:
    """Never answers; remembers that the browser went away."""
    request.app[ARRIVED].set()
    never: asyncio.Future[web.Response] = asyncio.get_running_loop().create_future()
    try:
        return await never
    finally:
        request.app[ABORTED].set()


def _until(key: web.AppKey[asyncio.Event]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answers once that has happened."""

    async def wait(request: web.Request) -> web.Response:
        await request.app[key].wait()
        return web.Response()

    return wait


async def _closed_port(_: web.Request) -> web.Response:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return web.Response(text=str(probe.getsockname()[1]))


async def _socket(request: web.Request) -> web.WebSocketResponse:
    """Echo text; send back binary as binary; end in the way that the path names."""
    connection = web.WebSocketResponse()
    await connection.prepare(request)
    match request.match_info["how"]:
        case "closing":
            await connection.close(code=4001, message=b"token used")
        case "dying":
            assert request.transport is not None
            request.transport.abort()
        case _:
            await _echo(connection)
    return connection


async def _echo(connection: web.WebSocketResponse) -> None:
    async for message in connection:
        if message.type is WSMsgType.TEXT:
            await connection.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await connection.send_bytes(message.data)
            await connection.send_str(f"{len(message.data)} bytes")
