"""A brain over HTTP: any endpoint that speaks the OpenAI chat completions API, a local one too.

The reply is streamed, tools included. Where the endpoint is, which model it has and the key for
it come from the environment: `OPENAI_BASE_URL` (`http://localhost:11434/v1`), `OPENAI_MODEL`
and `OPENAI_API_KEY`, which local ones don't need. The key is in no message and no log.
"""

import contextlib
import json
import os
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import Any

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from local_agent.brain import Message, Piece, Text, Turn, UseTool
from local_agent.tools import ToolSchema

TIME_LIMIT = 120.0
"""Seconds within which a reply must be complete."""

_CONNECT_LIMIT = 10.0
_MAX_LINE = 1024 * 1024


class BrainFailed(Exception):
    """The endpoint gave no reply; the message says why, and holds no key."""


class _Function(BaseModel):
    name: str | None = None
    arguments: str | None = None


class _ToolCall(BaseModel):
    index: int = 0
    id: str | None = None
    function: _Function = Field(default_factory=_Function)


class _Delta(BaseModel):
    content: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(BaseModel):
    delta: _Delta = Field(default_factory=_Delta)


class _Chunk(BaseModel):
    choices: list[_Choice] = []
    error: Any = None


class ChatCompletions:
    """The brain of an agent. What isn't given is read from the environment.

    `options` go into every request, as `temperature=0.3` does. Raises ValueError where no URL
    or no model is known.
    """

    def __init__(self, *, url: str = "", model: str = "", key: str = "", **options: Any) -> None:
        self._url = (url or os.environ.get("OPENAI_BASE_URL", "")).rstrip("/")
        self._model = model or os.environ.get("OPENAI_MODEL", "")
        self._key = key or os.environ.get("OPENAI_API_KEY", "")
        self._options = options
        if not self._url or not self._model:
            raise ValueError("ChatCompletions needs OPENAI_BASE_URL and OPENAI_MODEL to be set")

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """The reply as it comes, then the tool calls. Raises BrainFailed."""
        calls: list[_ToolCall] = []
        try:
            async with contextlib.aclosing(self._deltas(turn)) as deltas:
                async for delta in deltas:
                    if delta.content:
                        yield Text(delta.content)
                    for part in delta.tool_calls or ():
                        _add(calls, part)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # ValueError: a line that is too long, or no chunk at all.
            raise BrainFailed(f"{self._url}: {type(error).__name__}") from error
        for call in sorted(calls, key=lambda call: call.index):
            yield _use(call)

    async def _deltas(self, turn: Turn) -> AsyncGenerator[_Delta, None]:
        timeout = aiohttp.ClientTimeout(total=TIME_LIMIT, connect=_CONNECT_LIMIT)
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        # A session for each reply: there is nothing to close when the server ends.
        async with (
            aiohttp.ClientSession(timeout=timeout, read_bufsize=_MAX_LINE) as session,
            session.post(
                f"{self._url}/chat/completions", json=self._body(turn), headers=headers
            ) as response,
        ):
            if response.status != 200:
                raise BrainFailed(f"{self._url} answered {response.status} {response.reason}")
            async for line in response.content:
                kind, _, data = line.decode().strip().partition(":")
                if kind != "data" or data.strip() == "[DONE]":
                    continue
                for choice in self._chunk(data).choices:
                    yield choice.delta

    def _chunk(self, data: str) -> _Chunk:
        try:
            chunk = _Chunk.model_validate_json(data)
        except ValidationError:
            raise BrainFailed(f"{self._url} sent what is no chat completion") from None
        if chunk.error is not None:
            raise BrainFailed(f"{self._url} broke off with an error")
        return chunk

    def _body(self, turn: Turn) -> dict[str, Any]:
        body: dict[str, Any] = {
            **self._options,
            "model": self._model,
            "stream": True,
            "messages": list(_messages(turn)),
        }
        if turn.tools:
            body["tools"] = [_tool(schema) for schema in turn.tools]
        return body


def _messages(turn: Turn) -> Iterable[dict[str, Any]]:
    if turn.prompt:
        yield {"role": "system", "content": turn.prompt}
    for message in turn.messages:
        if message.role == "tool":
            yield {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
        elif message.tool_calls:
            yield _asking(message)
        elif message.text:  # a reply that nobody heard is no message
            yield {"role": message.role, "content": message.text}


def _asking(message: Message) -> dict[str, Any]:
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
        }
        for call in message.tool_calls
    ]
    return {"role": "assistant", "content": message.text or None, "tool_calls": calls}


def _tool(schema: ToolSchema) -> dict[str, Any]:
    function = {
        "name": schema.name,
        "description": schema.description,
        "parameters": schema.parameters,
    }
    return {"type": "function", "function": function}


def _add(calls: list[_ToolCall], part: _ToolCall) -> None:
    """A call comes in parts: the name and the id once, the arguments piece by piece.

    Not every endpoint counts its calls: a name with another id at the same index is another
    call. Another id alone is not: some endpoints give one to every part.
    """
    call = next((call for call in reversed(calls) if call.index == part.index), None)
    begins = bool(part.id and part.function.name)
    if call is None or (begins and call.id and call.id != part.id):
        call = _ToolCall(index=part.index)
        calls.append(call)
    call.id = call.id or part.id
    call.function.name = part.function.name or call.function.name
    call.function.arguments = (call.function.arguments or "") + (part.function.arguments or "")


def _use(call: _ToolCall) -> UseTool:
    return UseTool(
        call.id or f"call_{uuid.uuid4().hex}",
        call.function.name or "",
        _arguments(call.function.arguments or "{}"),
    )


def _arguments(text: str) -> dict[str, Any]:
    try:
        arguments = json.loads(text)
    except (ValueError, RecursionError):
        arguments = text
    # What is no object fits no tool's signature, so the model is told so.
    return arguments if isinstance(arguments, dict) else {"arguments": arguments}
