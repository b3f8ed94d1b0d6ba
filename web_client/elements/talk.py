"""What the elements that show a whole call have in common (3-elements).

A transcript that opens, tools shown in it, languages to choose among, mute and push-to-talk. How
it looks is the element's own: its templates, its view, and what opening it means.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jinja2 import Template

from web_client.elements.base import View, mapping
from web_client.elements.call import CallElement
from web_client.elements.host import Host
from web_client.elements.render import Regions, Rows
from web_client.elements.transcript import heard_more
from web_client.elements.widget.cards import Cards
from web_client.elements.widget.languages import languages
from web_client.elements.widget.tools import pressed
from web_client.elements.widget.view import LINE, Stand, line_view
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.voice import VoiceSession
from web_client.state.voice_state import VoiceMessage


class TalkElement(CallElement):
    """What stands behind a tag that shows a whole call."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._stand = Stand()
        self._default_language = ""
        self._chosen_by_hand = False
        self._cards = Cards(host, self)
        self._was_live = False
        self._holds: list[Cancel] = []
        self._parts: tuple[Regions, ...] = ()
        self._rows = Rows(self._row, heard_more)

    def act(self, name: str, value: str) -> None:
        if name == "mute":
            self._current().toggle_mute()
        elif name == "language":
            self._chosen_by_hand = True
            self._choose(value)
            self._host.emit("pinecall:languagechange", {"language": value})
        elif name == "respond":
            self.respond(*pressed(value))
        elif name == "dismiss":
            self.dismiss(pressed(value)[0])
        else:
            super().act(name, value)

    def attribute(self, name: str, value: str | None) -> None:
        if name == "open":
            self._set_open(value is not None, take_focus=False)
        elif name == "default-language":
            self._default_language = value or ""
            self._choose(self._first())
        elif name == "push-to-talk":
            self._hold(value)
        super().attribute(name, value)

    def assign(self, name: str, value: object) -> None:
        if name == "languages":
            self._show(languages=languages(value))
            self._outdated = True  # also where the chosen one has but another voice
            self._choose(self._first())
        elif name == "tools":
            self._cards.assign(value)
            self._schedule()
        else:
            super().assign(name, value)

    def unmount(self) -> None:
        self._let_go()
        super().unmount()

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {
            "open": lambda: self._set_open(True),
            "close": lambda: self._set_open(False),
        }

    def _made(self) -> VoiceSession:
        options: dict[str, Any] = dict(self._options)
        config = mapping("config", options.pop("config", None))
        return VoiceSession(ports=self._ports, config={**config, **self._spoken()}, **options)

    # How it stands on the page

    @abstractmethod
    def _view(self) -> View:
        """What the templates show."""

    @abstractmethod
    def _set_open(self, is_open: bool, *, take_focus: bool = True) -> None:
        """Open or close it; nothing where it is so already."""

    @abstractmethod
    def _reveal(self) -> None:
        """There is a card in the transcript that nobody has seen."""

    def _furnish(self, template: Template, panel: Template, style: str) -> None:
        """Put into the idle markup what comes with Python: the panel and its style."""
        self._host.style(style)
        self._host.render("panel", panel.render(view=self._view()))
        self._parts = (Regions(template), Regions(panel))

    def _show(self, **other: Any) -> None:
        self._stand = replace(self._stand, **other)
        self._schedule()

    # Languages

    def _first(self) -> str:
        codes = [language.code for language in self._stand.languages]
        by_hand = (self._stand.language,) if self._chosen_by_hand else ()
        wanted = (*by_hand, self._default_language, *codes)
        return next((code for code in wanted if code in codes), "")

    def _spoken(self) -> dict[str, object]:
        """What the chosen language means for a call."""
        chosen = (each for each in self._stand.languages if each.code == self._stand.language)
        return next((dict(language.config) for language in chosen), {})

    def _choose(self, code: str) -> None:
        """Before a call for the next one; in a call at once, without a reconnect."""
        if code == self._stand.language:
            return
        self._outdated = True
        self._show(language=code)
        session = self._session
        # Before a call the offer says it; but `configure` would be heard after the offer.
        if session is not None and (self.is_live or session.kept.config) and self._spoken():
            session.configure(self._spoken())

    # Push-to-talk

    def _hold(self, key: str | None) -> None:
        """Be heard while the button is held, or the key if one is named; None: always."""
        self._let_go()
        if key is not None:
            self._holds.append(self._host.watch_hold(self._held))
        if key:
            self._holds.append(self._host.watch_key(key, self._held))
        self._option("push_to_talk", None if key is None else True)
        self._show(key=key or "")

    def _let_go(self) -> None:
        while self._holds:
            self._holds.pop().cancel()

    def _held(self, is_down: bool) -> bool:
        """Whether the key is for talking now; else it is the page's."""
        if self._session is None or not self.is_live:
            return False
        if is_down:
            self._session.press_to_talk()
        else:
            self._session.release_to_talk()
        return True

    # Tools

    def respond(self, tool_call_id: str, text: str) -> None:
        """Say `text` for the visitor, who has pressed it on a card, and take the card away."""
        # After the call nobody hears it, and the next call doesn't begin with it.
        is_shown = any(call.tool_call_id == tool_call_id for call in self.state.tool_calls)
        if self._session is not None and self.is_live and is_shown:
            self._session.send_text(text)
            self.dismiss(tool_call_id)

    def dismiss(self, tool_call_id: str) -> None:
        """Take a card away; after the call it stays."""
        if self._session is not None and self.is_live:
            self._session.dismiss_tool(tool_call_id)

    # The page

    def _changed(self) -> None:
        super()._changed()
        self._cards.follow(self.state.tool_calls)

    def _reword(self, **other: str) -> None:
        super()._reword(**other)
        self._host.render("rows", "")
        self._rows = Rows(self._row, heard_more)

    def _draw(self) -> None:
        self._redraw(self._view(), *self._parts)
        self._host.place(self._rows.changed(self.state.messages, self._cards.changed()))
        self._cards.fill()
        if self._was_live and not self.is_live:
            self._cards.retire()
        self._was_live = self.is_live
        if self._cards.is_new:
            self._cards.is_new = False
            self._reveal()

    def _row(self, message: VoiceMessage) -> str:
        card = self._cards.draw(message)
        return LINE.render(line=line_view(message, card, self._wording, over=not self.is_live))
