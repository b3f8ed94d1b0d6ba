"""The chat box at work (3-elements).

Nothing connects before somebody writes or opens the box by hand: a page that merely shows it
asks for no token.

Who closes the box in a call goes on talking, and the button on the page shows it. Where there is
no such button (`no-fab`) nobody would see that the microphone is open, so closing hangs up.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from web_client.elements.chat.message import Rating
from web_client.elements.chat.sentences import Sentences
from web_client.elements.chat.speaking import SpeakingElement
from web_client.elements.chat.view import (
    NOTHING,
    PANEL,
    PANEL_STYLE,
    STYLE,
    TEMPLATE,
    Box,
    Past,
    Problem,
    chat_view,
    made_of,
    quick_options,
)
from web_client.elements.host import Host
from web_client.elements.markdown import allowed, markdown
from web_client.elements.render import Regions
from web_client.elements.settings import InvalidSetting
from web_client.sessions.ports import Cancel, Ports
from web_client.state.renew import changed

NOTE_SECONDS: Final = 2.0


class ChatElement(SpeakingElement):
    """What stands behind one `<pinecall-chat>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        host.style(PANEL_STYLE + STYLE)
        self._box = Box()
        self._has_launcher = True
        self._asks = False
        self._sentences = Sentences()
        self._note_ends: Cancel | None = None
        self._made_of: tuple[object, ...] = ()
        self._regions = Regions(TEMPLATE)
        view = chat_view(self.state, self._box, self._wording)
        host.render("panel", PANEL.render(view=view))
        self._panel = Regions(PANEL)

    def act(self, name: str, value: str) -> None:
        with suppress(InvalidSetting):  # it is shown
            self._acts()[name](value)

    def submit(self, text: str) -> bool:
        if self._dictation.dictating:
            self._sends_dictated = True
            self._run(self._dictation.stop())
        elif text.strip():
            return self._takes(text)
        return False

    def _takes(self, text: str) -> bool:
        """Whether it is said, or will be; else why not is shown."""
        try:
            self._say(text)
        except InvalidSetting:
            return False
        except ValueError:
            self._warn(True)
            return False
        self._warn(False)
        self._follow()
        return True

    def typed(self) -> None:
        self._warn(False)

    def _warn(self, is_too_long: bool) -> None:
        """What stands in the field can't be said in the call, or it can."""
        if is_too_long != self._box.is_too_long:
            self._show(is_too_long=is_too_long)

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
        elif name == "no-fab":
            self._has_launcher = value is None
        elif name == "no-call":
            self._show(has_call=value is None)
        elif name == "no-voice-message":
            self._show(has_dictation=value is None)
        elif name == "feedback":
            self._asks = value is not None
            self._reword()
        super().attribute(name, value)

    def assign(self, name: str, value: object) -> None:
        if name == "quickOptions":
            self._show(options=quick_options(value))
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
            "escape": lambda _: self._escape(),
            "connect": lambda _: self._connect(),
            "say": self.submit,
            "retry": self._retry,
            "copy": self._copy,
            "good": lambda number: self._rate(number, "up"),
            "bad": lambda number: self._rate(number, "down"),
            "latest": lambda _: self._follow(),
            "fresh": lambda _: self._fresh(),
            "past": lambda _: self._set_past_open(not self._box.is_past_open),
            "thread": self._opened_thread,
            "forget": self._removed_thread,
            "talk": lambda _: self._called(),
            "mute": lambda _: self._toggle_mute(),
            "hear": lambda _: self._unlock(),
            "hang-up": lambda _: self._call.hang_up(),
            "dictate": lambda _: self._dictate(),
        }

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {
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
        if not is_open:
            self._dictation.end()
            if not self._has_launcher:
                self._call.hang_up()
        self._box, had_focus = replace(self._box, is_open=is_open), self._host.has_focus
        self._draw()  # now: what is hidden takes no focus, and a phone gives none later
        self._host.set_attribute("open", is_open)
        if is_open and take_focus:
            self._host.focus("field")
        elif had_focus and not is_open:
            self._host.give_back("launcher")
        self._host.emit("pinecall:open" if is_open else "pinecall:close", {})

    def _escape(self) -> None:
        """Out of what one is in: a dictation, the list, the box."""
        if self._dictation.dictating:
            self._dictate()
        elif self._box.is_past_open:
            self._set_past_open(False)
        else:
            self._set_open(False)

    def _show(self, **other: Any) -> None:
        self._box = replace(self._box, **other)
        self._schedule()

    def _problem(self, problem: Problem | None) -> None:
        self._show(problem=problem)

    def _announce(self, words: str) -> None:
        self._show(announced=words)

    def _follow(self) -> None:
        self._host.follow()
        self._show(away=False)

    def _note(self, words: str) -> None:
        if self._note_ends is not None:
            self._note_ends.cancel()
        self._note_ends = self._ports.clock.call_later(NOTE_SECONDS, lambda: self._show(note=""))
        self._show(note=words)

    # What a press does

    def _called(self) -> None:
        self._ring()
        self._draw()
        self._host.focus("hang-up")

    def _fresh(self) -> None:
        self._begin_anew()
        self._set_past_open(False, focus="field")

    def _copy(self, number: str) -> None:
        if text := self._text(number):
            self._run(self._copied(text))

    async def _copied(self, text: str) -> None:
        with suppress(OSError):
            await self._host.copy(text)
            self._note(self._wording.labels.copied)

    def _rate(self, number: str, rating: Rating) -> None:
        message = self._talk.find(self.state.messages, int(number))
        if message is None:
            return
        held, row = self._talk.rate(message, rating)
        self._host.place([row])
        detail = {"messageId": message.message_id, "text": message.text, "rating": held or None}
        self._host.emit("pinecall:feedback", detail)

    # Earlier conversations

    def _set_past_open(self, is_open: bool, *, focus: str = "past") -> None:
        past = self._past() if is_open else ()
        self._box = replace(self._box, is_past_open=bool(past), past=past)
        self._draw()
        self._host.focus(focus)

    def _past(self) -> tuple[Past, ...]:
        self._belong()
        current = self._threads.current
        return tuple(
            Past(thread.id, thread.title, self._host.date(thread.at), thread.id == current)
            for thread in self._threads.past
        )

    def _opened_thread(self, thread: str) -> None:
        self._open_thread(thread)
        self._set_past_open(False, focus="field")

    def _removed_thread(self, thread: str) -> None:
        self._remove_thread(thread)
        left = bool(self._threads.past)
        self._set_past_open(left, focus="past" if left else "field")

    # The page

    def _forget(self) -> None:
        super()._forget()
        self._sentences = Sentences()

    def _reword(self, **other: str) -> None:
        super()._reword(**other)
        self._talk.reword(self._wording, asks=self._asks)
        self._host.render("rows", "")

    def _draw(self) -> None:
        self._box = changed(
            self._box,
            said=self._sentences.new(self.state.messages),
            dictating=self._dictation.dictating,
            is_too_long=self._box.is_too_long and self._call.session is not None,
            has_past=bool(self._threads.past),
        )
        state = self.state
        shown = made_of(state, self._box, self._wording, self._call.state)
        if shown != self._made_of:
            view = chat_view(state, self._box, self._wording, self._call.state)
            self._redraw(view, self._regions, self._panel)
            self._made_of = shown
        self._host.place(self._talk.changed(state.messages))
