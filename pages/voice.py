"""A call with an agent, all of it in Python.

The session holds the call; `voice.html.j2` says how its state looks; this file connects the
two, and the page's own login. The `token_provider` is an ordinary function that uses
`requests`: `pyodide_http` teaches it the browser's way.
"""

import asyncio
import math
from dataclasses import dataclass
from typing import Any

import pyodide_http
import requests
from live import Live
from pyodide.ffi import JsException
from pyscript import document, when, window

from web_client import VoiceSession
from web_client.errors import TokenError
from web_client.state.voice_state import VoiceState

pyodide_http.patch_all()

SITE = window.location.origin

ENDINGS = {
    "idle_timeout": "The call ended: nobody spoke",
    "max_duration": "The call ended: its time was up",
    "server": "Mara ended the call",
    "user": "You hung up",
}

SIGNED_OUT_HERE = (
    "You are signed out on this page, but the site could not be told. Close the browser."
)


@dataclass(frozen=True, slots=True)
class View:
    """What the template sees. `problem` is what went wrong, with the remedy; `code` its name."""

    state: VoiceState
    name: str
    problem: str
    code: str

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


def post(path: str, body: dict[str, str]) -> Any:
    """One request to the site's own backend, with its cookie. Raises TokenError."""
    try:
        response = requests.post(SITE + path, json=body, timeout=10)
    except (requests.RequestException, JsException) as error:  # the latter is the browser's own
        raise TokenError("This site can't be reached. Check the connection.") from error
    if response.status_code == 401:
        raise TokenError("Your login has ended. Sign in again.", status=401)
    if not response.ok:
        raise TokenError("This site couldn't do that. Try again.", status=response.status_code)
    return response.json()


def token() -> Any:
    """The `token_provider`: it asks our backend, which knows us by our cookie."""
    return post("/api/token", {"agent": "mara", "channel": "webrtc"})


name = ""
refused = ""
tasks: set[asyncio.Task[None]] = set()


def view() -> View:
    state = session.state
    return View(state, name, refused or state.error or "", state.error_code or "sign_in")


sign_in = document.getElementById("sign-in")
text = document.getElementById("text")


def height(level: float) -> str:
    """How far a meter goes up, 0 to 1. Ears hear ratios: the root brings soft speech up."""
    return f"{min(1.0, 1.5 * math.sqrt(level)):.2f}"


class Call(Live):
    """The page of a call: besides its regions, the meters and the buttons that are always there."""

    def paint(self, time: float) -> None:
        super().paint(time)
        state = session.state
        sign_in.hidden = bool(name) and state.error_code != "token_refused"
        document.getElementById("mute").ariaPressed = str(state.is_muted).lower()
        levels, style = session.levels, document.body.style
        style.setProperty("--heard", height(levels.input))
        style.setProperty("--said", height(levels.output))
        if state.status == "connected":
            self.draw()  # levels move with every frame, and no markup with them


live = Call("voice.html.j2", "voice-message.html.j2", view)


def new_session() -> VoiceSession:
    session = VoiceSession(agent="mara", server=SITE, token_provider=token)
    session.subscribe(live.draw)
    return session


session = new_session()


@when("submit", "#sign-in")
def log_in(event: Any) -> None:
    global name, refused
    event.preventDefault()
    try:
        person = post("/api/login", {"name": document.getElementById("name").value.strip()})
    except TokenError as error:
        refused = str(error)
    else:
        if name != person["userName"]:
            forget()
        name, refused = person["userName"], ""
        enable(True)
        document.getElementById("call").focus()
    live.draw()


@when("submit", "#composer")
def say(event: Any) -> None:
    event.preventDefault()
    try:
        session.send_text(text.value)
    except ValueError:
        return  # nothing written yet
    text.value = ""
    live.follow()


@when("click", "main")
def click(event: Any) -> None:
    """Every button of the page, also those that the template makes."""
    button = event.target.closest("button[type=button]")
    if not button:
        return
    if button.id == "mute":
        session.toggle_mute()
    elif button.hasAttribute("data-sound"):
        unlocking = asyncio.ensure_future(session.unlock_audio())
        unlocking.add_done_callback(tasks.discard)
        tasks.add(unlocking)
    elif button.hasAttribute("data-sign-out"):
        sign_out()
    elif view().is_live:
        session.disconnect()
    else:
        session.connect()  # what goes wrong is in session.state.error, and shown


def sign_out() -> None:
    """First on this page, whatever becomes of the request: nothing is left for the next person."""
    global refused
    forget()
    try:
        post("/api/logout", {})
    except TokenError:
        refused = SIGNED_OUT_HERE


def forget() -> None:
    """Hang up; let go of the person, and of all that they said."""
    global session, name, refused
    session.destroy()
    session, name, refused = new_session(), "", ""
    sign_in.reset()
    document.getElementById("composer").reset()
    enable(False)
    live.draw()


def enable(can_talk: bool) -> None:
    for control in document.querySelectorAll("#call, #mute, #composer input, #composer button"):
        control.disabled = not can_talk


sign_in.querySelector("button").disabled = False
live.draw()
