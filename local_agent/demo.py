"""Mara, the agent of the demo pages and the end-to-end tests: the front desk of a salon."""

from html import escape
from typing import Any, Literal

from local_agent.agent import Agent
from local_agent.call import Call
from local_agent.scripted import Found, Rule, Scripted

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_DAYS = r"(?P<day>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"

_STORY = (
    "Our salon began with one chair and one mirror, in a small room above the bakery. "
    "In the morning the smell of fresh bread came up the stairs, and people stayed longer than "
    "they had planned. After two years we moved down to the street, and today nine of us work "
    "here. We cut and colour hair, we do nails, and on Saturdays there is music. "
    "If you like, I can find you a free hour this week."
)


def _day(found: Found) -> dict[str, Any]:
    return {"day": (found["day"] or "monday").lower()}


def _hours(result: Any) -> str:
    if result["closed"]:
        return f"We are closed on {result['day'].title()}."
    return f"On {result['day'].title()} we are open from {result['opens']} to {result['closes']}."


def _slots(result: Any) -> str:
    *others, last = result["slots"]
    return f"We have {', '.join(others)} and {last} free {result['date']}."


mara = Agent(
    "mara",
    prompt="You are Mara, at the front desk of a salon. Be brief.\n\n{{SESSION}}",
    greeting="Hello, this is Mara.",
    allowed_origins=["http://localhost:*", "http://127.0.0.1:*"],
    brain=Scripted(
        [
            Rule(
                rf"\b(open|opening|hours|close)\b(.*\b{_DAYS}\b)?",
                tool="get_opening_hours",
                arguments=_day,
                about=_hours,
            ),
            Rule(
                r"\b(slot|slots|free|available|appointments)\b",
                tool="get_available_slots",
                arguments=lambda _found: {"date": "tomorrow"},
                about=_slots,
            ),
            Rule(
                r"\b(book|appointment)\b(.*\bat (?P<time>nine|eleven|two|four)\b)?",
                tool="book_appointment",
                arguments=lambda found: {"date": "tomorrow", "time": found["time"] or "nine"},
                about=lambda result: f"You are booked for {result['date']} at {result['time']}.",
            ),
            Rule(r"\b(story|stories|history|about your)\b", _STORY),
            Rule(r"^\W*(hello|hi|hey|good morning)\b", "Hello! What can I do for you?"),
            Rule(r"\bthank(s| you)\b", "You are welcome."),
        ]
    ),
)


@mara.on("call.preparing")
def _introduce(call: Call) -> None:
    name = escape(str(call.metadata.get("userName", "guest")))
    call.set_prompt_vars(SESSION=f"<session>{name}</session>")


@mara.tool
async def get_opening_hours(day: Day) -> dict[str, Any]:
    """Opening hours on a day of the week."""
    if day == "sunday":
        return {"day": day, "closed": True}
    closes = "four" if day == "saturday" else "six"
    return {"day": day, "closed": False, "opens": "nine", "closes": closes}


@mara.tool
async def get_available_slots(date: str) -> dict[str, Any]:
    """Free slots on a date."""
    return {"date": date, "slots": ["nine", "eleven", "two", "four"]}


@mara.tool
async def book_appointment(date: str, time: str, call: Call) -> dict[str, Any]:
    """Book an appointment in the name of the person who is logged in."""
    return {"date": date, "time": time, "name": call.metadata.get("userName", "guest")}
