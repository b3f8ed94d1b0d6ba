"""Mara, the agent of the demo pages and the end-to-end tests: the front desk of a salon.

She finds a free hour, asks how to reach the person, and books it. What the person writes into
the form reaches her as context of the page; who the person is, is sealed in the token.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from local_agent.agent import Agent
from local_agent.brain import Turn
from local_agent.call import Call
from local_agent.salon import CLOSED, DAYS, SHORT, TIMES, Appointment, Day, Diary, Person, Time
from local_agent.scripted import Found, Rule, Scripted

_DAYS = rf"(?P<day>{'|'.join(DAYS)})"
_TIMES = rf"(?P<time>{'|'.join(TIMES)})"
_MAYBE_DAY = rf"(?:(?=.*\b{_DAYS}\b))?"

_STORY = (
    "Our salon began with one chair and one mirror, in a small room above the bakery. "
    "In the morning the smell of fresh bread came up the stairs, and people stayed longer than "
    "they had planned. After two years we moved down to the street, and today nine of us work "
    "here. We cut and colour hair, we do nails, and on Saturdays there is music. "
    "If you like, I can find you a free hour this week."
)

MISSING = {
    "day": "For which day?",
    "time": "Which day and time would you like?",
    "phone": "I still need your phone number. Please write it in the form.",
    "appointment": "You have no appointment yet. Shall I find you a free hour?",
}
"""What Mara says where a tool lacks something."""


def _asked(found: Found) -> dict[str, Any]:
    return {name: value and value.lower() for name, value in found.groupdict().items()}


def _day(found: Found) -> dict[str, Any]:
    return {"day": (found["day"] or "monday").lower()}


def _when(result: Any) -> str:
    return f"{result['day'].title()} at {result['time']}"


def _hours(result: Any) -> str:
    if result["closed"]:
        return f"We are closed on {result['day'].title()}."
    return f"On {result['day'].title()} we are open from {result['opens']} to {result['closes']}."


def _or_missing(about: Callable[[Any], str]) -> Callable[[Any], str]:
    """What is said about a result; or, where the tool lacked something, what it lacks."""
    return lambda result: MISSING[result["missing"]] if "missing" in result else about(result)


def _slots(result: Any) -> str:
    day = result["day"].title()
    if not result["slots"]:
        return f"We are closed on {day}. Another day, perhaps?"
    *others, last = result["slots"]
    return f"On {day} I have {', '.join(others)} and {last}. Which would you like?"


def _contact(result: Any) -> str:
    if result["taken"]:
        return f"{_when(result)} is not free. Another time, perhaps?"
    reach = "I have your number." if result["phone"] else "Please write your number in the form."
    return f"{_when(result)}, then. {reach} Shall I book it?"


def _booked(result: Any) -> str:
    return f"You are booked, {result['name']}: {_when(result)}. See you then!"


def _appointment(result: Any) -> str:
    return f"You come on {_when(result)}."


def _cancelled(result: Any) -> str:
    return f"{_when(result)} is cancelled. Shall I find you another hour?"


def _said_before(turn: Turn, _found: Found) -> str:
    """What a page carried over from another conversation; nothing else knows of it."""
    lines = turn.call.ui_context.get("conversation", "").splitlines()
    said = [line.removeprefix("user: ") for line in lines if line.startswith("user: ")]
    return f"Before, you said: {said[-1]}" if said else "We have only just begun to talk."


mara = Agent(
    "mara",
    prompt="You are Mara, at the front desk of a salon. Be brief.\n\n{{SESSION}}",
    greeting="Hello, this is Mara.",
    allowed_origins=["http://localhost:*", "http://127.0.0.1:*"],
    numbers={"whatsapp": "+1 212 555 0123", "phone": "+1 212 555 0199"},  # nobody's
    brain=Scripted(
        [
            Rule(r"\bcancel", tool="cancel_appointment", about=_or_missing(_cancelled)),
            Rule(r"\bmy appointment\b", tool="get_appointment", about=_or_missing(_appointment)),
            Rule(
                rf"^(?=.*\b(?:at|take|say|please)\b)(?=.*\b{_TIMES}\b){_MAYBE_DAY}",
                tool="ask_for_contact",
                arguments=_asked,
                about=_or_missing(_contact),
            ),
            Rule(
                rf"^\W*(?:the )?{_TIMES}(?:\W+(?:please|o'clock))*\W*$",
                tool="ask_for_contact",
                arguments=_asked,
                about=_or_missing(_contact),
            ),
            Rule(
                rf"^(?=.*\b(?:free|slots?|available|anything|appointments?)\b){_MAYBE_DAY}",
                tool="get_available_slots",
                arguments=_asked,
                about=_or_missing(_slots),
            ),
            Rule(
                rf"^\W*(?:on |this |next )?{_DAYS}(?:\W+please)?\W*$",
                tool="get_available_slots",
                arguments=_asked,
                about=_or_missing(_slots),
            ),
            Rule(
                rf"\b(open|opening|hours|close)\b(.*\b{_DAYS}\b)?",
                tool="get_opening_hours",
                arguments=_day,
                about=_hours,
            ),
            Rule(
                r"^\W*(yes|please book|book|confirm)\b",
                tool="book_appointment",
                about=_or_missing(_booked),
            ),
            Rule(r"^\W*no\b", "All right. Another day, perhaps?"),
            Rule(r"\bwhat (did|have|were) (i|we)\b.*\b(sa(y|id)|talk)", _said_before),
            Rule(r"\b(story|stories|history|about your)\b", _STORY),
            Rule(r"^\W*(hello|hi|hey|good morning)\b", "Hello! What can I do for you?"),
            Rule(r"\bthank(s| you)\b", "You are welcome."),
        ]
    ),
)

diary = Diary()


@mara.on("call.preparing")
def _introduce(call: Call) -> None:
    call.set_prompt_vars(SESSION=f"<session>{escape(_name(call))}</session>")


@mara.tool
async def get_opening_hours(day: Day) -> dict[str, Any]:
    """Opening hours on a day of the week."""
    if day == CLOSED:
        return {"day": day, "closed": True}
    closes = "four" if day == SHORT else "six"
    return {"day": day, "closed": False, "opens": "nine", "closes": closes}


@mara.tool
async def get_available_slots(call: Call, day: Day | None = None) -> dict[str, Any]:
    """Free hours on a day of the week."""
    if day is None:
        return {"missing": "day"}
    person = _person(call)
    person.day = day
    return {"day": day, "slots": person.free(day)}


@mara.tool
async def ask_for_contact(time: Time, call: Call, day: Day | None = None) -> dict[str, Any]:
    """Ask how to reach the person who wants to come at that time; the page shows a form."""
    person = _person(call)
    person.day = day = day or person.day
    if day is None:
        return {"missing": "day"}
    taken = time not in person.free(day)
    person.wanted = None if taken else (day, time)
    contact = {"name": _name(call), "phone": _written(call, "phone")}
    return {"day": day, "time": time, "taken": taken, **contact}


@mara.tool
async def book_appointment(call: Call) -> dict[str, Any]:
    """Book the hour that was asked for, for the person who is logged in."""
    person = _person(call)
    if person.wanted is None:
        return {"missing": "time"}
    phone = _written(call, "phone")
    if not phone:
        return {"missing": "phone"}
    day, time = person.wanted
    person.wanted = None
    person.appointment = Appointment(day, time, _written(call, "name") or _name(call), phone)
    return _shown(person.appointment)


@mara.tool
async def get_appointment(call: Call) -> dict[str, Any]:
    """The appointment of the person who is logged in."""
    booked = _person(call).appointment
    return {"missing": "appointment"} if booked is None else _shown(booked)


@mara.tool
async def cancel_appointment(call: Call) -> dict[str, Any]:
    """Cancel the appointment of the person who is logged in."""
    person = _person(call)
    booked, person.appointment = person.appointment, None
    return {"missing": "appointment"} if booked is None else _shown(booked)


def _person(call: Call) -> Person:
    # Sealed, never call.metadata: what the page says of itself would open other people's diary.
    return diary.person(str(call.sealed.get("userId", call.id)))


def _name(call: Call) -> str:
    return str(call.metadata.get("userName", "guest"))


def _written(call: Call, field: str) -> str:
    """What stands in a field of the page's form, as the page keeps it current."""
    return " ".join(call.ui_context.get(field, "").split())[:80]


def _shown(booked: Appointment) -> dict[str, Any]:
    return {"day": booked.day, "time": booked.time, "name": booked.name, "phone": booked.phone}
