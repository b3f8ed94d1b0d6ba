"""Which conversations there were, as this browser keeps them: for the list, and for a reload.

What was said stays with the agent; here is only how a thread is called (`ChatOptions.thread`) and
by which words it began. A browser may be shared, so an index belongs to one agent and to one
user, as the page names them (`user`), and nobody else's is read. A thread's name opens what was
said in it, so nobody can guess one.

The browser may keep nothing for a site, have no room, or hold what somebody else wrote there:
then there are the threads of this page alone. Another version of this module keeps its own.
"""

import json
from collections.abc import Callable
from typing import Final, Protocol
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX: Final = "pinecall.threads.1"
KEPT: Final = 30
"""How many threads are kept; the one used longest ago goes first."""
TITLE: Final = 80
"""Longest title, in characters."""
_YEAR_9999: Final = 253_402_300_799.0


class Storage(Protocol):
    """What the browser keeps for a site, from visit to visit: a part of `host.Host`."""

    def recall(self, name: str) -> str: ...
    def keep(self, name: str, text: str) -> None: ...


class Thread(BaseModel):
    """One conversation: by which words it began, and when it was last gone on with (epoch)."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    title: str = Field(min_length=1, max_length=TITLE)
    at: float = Field(ge=0, le=_YEAR_9999)


class Index(BaseModel):
    """What is kept: the threads, latest first, and the one to go on with after a reload."""

    model_config = ConfigDict(frozen=True)

    threads: tuple[Thread, ...] = Field((), max_length=KEPT)
    current: str | None = Field(None, pattern=r"^[0-9a-f]{32}$")


class Threads:
    """The threads of one visitor with one agent."""

    def __init__(self, storage: Storage, now: Callable[[], float]) -> None:
        self._storage = storage
        self._now = now
        self._name = ""
        self._refused = False
        self._index = Index()
        self._begun: str | None = None

    def belong(self, agent: str, user: str, *, kept: bool) -> None:
        """Whose they are, from now on; with `kept` False there are none."""
        name = f"{PREFIX}:{json.dumps([agent, user], ensure_ascii=False)}" if kept else ""
        if name != self._name:
            self._name, self._index, self._refused, self._begun = name, Index(), False, None
        self._read()

    @property
    def current(self) -> str | None:
        """The thread that the next session goes on with; None where there are none."""
        if not self._name:
            return None
        self._begun = self._begun or self._index.current or uuid4().hex
        return self._begun

    @property
    def past(self) -> tuple[Thread, ...]:
        """Those in which something was said, latest first."""
        return self._index.threads

    def said(self, text: str) -> None:
        """Something was said in the current one. Its first words are its title."""
        if (current := self.current) is None:
            return
        self._read()
        known = next((thread for thread in self.past if thread.id == current), None)
        title = _title(text) if known is None else known.title
        thread = Thread(id=current, title=title, at=self._now())
        others = tuple(other for other in self.past if other.id != current)
        self._write(Index(threads=(thread, *others)[:KEPT], current=current))

    def open(self, thread: str) -> bool:
        """Go on with another one; False where there is none of that name any more."""
        self._read()
        if thread not in (known.id for known in self.past):
            return False
        self._begun = thread
        self._write(Index(threads=self.past, current=thread))
        return True

    def begin(self) -> None:
        """The next one is new."""
        self._begun = None
        self._read()
        if self._index.current:
            self._write(Index(threads=self.past))

    def remove(self, thread: str) -> None:
        """Take one off the list. What was said stays with the agent."""
        self._read()
        current = None if self._index.current == thread else self._index.current
        others = tuple(other for other in self.past if other.id != thread)
        self._write(Index(threads=others, current=current))

    def _read(self) -> None:
        """As it is now: another tab may have written."""
        if not self._name or self._refused:
            return
        try:
            text = self._storage.recall(self._name)
        except OSError:
            self._refused = True
            return
        try:
            self._index = Index.model_validate_json(text) if text else Index()
        except ValidationError:
            self._index = Index()

    def _write(self, index: Index) -> None:
        self._index = index
        if not self._name or self._refused:
            return
        try:
            self._storage.keep(self._name, index.model_dump_json())
        except OSError:
            self._refused = True


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= TITLE else f"{words[: TITLE - 1]}…"
