"""A chat with an agent, all of it in Python.

The session holds the conversation; `chat.html.j2` says how its state looks; this file connects
the two, and the page's own login. The browser never sees an API key: the site's backend knows
who is logged in, and mints a token for that person.
"""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from live import Live
from pyodide.http import pyfetch
from pyscript import document, when, window

from web_client import ChatSession
from web_client.errors import TokenError
from web_client.state.chat_state import ChatState

SIGNED_OUT_HERE = (
    "You are signed out on this page, but the site could not be told. Close the browser."
)
IN_A_WORD = 229
"""The keyCode of a key that goes to the input method. Safari says isComposing too late."""


@dataclass(frozen=True, slots=True)
class View:
    """What the template sees. `problem` is what went wrong, with the remedy; `code` its name."""

    state: ChatState
    name: str
    problem: str
    code: str

    @property
    def announcement(self) -> str:
        """The last whole reply, for a screen reader: read out once, not word by word."""
        replies = (m for m in reversed(self.state.messages) if m.role == "bot")
        last = next(replies, None)
        return "" if last is None or last.is_streaming or last.is_history else f"Mara: {last.text}"


async def post(path: str, body: dict[str, str]) -> Any:
    """One request to the site's own backend, with its cookie. Raises TokenError."""
    try:
        response = await pyfetch(
            path,
            method="POST",
            headers={"Content-Type": "application/json"},
            body=json.dumps(body),
        )
    except OSError as error:
        raise TokenError("This site can't be reached. Check the connection.") from error
    if response.status == 401:
        raise TokenError("Your login has ended. Sign in again.", status=401)
    if not response.ok:
        raise TokenError("This site couldn't do that. Try again.", status=response.status)
    return await response.json()


async def token() -> Any:
    """The `token_provider`: it asks our backend, which knows us by our cookie."""
    return await post("/api/token", {"agent": "mara", "channel": "chat"})


name = ""
refused = ""


def view() -> View:
    state = session.state
    return View(state, name, refused or state.error or "", state.error_code or "sign_in")


tasks: set[asyncio.Task[None]] = set()


def run(work: Coroutine[Any, Any, None]) -> None:
    """Go on with `work` by itself. asyncio forgets a task that nobody holds."""
    task = asyncio.ensure_future(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


sign_in = document.getElementById("sign-in")
sign_in_button = sign_in.querySelector("button")
text = document.getElementById("text")


class Chat(Live):
    """The page of a chat: besides its regions, the login that comes and goes."""

    def paint(self, time: float) -> None:
        super().paint(time)
        sign_in.hidden = bool(name) and session.state.error_code != "token_refused"


live = Chat("chat.html.j2", "chat-message.html.j2", view)


def new_session() -> ChatSession:
    session = ChatSession(agent="mara", server=window.location.origin, token_provider=token)
    session.subscribe(live.draw)
    return session


session = new_session()


@when("submit", "#sign-in")
def submit_name(event: Any) -> None:
    """A plain function: an async one would begin too late to keep the form from being sent."""
    event.preventDefault()
    run(log_in(document.getElementById("name").value.strip()))


async def log_in(person_name: str) -> None:
    global name, refused
    try:
        person = await post("/api/login", {"name": person_name})
    except TokenError as error:
        refused = str(error)
        live.draw()
        return
    if name != person["userName"]:
        forget()
    name, refused = person["userName"], ""
    enable(True)
    text.focus()
    live.draw()
    session.connect()  # what goes wrong is in session.state.error, and shown


@when("submit", "#composer")
def send(event: Any) -> None:
    event.preventDefault()
    try:
        session.send(text.value)
    except ValueError:
        return  # nothing written yet
    text.value = ""
    live.follow()


@when("keydown", "#text")
def enter(event: Any) -> None:
    """Enter sends. In the middle of a word of Japanese it only ends the word."""
    ends_word = event.isComposing or event.keyCode == IN_A_WORD
    if event.key == "Enter" and not event.shiftKey and not ends_word:
        event.preventDefault()
        document.getElementById("composer").requestSubmit()


@when("change", "#page")
def look_at(event: Any) -> None:
    """What the person has before them, for the agent to know. The latest is what counts."""
    session.set_context("page", event.target.value or None)


@when("click", "main")
def click(event: Any) -> None:
    """The buttons that the templates make."""
    button = event.target.closest("button[type=button]")
    if not button:
        return
    if button.hasAttribute("data-retry"):
        session.retry(int(button.dataset.retry))
    elif button.hasAttribute("data-connect"):
        session.connect()
    elif button.hasAttribute("data-sign-out"):
        run(sign_out())


async def sign_out() -> None:
    """First on this page, whatever becomes of the request: nothing is left for the next person.

    Nobody signs in meanwhile, or the late answer would end the login of the wrong one.
    """
    global refused
    forget()
    sign_in_button.disabled = True
    try:
        await post("/api/logout", {})
    except TokenError:
        refused = SIGNED_OUT_HERE
    sign_in_button.disabled = False
    live.draw()


def forget() -> None:
    """Let go of the person, and of all that they said and looked at."""
    global session, name, refused
    session.destroy()
    session, name, refused = new_session(), "", ""
    sign_in.reset()
    document.getElementById("composer").reset()
    document.getElementById("page").value = ""
    enable(False)
    live.draw()


def enable(can_write: bool) -> None:
    for control in document.querySelectorAll("#composer textarea, #composer button, #page"):
        control.disabled = not can_write


sign_in_button.disabled = False
live.draw()
