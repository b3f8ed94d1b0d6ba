"""A server on a real port, its clock in the test's hand."""

import runpy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Agent, Server, demo

Client = TestClient[Any, Any]

SECRET = "known to the test"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    return folder


@pytest.fixture
def private() -> Agent:
    """An agent without allowed origins."""
    return Agent("private")


@pytest.fixture
def mara() -> Agent:
    """The demo's agent, made anew: its listeners are this test's own."""
    made: Agent = runpy.run_path(demo.__file__)["mara"]
    return made


@pytest.fixture
async def server(clock: Clock, pages: Path, mara: Agent, private: Agent) -> Server:
    # No recognisers ahead: only the voice tests need one.
    return Server([mara, private], secret=SECRET, pages=pages, now=clock, recognisers=0)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with TestClient(TestServer(server.app())) as running:
        yield running
