"""The chat socket, /chat/ws (1-protocol, 1.2).

`chat.error` ends a turn: a page that hears it sends what waited, and where the turn still ran
that would be refused. So it answers what is, or may be, a message; a bad frame of another kind
gets `frame.error`, which is in no protocol, so that a client passes it on and changes nothing.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable

from aiohttp import web

from local_agent.agent import Agent
from local_agent.brain import Message
from local_agent.call import Call
from local_agent.conversation import Conversation, Replied, Saying, ToolAnswered, ToolsCalled
from local_agent.frames import BadFrame, context_in, read_frame, text_in
from local_agent.sockets import go_away
from local_agent.threads import Thread
from local_agent.tokens import Metadata

log = logging.getLogger(__name__)


class ChatSession:
    """One chat: its socket, its conversation, and at most one running turn.

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
        self._turn: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._replies = 0

    async def run(self) -> None:
        """Serve the socket until it closes."""
        try:
            await self.agent.tell("call.preparing", self.call)
            await self._send("chat.connected", session_id=self.id)
            await self._send_history()
            await self.agent.tell("chat.started", self.call)
            async for message in self._socket:
                await self._take(message.data)
        finally:
            # In a task of its own: whoever cancels the reading doesn't cancel the clearing up.
            await asyncio.shield(asyncio.create_task(self._end()))

    async def close(self) -> None:
        await go_away(self._socket)

    async def say(self, text: str) -> None:
        self._conversation.said(Message("assistant", text))
        await self._send("chat.done", message_id=self._next_id(), text=text)
        await self.agent.tell("bot.finished", self.call, text)

    async def hang_up(self) -> None:
        # In a task of its own: closing waits for the browser, and a tool may be hanging up.
        self._closing = self._closing or asyncio.create_task(self._close_socket())

    async def report(self, event: str, **members: object) -> None:
        await self._send(event, **members)

    async def _send_history(self) -> None:
        said = [
            {"role": message.role, "text": message.text}
            for message in self._thread.history
            if message.role != "tool" and message.text
        ]
        if said:
            await self._send("chat.history", messages=said)

    async def _take(self, data: object) -> None:
        frame: dict[str, object] = {}
        try:
            frame = read_frame(data)
            self._obey(frame)
        except (BadFrame, ValueError) as error:
            # During a reply no page sends a message: what can't be read is something else.
            unread = None if self._in_turn else "message"
            of_turn = frame.get("event", unread) == "message"
            await self._send("chat.error" if of_turn else "frame.error", error=str(error))

    def _obey(self, frame: dict[str, object]) -> None:
        match frame.get("event"):
            case "message":
                self._begin_turn(text_in(frame))
            case "set_context":
                self.call.set_context(*context_in(frame))
            case _:
                raise BadFrame('The frame\'s "event" is neither "message" nor "set_context".')

    @property
    def _in_turn(self) -> bool:
        return self._turn is not None and not self._turn.done()

    def _begin_turn(self, text: str) -> None:
        if self._in_turn:
            raise BadFrame("A reply is still under way; send the next message after it.")
        self._turn = asyncio.create_task(self._run_turn(text))

    async def _run_turn(self, text: str) -> None:
        reply = self._next_id()
        try:
            async with contextlib.aclosing(self._conversation.turn(text)) as events:
                async for event in events:
                    await self._tell(event, reply)
        except ConnectionError:
            log.info("chat %s: the socket went away in the middle of a reply", self.id)
        except Exception:
            # A brain may fail in any way; this turn is lost, the session is not.
            log.exception("chat %s: the turn failed", self.id)
            await self._send("chat.error", error="The agent could not reply.")

    async def _tell(self, event: Saying | ToolsCalled | ToolAnswered | Replied, reply: str) -> None:
        match event:
            case Saying(text):
                await self._send("chat.token", message_id=reply, text=text)
            case ToolsCalled(calls):
                named = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in calls]
                await self._send("chat.tool_call", tool_calls=named)
            case ToolAnswered(call, result):
                await self._send(
                    "chat.tool_result", tool_call_id=call.id, name=call.name, result=result
                )
            case Replied(Message(text=text)):
                await self._send("chat.done", message_id=reply, text=text)
                await self.agent.tell("bot.finished", self.call, text)

    async def _end(self) -> None:
        if self._turn:
            self._turn.cancel()
            await asyncio.gather(self._turn, return_exceptions=True)
        await self.agent.tell("call.ended", self.call)
        self._ended(self)

    async def _close_socket(self) -> None:
        await self._socket.close()

    async def _send(self, event: str, **members: object) -> None:
        # A browser that closed in the meantime is normal; the reading loop ends the session.
        with contextlib.suppress(ConnectionError):
            await self._socket.send_json({"event": event, **members})

    def _next_id(self) -> str:
        self._replies += 1
        return f"{self.id[:8]}-{self._replies}"
