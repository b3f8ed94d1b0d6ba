"""What the booking page shows: one conversation, in writing and by voice, with its tools.

Nothing here knows of a browser: it makes a view of what the session says, for `book.html.j2`.

A call after a chat is another session, and so is the chat after the call. What was said before
is kept here as lines that change no more; the session at hand adds its own behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

CARDS = {
    "get_available_slots": "slots",
    "ask_for_contact": "contact",
    "book_appointment": "booked",
    "get_appointment": "booked",
    "cancel_appointment": "cancelled",
}
"""The cards of the tools whose result has a look of its own."""

DOING = {
    "get_available_slots": "Looking for a free hour…",
    "ask_for_contact": "Taking down the time…",
    "book_appointment": "Booking…",
    "get_appointment": "Looking it up…",
    "cancel_appointment": "Cancelling…",
    "get_opening_hours": "Looking at the clock…",
}

PHASES = {
    "listening": "Listening",
    "speaking": "Speaking",
    "pause": "Go on…",
    "thinking": "Thinking…",
    "idle": "On the line",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A tool's result as something to look at and to press; `active` while it is the last one."""

    kind: str
    result: Mapping[str, Any]
    active: bool = False
    contact: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What stands in the form. Not compared: what is typed doesn't draw the form anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the conversation. `mark` is how far it came, or how it is said."""

    id: int
    role: str
    text: str
    mark: str = ""
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One of the things to try; `say` is what its button says for the person."""

    title: str
    about: str
    say: str
    done: bool


@dataclass(frozen=True, slots=True)
class Used:
    """A tool as Mara called it."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class View:
    """What the template sees."""

    state: Any
    in_call: bool
    name: str
    problem: str
    code: str
    messages: list[Line]
    context: Mapping[str, str]
    carried: int
    tools: list[Used]
    steps: list[Step]

    @property
    def is_busy(self) -> bool:
        """Mara is about to answer, and there is nothing to read yet."""
        if self.in_call:
            return self.state.phase == "thinking"
        return self.state.typing and not self.state.streaming_text

    @property
    def phase(self) -> str:
        return "You are muted" if self.state.is_muted else PHASES[self.state.phase]

    @property
    def carries(self) -> bool:
        """Something was said that the next session has to know."""
        return any(line.role == "user" for line in self.messages)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.done), None)

    @property
    def announcement(self) -> str:
        """The last whole reply, for a screen reader: read out once, not word by word."""
        replies = (line for line in reversed(self.messages) if line.role == "bot")
        last = next(replies, None)
        return (
            "" if last is None or last.mark in ("streaming", "speaking") else f"Mara: {last.text}"
        )


class Conversation:
    """All that was said on this page, and what Mara did meanwhile."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.past: list[Line] = []
        self.contact: dict[str, str] = {}
        self.called: dict[str, Any] = {}
        self.results: dict[str, Any] = {}
        self.used: list[Any] = []
        self.tried: set[str] = set()

    def tools_called(self, event: Any) -> None:
        """`chat.tool_call` or `llm.tool_call`."""
        for call in event.tool_calls:
            self.called[call.id] = call
            self.used.append(call)

    def tools_answered(self, event: Any) -> None:
        """`chat.tool_result` or `llm.tool_result`."""
        for answer in event.results:
            self.results[answer.tool_call_id] = answer.result
            lacks = isinstance(answer.result, dict) and "missing" in answer.result
            call = self.called.get(answer.tool_call_id)
            if call is not None and not lacks:
                self.tried.add(call.name)

    def heard(self, state: Any) -> None:
        """What the tour has to see happen in a call."""
        if state.status == "connected":
            self.tried.add("call")
        if state.is_muted or any(message.interrupted for message in state.messages):
            self.tried.add("floor")

    def ends(self, messages: Any, note: str) -> None:
        """The session at hand is over: its lines are the past now, behind them a note."""
        lines = self.lines(messages)
        lines.append(Line(max((line.id for line in lines), default=0) + 1, "system", note))
        self.past = [_settled(line) for line in lines]
        self.called, self.results = {}, {}

    def lines(self, messages: Any) -> list[Line]:
        """The past, and the messages of the session at hand; the last card is the active one."""
        base = max((line.id for line in self.past), default=0)
        lines = [*self.past, *(self._line(base, message) for message in messages)]
        cards = [place for place, line in enumerate(lines) if line.card]
        if cards:
            last = lines[cards[-1]]
            card = replace(last.card, active=True, contact=dict(self.contact))
            lines[cards[-1]] = replace(last, card=card)
        return lines

    def view(self, state: Any, in_call: bool, problem: str) -> View:
        code = state.error_code or "sign_in"
        lines = self.lines(state.messages)
        carried = sum(line.role in ("user", "bot") for line in self.past)
        tools = [Used(call.name, _arguments(call)) for call in self.used[-6:]]
        return View(
            state=state,
            in_call=in_call,
            name=self.person,
            problem=problem or state.error or "",
            code=code,
            messages=lines,
            context=dict(self.contact),
            carried=carried,
            tools=tools,
            steps=self._steps(in_call),
        )

    def _line(self, base: int, message: Any) -> Line:
        line = Line(base + message.id, message.role, message.text, _mark(message))
        if message.tool_call_id is None:
            return line
        call = self.called.get(message.tool_call_id)
        if call is None:
            return line
        if message.tool_call_id not in self.results:
            return replace(line, text=DOING.get(call.name, message.text))
        return replace(line, card=_card(call.name, self.results[message.tool_call_id]))

    def _steps(self, in_call: bool) -> list[Step]:
        tried = self.tried
        asked = "Mara calls a tool, and what it finds is there to press."
        typed = "What you type reaches her at once, as context. Ask what she sees."
        sealed = "In your name: your login is sealed in the token, nobody can forge it."
        called = "The conversation goes with you. Then ask: “When is my appointment?”"
        floor = "Talk while she talks, and she stops. Muted, she hears nothing."
        friday = "Do you have anything free on Friday?"
        see = "What do you see?" if "phone" in self.contact else ""
        story = "Tell me your story." if in_call else ""
        return [
            Step("Ask for a free hour", asked, friday, "get_available_slots" in tried),
            Step("Press a time, write your number", typed, see, "phone" in tried),
            Step("Book it", sealed, "", "book_appointment" in tried),
            Step("Call her", called, "", "call" in tried),
            Step("Interrupt her, or mute", floor, story, "floor" in tried),
        ]


def _mark(message: Any) -> str:
    """The one thing to know of a message, be it of a chat or of a call."""
    for mark in ("is_streaming", "is_interim", "speaking", "interrupted"):
        if getattr(message, mark, False):
            return mark.removeprefix("is_")
    status = getattr(message, "status", None)
    return status if status in ("queued", "failed") else ""


def _card(name: str, result: Any) -> Card | None:
    if name not in CARDS or not isinstance(result, dict):
        return None
    lacks = {"missing", "error"} & result.keys() or result.get("taken") or result.get("slots") == []
    return None if lacks else Card(CARDS[name], result)


def _settled(line: Line) -> Line:
    """A line of a session that is over: nothing comes for it any more."""
    card = replace(line.card, active=False) if line.card else None
    mark = line.mark if line.mark in ("failed", "interrupted") else ""
    return replace(line, mark=mark, card=card)


def _arguments(call: Any) -> str:
    given = call.arguments if isinstance(call.arguments, dict) else {}
    return ", ".join(str(value) for value in given.values() if value is not None)
