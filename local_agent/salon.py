"""The diary of the demo's salon: when it is open, what is free, who comes when. In memory.

A person is whoever the token's seal names, in a chat as in a call; a guest is known for one call
only. Each sees and moves their own appointment, and nobody else's.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Time = Literal["nine", "eleven", "two", "four"]

DAYS: tuple[Day, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
TIMES: tuple[Time, ...] = ("nine", "eleven", "two", "four")
CLOSED: Day = "sunday"
SHORT: Day = "saturday"

MAX_PEOPLE = 1000
"""How many people are kept in mind; who wasn't here for the longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Appointment:
    day: Day
    time: Time
    name: str
    phone: str


@dataclass(slots=True)
class Person:
    """What somebody asked about last, what they are about to book, and what they have booked."""

    day: Day | None = None
    wanted: tuple[Day, Time] | None = None
    appointment: Appointment | None = None

    def free(self, day: Day) -> list[Time]:
        """What is free on a day. Their own hour is theirs, and not free any more."""
        mine = self.appointment
        taken = mine.time if mine and mine.day == day else None
        return [time for time in open_times(day) if time != taken]


class Diary:
    def __init__(self) -> None:
        self._people: OrderedDict[str, Person] = OrderedDict()

    def person(self, key: str) -> Person:
        person = self._people.setdefault(key, Person())
        self._people.move_to_end(key)
        while len(self._people) > MAX_PEOPLE:
            self._people.popitem(last=False)
        return person


def open_times(day: Day) -> tuple[Time, ...]:
    """At which times somebody can come."""
    if day == CLOSED:
        return ()
    return TIMES[:-1] if day == SHORT else TIMES
