"""A call with an agent, all of it in Python.

The session holds the call; `voice.html.j2` says how its state looks; `bind` keeps the page as
the template says; this file is what the person does. The `token_provider` is an ordinary
function that uses `requests`: `pyodide_http` teaches it the browser's way.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyodide_http
import requests
from login import UNREACHABLE, Login, refused, run
from pyodide.ffi import JsException
from pyscript import document, when, window

from web_client import Binding, UnsentTexts, VoiceSession, VoiceState, bind
from web_client.errors import TokenError

pyodide_http.patch_all()

SITE = window.location.origin
TEMPLATE = Path("voice.html.j2").read_text()

ENDINGS = {
    "idle_timeout": "The call ended: nobody spoke",
    "max_duration": "The call ended: its time was up",
    "server": "Mara ended the call",
    "user": "You hung up",
}


@dataclass(frozen=True, slots=True)
class View:
    """What the template sees. `problem` is what went wrong, with the remedy; `code` its name;
    `unsent` what was written and nobody has heard."""

    state: VoiceState
    unsent: UnsentTexts
    name: str
    problem: str
    code: str

    @property
    def messages(self) -> Any:
        return self.state.messages

    @property
    def is_live(self) -> bool:
        return self.state.status in ("connecting", "connected", "reconnecting")

    @property
    def ending(self) -> str:
        return ENDINGS.get(self.state.end_reason or "", "")

    @property
    def announcement(self) -> str:
        """The last whole sentence of Mara's, for a screen reader: read out once."""
        replies = (m for m in reversed(self.state.messages) if m.role == "bot")
        last = next(replies, None)
        return "" if last is None or last.speaking else f"Mara: {last.text}"


def token() -> Any:
    """The `token_provider`: it asks our backend, which knows us by our cookie."""
    asked = {"agent": "mara", "channel": "webrtc"}
    try:
        response = requests.post(f"{SITE}/api/token", json=asked, timeout=10)
    except (requests.RequestException, JsException) as error:  # the latter is the browser's own
        raise TokenError(UNREACHABLE) from error
    if not response.ok:
        raise refused(response.status_code)
    return response.json()


def view(state: VoiceState) -> View:
    problem = login.problem or state.error or ""
    return View(state, session.unsent, login.name, problem, state.error_code or "sign_in")


def show(state: VoiceState) -> None:
    """What no template draws: the buttons that are always there."""
    document.body.dataset.status = state.status
    login.show(state.error_code)
    document.getElementById("mute").ariaPressed = str(state.is_muted).lower()


def measure(state: VoiceState) -> None:
    """The meters: levels move with every frame, and nothing else with them."""
    levels, style = session.levels, document.body.style
    style.setProperty("--heard", height(levels.input))
    style.setProperty("--said", height(levels.output))
    if state.status == "connected":
        meters.draw()


def height(level: float) -> str:
    """How far a meter goes up, 0 to 1. Ears hear ratios: the root brings soft speech up."""
    return f"{min(1.0, 1.5 * math.sqrt(level)):.2f}"


def begin() -> tuple[VoiceSession, Binding, Binding, Binding]:
    """A session, and the page that shows it; all end when the session is destroyed."""
    session = VoiceSession(agent="mara", server=SITE, token_provider=token)
    conversation = bind(session, TEMPLATE, view=view)
    return session, conversation, bind(session, show), bind(session, measure)


def welcome() -> None:
    enable(True)
    document.getElementById("call").focus()


def forget() -> None:
    """Hang up; let go of the person, and of all that they said."""
    global session, binding, buttons, meters
    session.destroy()
    session, binding, buttons, meters = begin()
    document.getElementById("composer").reset()
    enable(False)


def enable(can_talk: bool) -> None:
    for control in document.querySelectorAll("#call, #mute, #composer input, #composer button"):
        control.disabled = not can_talk


def draw() -> None:
    binding.draw()
    buttons.draw()


@when("submit", "#composer")
def say(event: Any) -> None:
    event.preventDefault()
    try:
        session.send_text(text.value)
    except ValueError:
        return  # nothing written yet
    text.value = ""
    draw()  # before there is a call it only waits, which changes nothing of the call
    binding.follow()


@when("click", "main")
def click(event: Any) -> None:
    """Every button of the page, also those that the template makes."""
    button = event.target.closest("button[type=button]")
    if not button:
        return
    if button.id == "mute":
        session.toggle_mute()
    elif button.hasAttribute("data-sound"):
        run(session.unlock_audio())
    elif button.hasAttribute("data-say-again"):
        session.retry(session.unsent.failed[int(button.dataset.sayAgain)])
        draw()
        document.getElementById("scroller").focus()  # the button is gone
    elif button.hasAttribute("data-sign-out"):
        run(login.sign_out())
    elif view(session.state).is_live:
        session.disconnect()
    else:
        session.connect()  # what goes wrong is in session.state.error, and shown


text = document.getElementById("text")
login = Login(welcome, forget, draw)
session, binding, buttons, meters = begin()
login.ready()
