"""Threads: conversations that outlive their sessions (4-local-agent, 4.1).

A thread is named by the page (`thread` of the chat socket) or by the site's backend (`threadId`
sealed in the token, which wins). These are two name spaces: what was said under a sealed name
is never opened by a page that guesses that name. Where the token says who the user is (`userId`),
a name that the page chose is that user's own: the next one to log in on the same page opens
another thread.

Sessions that have the same thread open at the same time share one history, as two tabs do, or
a reconnected client and the dead socket that it left behind.
"""

import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from aiohttp import web
from pydantic import TypeAdapter

from local_agent.brain import Message
from local_agent.tokens import Metadata

log = logging.getLogger(__name__)

MAX_THREADS = 10_000
"""How many threads are kept; those that were saved longest ago go first."""

MAX_NAME = 200
"""Longest name of a thread, in characters."""

_BUSY = 250
"""Milliseconds that a save waits for another process's; every session here waits with it."""

_messages: TypeAdapter[list[Message]] = TypeAdapter(list[Message])

_TABLE = """
    CREATE TABLE IF NOT EXISTS threads (
        agent TEXT NOT NULL,
        sealed INTEGER NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        saved REAL NOT NULL,
        messages TEXT NOT NULL,
        PRIMARY KEY (agent, sealed, owner, name)
    )
"""


@dataclass(frozen=True, slots=True)
class ThreadName:
    """Which thread: of which agent, and whether its name was sealed in a token.

    `owner`: the user whose page named it, empty where nobody is logged in.
    """

    agent: str
    sealed: bool
    name: str
    owner: str = ""


class Thread:
    """An open thread; `history` is its messages, one list for all who have it open."""

    def __init__(self, history: list[Message], write: Callable[[list[Message]], None]) -> None:
        self.history = history
        self._write = write

    def save(self) -> None:
        """Keep the history as it is now. Where that fails it's logged, and the session goes on."""
        try:
            self._write(self.history)
        except Exception:
            # The next save has all of it again.
            log.exception("a thread can't be saved")


class Threads:
    """The threads of a server, in SQLite: in `file`, or in memory, while they are served."""

    def __init__(self, file: Path | None, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        self._open: WeakValueDictionary[ThreadName, Thread] = WeakValueDictionary()

    async def serve(self, _app: web.Application) -> AsyncIterator[None]:
        """Keep the database open (a `cleanup_ctx`). Raises sqlite3.Error where the file is none."""
        # Without an isolation level each statement is a transaction of its own.
        database = sqlite3.connect(self._file or ":memory:", isolation_level=None)
        with closing(database) as self._database:
            # A write-ahead log doesn't wait for the disk at each turn.
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(_TABLE)
            database.execute(f"PRAGMA busy_timeout = {_BUSY}")
            yield

    def open(self, name: ThreadName | None) -> Thread:
        """The thread of this name, empty where there is none yet; with None one for now only."""
        if name is None:
            return Thread([], lambda _history: None)
        thread = self._open.get(name)
        if thread is None:
            thread = Thread(self._read(name), lambda history: self._write(name, history))
            self._open[name] = thread
        return thread

    def _read(self, name: ThreadName) -> list[Message]:
        row = self._database.execute(
            "SELECT messages FROM threads"
            " WHERE agent = ? AND sealed = ? AND owner = ? AND name = ?",
            (name.agent, name.sealed, name.owner, name.name),
        ).fetchone()
        return _messages.validate_python(json.loads(row[0])) if row else []

    def _write(self, name: ThreadName, history: list[Message]) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO threads VALUES (?, ?, ?, ?, ?, ?)",
            (
                name.agent,
                name.sealed,
                name.owner,
                name.name,
                self._now(),
                json.dumps(_messages.dump_python(history)),
            ),
        )
        self._database.execute(
            "DELETE FROM threads WHERE rowid IN"
            " (SELECT rowid FROM threads ORDER BY saved DESC LIMIT -1 OFFSET ?)",
            (MAX_THREADS,),
        )


def thread_name(agent: str, sealed: Metadata, asked: str = "") -> ThreadName | None:
    """The thread that a session belongs to; None where nobody named one.

    Raises ValueError for a name that is too long.
    """
    if thread := _text(sealed, "threadId"):
        name = ThreadName(agent, True, thread)
    else:
        name = ThreadName(agent, False, asked, _text(sealed, "userId"))
    if len(name.name) > MAX_NAME:
        raise ValueError(f"The thread's name is too long; {MAX_NAME} characters are allowed.")
    return name if name.name else None


def _text(sealed: Metadata, key: str) -> str:
    """What is sealed under `key`; null, as of a column without a value, is nothing."""
    value = sealed.get(key)
    return "" if value is None else str(value)
