"""The hub at work (3-elements).

Nothing is asked before somebody opens the card: then, which channels the agent has. Talking and
writing are done by elements of their own, which the shell opens inside the very click
(loader/shell.js): a row says in `data-opens` which. Such a companion stands in the place of the
card as long as it is open (panel.css); who closes it is back at the card.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from web_client.elements.base import Element
from web_client.elements.host import Host
from web_client.elements.hub.callback import NotAsked, ask_for_a_call, is_safe
from web_client.elements.hub.numbers import dialled
from web_client.elements.hub.view import (
    PANEL,
    PANEL_STYLE,
    STYLE,
    SWITCHES,
    TEMPLATE,
    Form,
    Stand,
    hub_view,
)
from web_client.elements.markdown import allowed
from web_client.elements.render import Regions
from web_client.elements.settings import invalid_setting
from web_client.sessions.discovery import agent_info
from web_client.sessions.ports import Ports

if TYPE_CHECKING:
    from asyncio import Future

_log = logging.getLogger(__name__)

LONGEST_NAME: Final = 80
"""Characters: of a name that goes to the page's backend."""


class HubElement(Element):
    """What stands behind one `<pinecall-hub>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        host.style(PANEL_STYLE + STYLE)
        self._agent = ""
        self._server: str | None = None
        self._call_me = ""
        self._stand = Stand()
        self._question: Future[object] | None = None
        self._regions = Regions(TEMPLATE)
        host.render("panel", PANEL.render(view=hub_view(self._stand, self._wording)))
        self._panel = Regions(PANEL)

    def act(self, name: str, value: str) -> None:
        if act := self._acts().get(name):
            act()

    def filled_in(self, form: str, fields: Mapping[str, str]) -> None:
        if self._stand.form.stage != "writing":
            return  # a second press: one call is enough
        written = " ".join(fields.get("phone", "").split())
        if not dialled(written):
            self._fill(problem=self._wording.labels.no_number)
            self._host.focus("phone")
            return
        name = " ".join(fields.get("name", "").split())[:LONGEST_NAME]
        self._fill(stage="sending", phone=written, problem="")
        self._run(self._send(dialled(written), name))

    def attribute(self, name: str, value: str | None) -> None:
        if name == "open":
            self._set_open(value is not None, take_focus=False)
        elif name == "agent":
            self._agent = value or ""
            self._forget()
        elif name == "server":
            self._server = value or None
            self._forget()
        elif name == "avatar":
            address = value or ""
            self._show(avatar=address if allowed(address) else "")
        elif name == "call-me":
            self._send_to(value or "")
        elif way := SWITCHES.get(name):
            without = self._stand.without
            self._show(without=without - {way} if value is None else without | {way})
        else:
            super().attribute(name, value)

    def unmount(self) -> None:
        self._host.expand("launcher", False)
        super().unmount()

    def _acts(self) -> dict[str, Callable[[], object]]:
        return {
            "open": lambda: self._set_open(not self._stand.is_open),
            "close": lambda: self._set_open(False),
            "escape": lambda: self._set_open(False),
            "ask": self._asked_again,
            "form": self._turn_form,
            "again": self._begin_anew,
        }

    def _methods(self) -> dict[str, Callable[..., object]]:
        return {"open": lambda: self._set_open(True), "close": lambda: self._set_open(False)}

    # The card

    def _set_open(self, is_open: bool, *, take_focus: bool = True) -> None:
        if is_open == self._stand.is_open:
            return
        self._stand, had_focus = replace(self._stand, is_open=is_open), self._host.has_focus
        if is_open:
            self._ask()
        self._draw()  # now: what is hidden takes no focus
        self._host.set_attribute("open", is_open)
        if is_open and take_focus:
            self._host.focus("card")
        elif had_focus and not is_open:
            self._host.give_back("launcher")
        self._host.emit("pinecall:open" if is_open else "pinecall:close", {})

    def _show(self, **other: Any) -> None:
        self._stand = replace(self._stand, **other)
        self._schedule()

    def _draw(self) -> None:
        view = hub_view(self._stand, self._wording)
        self._host.set_classes(view.classes)
        self._host.expand("launcher", view.is_open)
        for regions in (self._regions, self._panel):
            for region, html in regions.changed(view):
                self._host.render(region, html)

    # The ways

    def _ask(self) -> None:
        """Which ways there are; where that isn't known, each opening of the card asks anew."""
        if self._stand.found in ("asking", "known"):
            return
        self._show(found="asking", mistake="")
        self._question = self._tasks.run(self._answered(), "The question for an agent's channels")

    async def _answered(self) -> None:
        try:
            info = await agent_info(self._agent, self._server, ports=self._ports)
        except ValidationError as error:
            mistake = invalid_setting(error)
            self._show(found="unknown", mistake=str(mistake))
            self._host.emit("pinecall:error", {"message": str(mistake), "code": mistake.code})
        else:
            self._show(found="unknown" if info is None else "known", info=info)

    def _asked_again(self) -> None:
        self._host.focus("card")  # the button that was pressed goes
        self._ask()

    def _forget(self) -> None:
        """Another agent has other channels."""
        if self._question is not None:
            self._question.cancel()
        self._show(found="", info=None, mistake="")
        if self._stand.is_open:
            self._ask()

    # Being called

    def _send_to(self, written: str) -> None:
        address = self._host.address(written) if written else ""
        self._call_me = address if is_safe(address, self._host.address("")) else ""
        if written and not self._call_me:
            _log.error("call-me must be an address of the page's own site, or of https")
        self._show(can_call_back=bool(self._call_me))

    def _fill(self, **other: Any) -> None:
        self._show(form=replace(self._stand.form, **other))

    def _turn_form(self) -> None:
        self._fill(is_open=not self._stand.form.is_open)
        self._draw()
        if self._stand.form.is_open:
            self._host.focus("phone")

    def _begin_anew(self) -> None:
        self._show(form=Form(is_open=True))
        self._draw()
        self._host.focus("phone")

    async def _send(self, phone: str, name: str) -> None:
        labels = self._wording.labels
        try:
            await ask_for_a_call(self._ports, self._call_me, self._agent, phone, name)
        except NotAsked as refused:
            reason = str(refused)
            problem = self._wording.say(labels.not_accepted, reason=reason) if reason else ""
            self._fill(stage="writing", problem=problem or labels.not_asked)
        else:
            self._agreed()

    def _agreed(self) -> None:
        held = self._stand.is_open and self._host.has_focus
        self._fill(stage="agreed")
        self._draw()
        if held:
            self._host.focus("thanks")  # the button that was pressed is gone
