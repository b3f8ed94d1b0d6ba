"""Book an appointment, in writing or by voice: every capability on one page, all of it in Python.

`booking.py` makes of the session's state what is to be seen, `book.html.j2` says how it looks,
and `bind` keeps the page so. This file is what the person does.
"""

import math
from pathlib import Path
from typing import Any

from booking import Conversation, View
from login import Login, post, run
from pyscript import document, when, window

from web_client import Binding, ChatSession, VoiceSession, bind
from web_client import conversation as transcript

TEMPLATE = Path("book.html.j2").read_text()
SITE = window.location.origin
ON_THE_LINE = "On the line."
ON_WITH_IT = "On the line. Mara knows what you wrote."
ENDINGS = {
    "idle_timeout": "The call ended: nobody spoke.",
    "max_duration": "The call ended: its time was up.",
    "server": "Mara ended the call.",
}
FLOOR = 0.02
"""Loudness below which a meter shows nothing: no room is silent."""

AnySession = ChatSession | VoiceSession


async def token(channel: str) -> Any:
    """The `token_provider`: it asks our backend, which knows us by our cookie."""
    return await post("/api/token", {"agent": "mara", "channel": channel})


def in_call() -> bool:
    return isinstance(session, VoiceSession)


def view(state: Any) -> View:
    if in_call():
        talk.heard(state)
    talk.person = login.name
    return talk.view(state, in_call(), login.problem)


def show(state: Any) -> None:
    """What no template draws: the buttons that are always there."""
    body = document.body
    body.dataset.status, body.dataset.mode = state.status, "call" if in_call() else "chat"
    login.show(state.error_code)
    muted = in_call() and state.is_muted
    document.getElementById("mute").ariaPressed = str(muted).lower()


def measure(state: Any) -> None:
    """The meters: levels move with every frame, and nothing else with them."""
    if isinstance(session, VoiceSession) and state.status == "connected":
        levels, style = session.levels, document.body.style
        style.setProperty("--heard", height(levels.input))
        style.setProperty("--said", height(levels.output))
        meters.draw()


def height(level: float) -> str:
    """How far a meter goes, 0 to 1. Ears hear ratios: the root brings soft speech up."""
    return f"{min(1.0, 1.5 * math.sqrt(max(0.0, level - FLOOR))):.2f}"


# One session after another


def begin(session: AnySession) -> tuple[AnySession, Binding, Binding, Binding]:
    """What the next session has to know, and the page that shows it until it is destroyed."""
    if talk.past:
        session.set_context("conversation", transcript(talk.past))
    for key, value in talk.contact.items():
        session.set_context(key, value)
    for family in ("chat", "llm"):
        session.on(f"{family}.tool_call", talk.tools_called)
        session.on(f"{family}.tool_result", talk.tools_answered)
    conversation = bind(session, TEMPLATE, view=view)
    return session, conversation, bind(session, show), bind(session, measure)


def chat() -> ChatSession:
    return ChatSession(agent="mara", server=SITE, token_provider=lambda: token("chat"))


def call() -> VoiceSession:
    voice = VoiceSession(agent="mara", server=SITE, token_provider=lambda: token("webrtc"))
    voice.on("status", ended)
    return voice


def switch(make: Any, note: str) -> None:
    """Go on in another session with all that was said; inside the click, for the microphone."""
    global session, binding, buttons, meters
    talk.ends(session.state.messages, note)
    session.destroy()
    session, binding, buttons, meters = begin(make())
    session.connect()  # what goes wrong is in session.state.error, and shown


def ended(event: Any) -> None:
    """A call that is over goes on in writing. One that failed says so first."""
    if event.status == "idle":
        state = session.state
        length = f"{state.duration // 60}:{state.duration % 60:02d}"
        switch(chat, ENDINGS.get(state.end_reason, f"You hung up after {length}."))


def say(text: str) -> None:
    """As if the person had said it. Raises ValueError for nothing."""
    (session.send_text if isinstance(session, VoiceSession) else session.send)(text)
    if "phone" in talk.contact and "see" in text.lower():
        talk.tried.add("phone")
    binding.follow()


# What the person does


def welcome() -> None:
    enable(True)
    text.focus()
    session.connect()


def forget() -> None:
    """Let go of the person, and of all that they said and wrote."""
    global talk, session, binding, buttons, meters
    session.destroy()
    talk = Conversation("")
    session, binding, buttons, meters = begin(chat())
    document.getElementById("composer").reset()
    enable(False)


def enable(can_talk: bool) -> None:
    for control in document.querySelectorAll("#call, #composer input, #composer button"):
        control.disabled = not can_talk


def draw() -> None:
    binding.draw()
    buttons.draw()


@when("submit", "main")
def send(event: Any) -> None:
    """What is written, or the form that a tool has shown."""
    if event.target.id == "sign-in":
        return
    event.preventDefault()
    if event.target.hasAttribute("data-contact"):
        say("Yes, please.")
    elif text.value.strip():
        say(text.value)
        text.value = ""


@when("input", "main")
def write(event: Any) -> None:
    """Each letter of the contact form reaches the agent: the latest is what counts."""
    field = event.target
    if not field.closest("[data-contact]"):
        return
    if field.value:
        talk.contact[field.name] = field.value
    else:
        talk.contact.pop(field.name, None)
    session.set_context(field.name, field.value or None)
    binding.draw()


@when("click", "main")
def click(event: Any) -> None:
    """Every button of the page, also those that the template makes."""
    button = event.target.closest("button[type=button]")
    if not button:
        return
    if button.hasAttribute("data-say"):
        say(button.dataset.say)
    elif button.id == "mute":
        session.toggle_mute()
    elif button.hasAttribute("data-sound"):
        run(session.unlock_audio())
    elif button.hasAttribute("data-sign-out"):
        run(login.sign_out())
    elif button.hasAttribute("data-write"):
        switch(chat, "Back in writing.") if in_call() else session.connect()
    elif not in_call():
        switch(call, ON_WITH_IT if view(session.state).carries else ON_THE_LINE)
    else:
        session.disconnect()


text = document.getElementById("text")
talk = Conversation("")
login = Login(welcome, forget, draw)
session, binding, buttons, meters = begin(chat())
login.ready()
