"""The chat box at work (3-elements).

Nothing connects before somebody writes or opens the box by hand: a page that merely shows it
asks for no token.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

from markupsafe import Markup

from web_client.elements.chat.sentences import Sentences
from web_client.elements.chat.view import (
    MESSAGE,
    NOTHING,
    PANEL,
    PANEL_STYLE,
    STYLE,
    TEMPLATE,
    Box,
    chat_view,
    message_row,
    plain_text,
    quick_options,
)
from web_client.elements.element import SessionElement
from web_client.elements.host import Host
from web_client.elements.markdown import Stream, allowed, markdown
from web_client.elements.render import Regions, Rows
from web_client.elements.settings import InvalidSetting
from web_client.elements.transcript import tool_name
from web_client.sessions.chat import ChatSession
from web_client.sessions.ports import Cancel, Ports
from web_client.state.chat_state import ChatMessage, ChatState

NOTE_SECONDS: Final = 2.0


class ChatElement(SessionElement[ChatSession, ChatState]):
    """What stands behind one `<pinecall-chat>` once Python is up."""

    session_options: ClassVar = frozenset({"agent", "server", "token_provider"})

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports, ChatState())
        host.style(PANEL_STYLE + STYLE)
        self._box = Box()
        self._regions = Regions(TEMPLATE)
        self._streams: dict[int, Stream] = {}
        self._seen: dict[int, float] = {}
        self._sentences = Sentences()
        self._note_ends: Cancel | None = None
        host.render("panel", PANEL.render(view=chat_view(self.state, self._box, self._wording)))
        self._panel = Regions(PANEL)
        self._rows = Rows(self._row)

    def act(self, name: str, value: str) -> None:
        with suppress(InvalidSetting):  # it is shown
            self._acts()[name](value)

    def submit(self, text: str) -> bool:
        if not text.strip():
            return False
        with suppress(InvalidSetting):
            self._say(text)
            self._follow()
            return True
        return False

    def scrolled(self, at_end: bool) -> None:
        self._show(away=not at_end)

    def attribute(self, name: str, value: str | None) -> None:
        if name == "open":
            self._set_open(value is not None, take_focus=False)
        elif name == "avatar":
            address = value or ""
            self._show(avatar=address if allowed(address) else "")
        elif name == "greeting":
            self._show(greeting=markdown(value) if value else NOTHING)
        super().attribute(name, value)

    def assign(self, name: str, value: object) -> None:
        if name == "quickOptions":
            self._show(options=quick_options(value))
        elif name == "tokenProvider" and callable(value):
            super().assign(name, partial(value, "chat"))
        else:
            super().assign(name, value)

    def unmount(self) -> None:
        if self._note_ends is not None:
            self._note_ends.cancel()
        super().unmount()

    def _acts(self) -> dict[str, Callable[[str], object]]:
        return {
            "open": lambda _: self._opened_by_hand(),
            "close": lambda _: self._set_open(False),
            "escape": lambda _: self._set_open(False),
            "connect": lambda _: self._connect(),
            "say": self.submit,
            "retry": self._retry,
            "copy": self._copy,
            "latest": lambda _: self._follow(),
            "fresh": lambda _: self._begin_anew(),
        }

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {
            "sendText": self._say,
            "open": lambda: self._set_open(True),
            "close": lambda: self._set_open(False),
        }

    # The box

    def _opened_by_hand(self) -> None:
        self._set_open(True)
        self._connect()

    def _set_open(self, is_open: bool, *, take_focus: bool = True) -> None:
        if is_open == self._box.is_open:
            return
        self._box = replace(self._box, is_open=is_open)
        self._draw()  # now: what is hidden takes no focus, and a phone gives none later
        self._host.set_attribute("open", is_open)
        if take_focus:
            self._host.focus("field" if is_open else "launcher")
        self._host.emit("pinecall:open" if is_open else "pinecall:close", {})

    def _show(self, **other: Any) -> None:
        self._box = replace(self._box, **other)
        self._schedule()

    def _follow(self) -> None:
        self._host.follow()
        self._show(away=False)

    def _note(self, words: str) -> None:
        if self._note_ends is not None:
            self._note_ends.cancel()
        self._note_ends = self._ports.clock.call_later(NOTE_SECONDS, lambda: self._show(note=""))
        self._show(note=words)

    # The conversation

    def _made(self) -> ChatSession:
        options: dict[str, Any] = self._options
        return ChatSession(ports=self._ports, **options)

    def _in_error(self, message: str, code: str) -> ChatState:
        return ChatState(status="error", error=message, error_code=code)

    def _say(self, text: str) -> None:
        session = self._shown_session()
        if not self.is_live:
            session.connect()
        session.send(text)

    def _retry(self, number: str) -> None:
        before, text = self._session, self._text(number)
        session = self._shown_session()
        if session is before:
            if not self.is_live:
                session.connect()
            session.retry(int(number))
        elif text:  # what the page has changed since made a session that doesn't know of it
            self._say(text)

    def _copy(self, number: str) -> None:
        if text := self._text(number):
            self._run(self._copied(text))

    def _text(self, number: str) -> str:
        """Of a message; empty where there is none of that number any more."""
        messages = self.state.messages
        place = messages.last(lambda message: message.id == int(number))
        return "" if place is None else messages[place].text

    async def _copied(self, text: str) -> None:
        with suppress(OSError):
            await self._host.copy(text)
            self._note(self._wording.labels.copied)

    def _begin_anew(self) -> None:
        self._drop_session()
        self._refused = None
        self._forget()
        self._changed()
        self._host.focus("field")

    def _succeeds(self, before: ChatSession, fresh: ChatSession) -> None:
        self._forget()

    def _forget(self) -> None:
        """The next session numbers its messages from the first again."""
        self._streams.clear()
        self._seen.clear()
        self._sentences = Sentences()

    # The page

    def _reword(self, **other: str) -> None:
        super()._reword(**other)
        self._host.render("rows", "")
        self._rows = Rows(self._row)

    def _draw(self) -> None:
        self._box = replace(self._box, said=self._sentences.new(self.state.messages))
        view = chat_view(self.state, self._box, self._wording)
        self._host.set_classes(view.classes)
        for regions in (self._regions, self._panel):
            for region, html in regions.changed(view):
                self._host.render(region, html)
        self._host.place(self._rows.changed(self.state.messages))

    def _row(self, message: ChatMessage) -> str:
        seen = None if message.is_history else self._seen_at(message.id)
        row = message_row(message, self._body(message), seen, self._wording)
        return MESSAGE.render(row=row)

    def _seen_at(self, number: int) -> float:
        return self._seen.setdefault(number, self._ports.clock.now())

    def _body(self, message: ChatMessage) -> Markup:
        if message.role == "user":
            return plain_text(message.text)
        if message.role == "system":
            return plain_text(tool_name(message.text))
        if message.is_streaming:
            return self._streams.setdefault(message.id, Stream()).render(message.text)
        self._streams.pop(message.id, None)
        return markdown(message.text)
