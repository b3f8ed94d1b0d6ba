"""The scripted brain: deterministic rules over the transcript (4-local-agent, 4.1).

A rule fits when its pattern is found in what the user said last; the first that fits wins.
It says something, or calls a tool and then says something about the result. So a test knows
every answer, and patterns by key word forgive a recogniser its small mistakes.

Rules that every agent has stand below the author's own: what the page shows (from the
prompt's `## UI Context`), who the user is (from the call's metadata), stop, and an echo.
"""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from local_agent.brain import Message, Piece, Text, Turn, UseTool

Found = re.Match[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `pattern` is searched for in what the user said, upper or lower case;
    `.` is any character, the end of a line too.

    `say` is the reply, or a function of the turn and the match. With a `tool`, `arguments`
    makes its arguments from the match and `about` the reply from its result.
    """

    pattern: str
    say: str | Callable[[Turn, Found], str] = ""
    tool: str = ""
    arguments: Callable[[Found], dict[str, Any]] = lambda _found: {}
    about: Callable[[Any], str] = str

    def find(self, text: str) -> Found | None:
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL)


class Scripted:
    """A brain that follows `rules`, then the common ones.

    `pace`: seconds between two words of a streamed chat reply. A voice gets its text at once:
    the synthesis sets the pace there.
    """

    def __init__(self, rules: Iterable[Rule] = (), *, pace: float = 0.02) -> None:
        self._rules = (*rules, *_COMMON)
        self._pace = pace

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        said, results = _last_turn(turn.messages)
        rule, found = self._rule(said)
        if rule.tool and not results:
            # Never one that was there before: a page shows each call once, and keeps what it shows.
            yield UseTool(f"call_{uuid.uuid4().hex}", rule.tool, rule.arguments(found))
            return
        text = _about(rule, results) if rule.tool else _said(rule, turn, found)
        for word in re.findall(r"\S+\s*", text):
            yield Text(word)
            if turn.call.channel == "chat":
                await asyncio.sleep(self._pace)

    def _rule(self, said: str) -> tuple[Rule, Found]:
        for rule in self._rules:
            if found := rule.find(said):
                return rule, found
        raise AssertionError("the last common rule fits everything")


def _last_turn(messages: Iterable[Message]) -> tuple[str, list[str]]:
    """What the user said last, and the tool results since."""
    said, results = "", list[str]()
    for message in messages:
        if message.role == "user":
            said, results = message.text, []
        elif message.role == "tool":
            results.append(message.text)
    return said, results


def _about(rule: Rule, results: list[str]) -> str:
    result = json.loads(results[-1])
    if isinstance(result, dict) and "error" in result:
        return "Sorry, that did not work."
    return rule.about(result)


def _said(rule: Rule, turn: Turn, found: Found) -> str:
    return rule.say if isinstance(rule.say, str) else rule.say(turn, found)


def _sees(turn: Turn, _found: Found) -> str:
    # Read from the prompt, as a model would: so the answer proves that the context got there.
    _, _, section = turn.prompt.partition("## UI Context\n")
    # What was said in another session is there to be known, not to be seen.
    shown = (block for block in section.split("### ")[1:] if not block.startswith("conversation\n"))
    blocks = [block.replace("\n", ": ", 1) for block in shown]
    seen = "; ".join(" ".join(block.split()) for block in blocks)
    return f"I see {seen}." if seen else "I see nothing on your page."


def _knows(turn: Turn, _found: Found) -> str:
    metadata = turn.call.metadata
    if "userName" not in metadata:
        return "I do not know who you are."
    company = f" of {metadata['companyId']}" if "companyId" in metadata else ""
    return f"You are {metadata['userName']}{company}."


_COMMON = (
    Rule(r"\bwhat (do|can|did) you see\b|\bwhat('s| is) on (my|the) (page|screen)\b", _sees),
    Rule(r"\bwho am i\b|\b(what('s| is)|know) my name\b", _knows),
    Rule(r"^\W*(please )?(stop|wait|hold on)\b", "Okay."),
    Rule(r"", lambda turn, _found: f"You said: {_last_turn(turn.messages)[0]}"),
)
