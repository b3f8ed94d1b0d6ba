"""A chat with an agent, all of it in Python.

The session holds the conversation; `chat.html.j2` says how its state looks; `bind` keeps the
page as the template says; this file is what the person does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from login import Login, post, run
from pyscript import document, when, window

from web_client import Binding, ChatSession, ChatState, bind

TEMPLATE = Path("chat.html.j2").read_text()
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
    def messages(self) -> Any:
        return self.state.messages

    @property
    def announcement(self) -> str:
        """The last whole reply, for a screen reader: read out once, not word by word."""
        replies = (m for m in reversed(self.state.messages) if m.role == "bot")
        last = next(replies, None)
        return "" if last is None or last.is_streaming or last.is_history else f"Mara: {last.text}"


async def token() -> Any:
    """The `token_provider`: it asks our backend, which knows us by our cookie."""
    return await post("/api/token", {"agent": "mara", "channel": "chat"})


def view(state: ChatState) -> View:
    problem = login.problem or state.error or ""
    return View(state, login.name, problem, state.error_code or "sign_in")


def show(state: ChatState) -> None:
    """What no template draws."""
    document.body.dataset.status = state.status
    login.show(state.error_code)


def begin() -> tuple[ChatSession, Binding]:
    """A session, and the page that shows it; both end when the session is destroyed."""
    session = ChatSession(agent="mara", server=window.location.origin, token_provider=token)
    bind(session, show)
    return session, bind(session, TEMPLATE, view=view)


def welcome() -> None:
    enable(True)
    text.focus()
    session.connect()  # what goes wrong is in session.state.error, and shown


def forget() -> None:
    """Let go of the person, and of all that they said and looked at."""
    global session, binding
    session.destroy()
    session, binding = begin()
    document.getElementById("composer").reset()
    document.getElementById("page").value = ""
    enable(False)


def enable(can_write: bool) -> None:
    for control in document.querySelectorAll("#composer textarea, #composer button, #page"):
        control.disabled = not can_write


@when("submit", "#composer")
def send(event: Any) -> None:
    event.preventDefault()
    try:
        session.send(text.value)
    except ValueError:
        return  # nothing written yet
    text.value = ""
    binding.follow()


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
    """The buttons that the template makes."""
    button = event.target.closest("button[type=button]")
    if not button:
        return
    if button.hasAttribute("data-retry"):
        session.retry(int(button.dataset.retry))
        document.getElementById("scroller").focus()  # the button is about to go
    elif button.hasAttribute("data-connect"):
        session.connect()
    elif button.hasAttribute("data-sign-out"):
        run(login.sign_out())


text = document.getElementById("text")
login = Login(welcome, forget, lambda: binding.draw())
session, binding = begin()
login.ready()
