"""A model endpoint on loopback: speaks the chat completions API as the tests tell it to."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from local_agent import ChatCompletions

KEY = "sk-known-to-the-test"


def says(*pieces: str) -> list[dict[str, Any]]:
    """The deltas of a reply in words."""
    return [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]


def calls(name: str, *arguments: str, index: int = 0, call: str = "call_a") -> list[dict[str, Any]]:
    """The deltas of a tool call, its arguments in pieces."""
    first = {"index": index, "id": call, "type": "function", "function": {"name": name}}
    parts = [{"index": index, "function": {"arguments": piece}} for piece in arguments]
    return [{"tool_calls": [part]} for part in (first, *parts)]


def stream(deltas: Iterable[dict[str, Any]]) -> str:
    """Deltas as the server-sent events of a real endpoint, its comments and usage included."""
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    usage = {"choices": [], "usage": {"total_tokens": 7}}
    lines = [f"data: {json.dumps(chunk, ensure_ascii=False)}" for chunk in (*chunks, usage)]
    return "\n\n".join([": keep alive", *lines, "data: [DONE]", ""])


class Model:
    """The endpoint. It gives one answer after another, and keeps what it was asked."""

    def __init__(self, *answers: Iterable[dict[str, Any]] | str, status: int = 200) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self._answers = list(answers)
        self._status = status
        self._url = ""

    def brain(self, **options: Any) -> ChatCompletions:
        return ChatCompletions(url=self._url, model="tiny", key=KEY, **options)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Model"]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        async with TestServer(app) as server:
            self._url = str(server.make_url("/v1/"))
            yield self

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        answer = self._answers.pop(0)
        body = (answer if isinstance(answer, str) else stream(answer)).encode()
        response = web.StreamResponse(
            status=self._status, headers={"Content-Type": "text/event-stream"}
        )
        await response.prepare(request)
        # Seven bytes at a time: in the middle of lines, and of letters.
        for start in range(0, len(body), 7):
            await response.write(body[start : start + 7])
        return response
