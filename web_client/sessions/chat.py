"""`ChatSession`: a text conversation over one WebSocket (1-protocol, 1.2; 2-sessions, 2.2)."""

import asyncio
from typing import Any

from web_client.errors import ConnectionLost
from web_client.options import ChatOptions
from web_client.protocol import chat_socket_url, chat_token_url, decode_chat
from web_client.sessions.conversation import Conversation, words
from web_client.sessions.life import Establish
from web_client.sessions.line import broken_off, open_socket
from web_client.sessions.ports import Ports
from web_client.sessions.scope import Scope
from web_client.sessions.session import Deeds
from web_client.sessions.tokens import obtain_token
from web_client.sessions.waits import late
from web_client.spelling import camel_twins, snake_keys
from web_client.state.chat import CHAT
from web_client.state.chat_state import ChatState, Unsent, chat_core
from web_client.state.effects import Renew
from web_client.state.local import RetryRequested, TakenOver, UserSent
from web_client.state.store import Store

_LOST = "The connection to the chat was lost"


@camel_twins
class ChatSession(Conversation[ChatState]):
    """A chat with one agent: `ChatSession(agent="florencia", token_provider=fetch_token)`.

    Options are those of `ChatOptions`, in either spelling; raises pydantic's ValidationError
    for one that is wrong. `ports` is the world outside; the browser's own when not given.
    """

    def __init__(self, *, ports: Ports | None = None, **options: Any) -> None:
        chosen = ChatOptions(**snake_keys(options))
        core = chat_core(chosen.timeouts.turn, chosen.timeouts.doubt)
        super().__init__(chosen, Store(CHAT, core), ports)
        self._thread = chosen.thread
        self._origin = object()

    def send(self, text: str) -> None:
        """Say something (2-sessions, 2.2). It shows at once, and waits its turn while the agent
        answers or the connection is down; one that can't be sent is `failed`, and stays. Raises
        ValueError for a text without a word in it, and TypeError for what is no text."""
        self._check()
        self._feed(UserSent(words(text)))

    def retry(self, message_id: int) -> None:
        """Send again a message whose `status` is `failed`; `message_id` is its `id`. Does nothing
        for any other."""
        self._check()
        self._feed(RetryRequested(message_id))

    @property
    def unsent(self) -> Unsent:
        """What the user wrote and could not be sent, for a session that takes this one's place.
        Also after `destroy()`."""
        core: Any = self._store.core
        messages = core.state.messages
        waits = tuple(m for m in messages if m.status in ("queued", "failed"))
        return Unsent(waits, core.next_id, self._origin)

    def take_over(self, unsent: Unsent) -> None:
        """Go on with what another session could not send: what waited is sent as soon as the
        session is up, what failed shows as it did and waits for `retry`. The messages keep their
        ids where this session has none yet. Does nothing with those that it took before."""
        self._check()
        self._feed(TakenOver(unsent))

    def _call_begins(self, call: Scope) -> Establish:
        return self._connect_once

    async def _connect_once(self, attempt: Scope, connected: asyncio.Future[None]) -> None:
        limits, watch = self._options.timeouts, self._stopwatch()
        obtained = obtain_token(self._options, self._world.network, chat_token_url)
        with watch.stage("token"):
            token = await attempt.timeout(limits.token, obtained, late("token", limits.token))
        self._hidden = token.hidden
        url = chat_socket_url(token.server, token.reveal(), self._thread)
        network = self._world.network
        socket, opened = open_socket(attempt, network, url, self._heard, self._closed)
        self._put = socket.send
        with watch.stage("socket"):
            await attempt.timeout(limits.socket, opened, late("socket", limits.socket))
        silence = late("chat.connected", limits.chat_connected)
        with watch.stage("chat.connected"):
            await attempt.timeout(limits.chat_connected, connected, silence)

    def _heard(self, text: str) -> None:
        self._hear(decode_chat(text))

    def _closed(self, code: int, reason: str) -> None:
        self._life.broken(broken_off(_LOST, code, self._hidden(reason)))

    def _deeds(self) -> Deeds:
        return {**super()._deeds(), Renew: self._renew}

    def _renew(self, effect: Renew) -> None:
        self._life.broken(ConnectionLost(f"{_LOST}. Check the network and try again."))

    def _left(self) -> None:
        """A chat comes back with its page, unless it never comes back by itself."""
        if self._options.reconnect.enabled:
            self._life.let_go()
        else:
            super()._left()
