"""`python -m local_agent`: where it serves, and why it can't."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from local_agent.__main__ import main
from tests.agent.chatter import upgrade

_PIPE = asyncio.subprocess.PIPE


@asynccontextmanager
async def _command(
    *arguments: str, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local_agent", *arguments),
        stdout=_PIPE,
        stderr=_PIPE,
        env=os.environ | environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _url(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert line.startswith("Pinecall local agent: http://localhost:")
    return line.split()[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_serves_and_ends_when_told(
    number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("the pages")
    async with _command("--port", "0", "--pages", str(tmp_path)) as process:
        url = await _url(process)
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                assert await response.text() == "the pages"
            async with session.get(f"{url}chat/token?agent_id=mara") as response:
                assert response.status == 200
            async with session.get(url, headers={"Host": "rebound.example"}) as response:
                assert response.status == 403
        process.send_signal(number)
        rest, complaints = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, rest, complaints) == (0, b"", b"")


UNREAD = """
from local_agent import Agent, Call, sockets

sockets.GOODBYE = 0.3
ada = Agent("ada", allowed_origins=["http://localhost:*"])

@ada.on("chat.started")
def fill(call: Call) -> None:
    call._line._socket._transport.write(bytes(16 * 1024 * 1024))
    print("filled", flush=True)
"""


async def test_it_ends_when_told_though_a_client_does_not_read(tmp_path: Path) -> None:
    file = tmp_path / "unread.py"
    file.write_text(UNREAD)
    async with _command(str(file), "--port", "0") as process:
        url = await _url(process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}chat/token?agent_id=ada") as response:
                token = (await response.json())["token"]
            with socket.create_connection(("127.0.0.1", URL(url).port)) as silent:
                silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                silent.sendall(upgrade("/chat/ws", token))
                assert process.stdout
                assert await asyncio.wait_for(process.stdout.readline(), 20) == b"filled\n"
                process.send_signal(signal.SIGINT)
                rest, complaints = await asyncio.wait_for(process.communicate(), 15)
        assert (process.returncode, rest, complaints) == (0, b"", b"")


async def test_it_serves_an_authors_file(tmp_path: Path) -> None:
    file = tmp_path / "my_agent.py"
    file.write_text('from local_agent import Agent\nada = Agent("ada")\n')
    async with _command(str(file), "--port", "0") as process:
        url = await _url(process)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}api/sdk/agent-info/ada") as response,
        ):
            assert (await response.json())["agent"] == "ada"


OWN_AGENT = """
from __future__ import annotations

from pydantic import BaseModel

from local_agent import Agent
from name import NAME

ada = ada_too = Agent(NAME, allowed_origins=["http://localhost:*"])

class Size(BaseModel):
    width: int

@ada.tool
def area(size: Size) -> int:
    return size.width ** 2
"""


async def test_a_file_may_have_modules_beside_it_and_is_served_anew_when_they_change(
    tmp_path: Path,
) -> None:
    (tmp_path / "name.py").write_text("NAME = 'ada'")
    file = tmp_path / "my_agent.py"
    file.write_text(OWN_AGENT)
    async with _command(str(file), "--port", "0", "--reload") as process:
        assert await _serves(await _url(process), "ada")
        (tmp_path / "name.py").write_text("NAME = 'grace'")
        assert await _serves(await _url(process), "grace")
        file.write_text("oh no")
        assert process.stderr
        complaint = await asyncio.wait_for(process.stderr.readline(), 20)
        assert b"can't be run (line 1)" in complaint
        file.write_text(OWN_AGENT.replace("NAME,", "'back',"))
        assert await _serves(await _url(process), "back")
        process.send_signal(signal.SIGINT)
        rest, complaints = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, rest, complaints) == (0, b"", b"")


async def _serves(url: str, agent: str) -> bool:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}api/sdk/agent-info/{agent}") as response,
    ):
        return response.status == 200


async def test_without_what_it_needs_it_says_what_to_install(tmp_path: Path) -> None:
    gone = "raise ModuleNotFoundError('there is no aiohttp', name='aiohttp')"
    (tmp_path / "aiohttp.py").write_text(gone)
    async with _command(PYTHONPATH=str(tmp_path)) as process:
        output, complaint = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, output) == (1, b"")
    assert complaint.decode() == (
        "The local agent needs aiohttp, which isn't installed:"
        ' pip install "pinecall-web-client[agent]"\n'
    )


async def test_a_busy_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with _command("--port", str(port)) as process:
            output, complaint = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, output) == (1, b"")
    assert complaint.decode() == (
        f"The port {port} is in use already; choose another with --port.\n"
    )


def test_what_it_cannot_serve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.py"
    empty.write_text("")
    broken = tmp_path / "broken.py"
    broken.write_text("1 / 0")
    unfinished = tmp_path / "unfinished.py"
    unfinished.write_text("\nprint(")
    leaving = tmp_path / "leaving.py"
    leaving.write_text("raise SystemExit('bye')")
    notes = tmp_path / "notes.txt"
    notes.write_text("no database " * 100)
    for arguments, sentence in (
        (["--host", "no-such-host.invalid"], "The host 'no-such-host.invalid' is unknown."),
        (["--port", "70000"], "70000 is not a port; choose 0 to 65535."),
        (["--pages", "no/pages"], "There is no folder of pages at 'no/pages'; build them first."),
        (
            ["--threads", str(notes)],
            "The file of the threads can't be used: file is not a database.",
        ),
        (["no_agent.py"], "There is no agent file 'no_agent.py'."),
        ([str(empty)], f"There is no Agent in {str(empty)!r}."),
        (
            [str(broken)],
            f"{str(broken)!r} can't be run (line 1): ZeroDivisionError: division by zero",
        ),
        (
            [str(unfinished)],
            f"{str(unfinished)!r} can't be run (line 2): SyntaxError: '(' was never closed",
        ),
        ([str(leaving)], f"{str(leaving)!r} can't be run (line 1): SystemExit: bye"),
        ([str(notes)], f"{str(notes)!r} is no Python file; its name must end in .py."),
        (["--reload"], "--reload needs an agent file to watch."),
    ):
        assert main(arguments) == 1
        assert capsys.readouterr() == ("", f"{sentence}\n")
