"""`python -m local_agent`: serve an agent, the demo's by default, on loopback.

The first line printed says where, once the server is ready.
"""

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from aiohttp import web

from local_agent.agent_file import AgentFileBroken, Watch, load_agents
from local_agent.demo import mara
from local_agent.server import Server
from local_agent.voice.network import offer_loopback

BUILT_PAGES = Path("dist")
_LOOK = 0.3
"""Seconds between two looks at the watched files."""

BETWEEN_REQUESTS = 60.0
"""Seconds within which a connection's next request must begin and its head be complete."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class CannotServe(Exception):
    """The server can't be started; the message says why, in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING)
    try:
        changed = _serve_once(options)
    except (CannotServe, AgentFileBroken) as problem:
        watch = Watch(options.agent) if options.reload and options.agent else None
        sys.stderr.write(f"{problem}\n")
        if watch is None:
            return 1
        changed = asyncio.run(_told_to_end(watch))
    if changed:
        _start_again(sys.argv[1:] if arguments is None else arguments)
    return 0


def _serve_once(options: argparse.Namespace) -> bool:
    """Serve until told to end; whether a watched file changed."""
    server = _server(options)
    watch = Watch(options.agent) if options.reload else None
    return asyncio.run(_serve(server, options.host, options.port, watch))


def _start_again(arguments: Sequence[str]) -> NoReturn:
    # A new process: nothing of the old agent is left, whatever it had imported or begun.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "local_agent", *arguments])  # noqa: S606


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_agent", description=__doc__)
    parser.add_argument("agent", nargs="?", type=Path, help="a Python file with the Agent in it")
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8765, help="default: %(default)s; 0: any")
    parser.add_argument("--pages", type=Path, help=f"folder of the built pages ({BUILT_PAGES})")
    parser.add_argument("--secret", help="signs the tokens; default: random")
    parser.add_argument("--threads", type=Path, help="SQLite file of the threads; default: none")
    parser.add_argument("--faults", action="store_true", help="let tests make it fail: /_faults")
    parser.add_argument("--reload", action="store_true", help="start again when the file changes")
    parser.add_argument("--verbose", action="store_true", help="log what happens")
    return parser


def _server(options: argparse.Namespace) -> Server:
    if options.reload and options.agent is None:
        raise CannotServe("--reload needs an agent file to watch.")
    return Server(
        load_agents(options.agent) if options.agent else [mara],
        secret=options.secret,
        pages=_pages(options.pages),
        threads=options.threads,
        faults=options.faults,
    )


def _pages(folder: Path | None) -> Path | None:
    if folder is None:
        return BUILT_PAGES if BUILT_PAGES.is_dir() else None
    if not folder.is_dir():
        raise CannotServe(f"There is no folder of pages at {str(folder)!r}; build them first.")
    return folder


async def _serve(server: Server, host: str, port: int, watch: Watch | None) -> bool:
    loopback = host in LOOPBACK
    if loopback:
        offer_loopback()
    runner = web.AppRunner(
        server.app(loopback=loopback),
        access_log=None,
        shutdown_timeout=2.0,
        keepalive_timeout=BETWEEN_REQUESTS,
    )
    try:
        await _set_up(runner)
        await _listen(runner, host, port)
        shown = "localhost" if loopback else host
        real_port = runner.addresses[0][1]
        sys.stdout.write(f"Pinecall local agent: http://{shown}:{real_port}/\n")
        sys.stdout.flush()
        return await _told_to_end(watch)
    finally:
        await runner.cleanup()


async def _set_up(runner: web.AppRunner) -> None:
    try:
        await runner.setup()
    except sqlite3.Error as error:
        raise CannotServe(f"The file of the threads can't be used: {error}.") from None


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except socket.gaierror:
        raise CannotServe(f"The host {host!r} is unknown.") from None
    except OverflowError:
        raise CannotServe(f"{port} is not a port; choose 0 to 65535.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"The port {port} is in use already; choose another with --port."
        else:
            reason = f"Can't listen on {host}:{port}: {error.strerror}."
        raise CannotServe(reason) from None


async def _told_to_end(watch: Watch | None) -> bool:
    """Wait for a signal, or for a change of the watched file; whether it was a change."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _LOOK if watch else None)
            return False
        if watch and watch.changed():
            return True


if __name__ == "__main__":
    sys.exit(main())
