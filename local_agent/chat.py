"""The chat socket, /chat/ws (1-protocol, 1.2).

A message that comes during a turn waits and is answered after it: `chat.done` of what the agent
says by itself, as a welcome, looks to a page like the end of its own turn. For the same reason
what the agent says by itself during a turn is told and remembered after the turn.

`chat.error` ends a turn: a page that hears it takes its message for failed, and sends what waited.
So it answers what is, or may be, a message; a bad frame of another kind gets `frame.error`, which
is in no protocol, so that a client passes it on and changes nothing.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiohttp import web

from local_agent.agent import Agent
from local_agent.brain import Message
from local_agent.call import Call
from local_agent.conversation import (
    MAX_TURNS,
    TOO_MANY_TURNS,
    Conversation,
    Replied,
    Saying,
    ToolAnswered,
    ToolsCalled,
    TurnEvent,
    whole,
)
from local_agent.failures import FAILURES, is_ending
from local_agent.frames import BadFrame, context_in, read_frame, text_in
from local_agent.sockets import go_away
from local_agent.threads import Thread
from local_agent.tokens import Metadata

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Said:
    """Something that the agent said, whole."""

    message_id: str
    text: str


class ChatSession:
    """One chat: its socket, its conversation, and the messages that wait for their answers.

    `ended` is called once, when all is released.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        agent: Agent,
        sealed: Metadata,
        thread: Thread,
        ended: Callable[["ChatSession"], None],
    ) -> None:
        self.id = uuid.uuid4().hex
        self.agent = agent
        self._socket = socket
        self._ended = ended
        self._thread = thread
        self.call = Call(self.id, "chat", self, sealed=sealed, history=thread.history)
        self._conversation = Conversation(agent, self.call, thread.save)
        self._texts: asyncio.Queue[str] = asyncio.Queue(MAX_TURNS)
        self._answering: asyncio.Task[None] | None = None
        self._in_turn = False
        self._asides: list[_Said] = []
        self._closing: asyncio.Task[None] | None = None
        self._replies = 0

    async def run(self) -> None:
        """Serve the socket until it closes."""
        try:
            await self.agent.tell("call.preparing", self.call)
            await self._send("chat.connected", session_id=self.id)
            await self._send_history()
            await self.agent.tell("chat.started", self.call)
            self._answering = asyncio.create_task(self._answer())
            async for message in self._socket:
                await self._take(message.data)
        finally:
            # In a task of its own: whoever cancels the reading doesn't cancel the clearing up.
            await asyncio.shield(asyncio.create_task(self._end()))

    async def close(self) -> None:
        await go_away(self._socket)

    async def say(self, text: str) -> None:
        """Say `text`; during a turn it is kept until the turn is over, and the caller goes on."""
        said = _Said(self._next_id(), text)
        if self._in_turn:
            self._asides.append(said)
            return
        self._conversation.said(Message("assistant", text))
        await self._finish([said])

    async def hang_up(self) -> None:
        # In a task of its own: closing waits for the browser, and a tool may be hanging up.
        self._closing = self._closing or asyncio.create_task(self._close_socket())

    async def report(self, event: str, **members: object) -> None:
        await self._send(event, **members)

    async def _send_history(self) -> None:
        said = _entries(self._thread.history)
        if said:
            await self._send("chat.history", messages=said)

    async def _take(self, data: object) -> None:
        frame: dict[str, object] = {}
        try:
            frame = read_frame(data)
            self._obey(frame)
        except (BadFrame, ValueError) as error:
            # What can't be read may be a message that the page waits on. But where a reply is to
            # come anyhow, that ends the waiting, and no page need take its turn for failed.
            unread = None if self._reply_to_come else "message"
            of_turn = frame.get("event", unread) == "message"
            await self._send("chat.error" if of_turn else "frame.error", error=str(error))

    def _obey(self, frame: dict[str, object]) -> None:
        match frame.get("event"):
            case "message":
                self._add(text_in(frame))
            case "set_context":
                self.call.set_context(*context_in(frame))
            case _:
                raise BadFrame('The frame\'s "event" is neither "message" nor "set_context".')

    @property
    def _reply_to_come(self) -> bool:
        return self._in_turn or not self._texts.empty()

    def _add(self, text: str) -> None:
        try:
            self._texts.put_nowait(text)
        except asyncio.QueueFull:
            raise BadFrame(TOO_MANY_TURNS) from None

    async def _answer(self) -> None:
        """Answer one message after another, until cancelled."""
        # A tool may keep to itself that it was cancelled.
        while not is_ending():
            text = await self._texts.get()
            reply = self._next_id()
            try:
                said = [_Said(reply, await self._turn(text, reply))]
            except FAILURES:
                if is_ending():
                    raise
                # A brain may fail in any way; this turn is lost, the session is not.
                log.exception("chat %s: the turn failed", self.id)
                await self._send("chat.error", error="The agent could not reply.")
                said = []
            asides, self._asides = self._asides, []
            await self._finish([*said, *asides])

    async def _turn(self, text: str, reply: str) -> str:
        """One turn, until it is in the history: the reply. Raises what the brain raises."""
        said = ""
        self._in_turn = True
        try:
            async with contextlib.aclosing(self._conversation.turn(text)) as events:
                async for event in events:
                    await self._tell(event, reply)
                    if isinstance(event, Replied):
                        said = event.text
        finally:
            self._in_turn = False
            for aside in self._asides:
                self._conversation.said(Message("assistant", aside.text))
        return said

    async def _tell(self, event: TurnEvent, reply: str) -> None:
        match event:
            case Saying(text):
                await self._send("chat.token", message_id=reply, text=text)
            case ToolsCalled(Message(tool_calls=calls)):
                named = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in calls]
                await self._send("chat.tool_call", tool_calls=named)
            case ToolAnswered(call, result):
                await self._send(
                    "chat.tool_result", tool_call_id=call.id, name=call.name, result=result
                )

    async def _finish(self, said: list[_Said]) -> None:
        # The page first: a listener may take its time.
        for each in said:
            await self._send_done(each)
        for each in said:
            await self.agent.tell("bot.finished", self.call, each.text)

    async def _send_done(self, said: _Said) -> None:
        await self._send("chat.done", message_id=said.message_id, text=said.text)

    async def _end(self) -> None:
        if self._answering:
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)
        await self.agent.tell("call.ended", self.call)
        self._ended(self)

    async def _close_socket(self) -> None:
        # The turn in which the agent said good-bye is not over, and will not be.
        for said in tuple(self._asides):
            await self._send_done(said)
        await self._socket.close()

    async def _send(self, event: str, **members: object) -> None:
        # A browser that closed in the meantime is normal; the reading loop ends the session.
        with contextlib.suppress(ConnectionError):
            await self._socket.send_json({"event": event, **members})

    def _next_id(self) -> str:
        self._replies += 1
        return f"{self.id[:8]}-{self._replies}"


def _entries(history: Iterable[Message]) -> list[dict[str, str]]:
    """What was said, each reply whole, as the page was told it."""
    entries: list[dict[str, str]] = []
    for message in history:
        if message.role == "tool" or not message.text:
            continue
        if message.goes_on and entries and entries[-1]["role"] == "assistant":
            entries[-1]["text"] = whole([entries[-1]["text"], message.text])
        else:
            entries.append({"role": message.role, "text": message.text})
    return entries
