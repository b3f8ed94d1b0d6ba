"""The local agent: how well and how fast it hears, what a talker costs, and ten at once.

The callers are on the same machine, and their own sound is a third of what there is to do. Ten
talkers are all that the agent takes (`MAX_LINES`); each says a sentence at the same moment, and
is answered at the same moment.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from local_agent.voice.routes import MAX_LINES
from tests.agent.caller import Caller, calling, spoken
from tests.agent.test_recordings import TRANSCRIPTS
from tests.bench.rows import Options, Row

AGENT = """
from local_agent import Agent, Scripted
echo = Agent("echo", brain=Scripted(), allowed_origins=["http://localhost:*"])
"""
QUESTION = "question"
PATIENCE = 60.0
IDLE = 4.0
"""Seconds for which calls are looked at while nobody talks."""

_TICK = 0.01
"""Seconds in a unit of /proc/…/stat."""


def measure(options: Options) -> Iterable[Row]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "echo.py")
        file.write_text(AGENT)
        return asyncio.run(_measure(file, options.runs))


async def _measure(file: Path, runs: int) -> list[Row]:
    async with _serving(file) as served:
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(served.calling())
            answers = [await _recordings(one) for _ in range(runs)]
        async with AsyncExitStack() as stack:
            calls = [stack.enter_async_context(served.calling()) for _ in range(MAX_LINES)]
            everybody = await asyncio.gather(*calls)
            idle = await served.load(asyncio.sleep(IDLE))
            rounds = [await _round(served, everybody) for _ in range(min(runs, 3))]
    return [
        Row("words wrong over WebRTC", "%", [wrong for wrong, _ in answers], bar=5),
        Row("end of speech to audible reply", "s", [s for _, more in answers for s in more], bar=1),
        Row(f"{MAX_LINES} silent calls: CPU", "cores", [idle]),
        Row(f"{MAX_LINES} talkers: CPU", "cores", [r.load for r in rounds]),
        Row(f"{MAX_LINES} talkers: lost frames", "%", [x for r in rounds for x in r.lost], bar=0),
        Row(f"{MAX_LINES} talkers: longest gap", "ms", [x for r in rounds for x in r.gaps]),
        Row(f"{MAX_LINES} talkers: words wrong", "%", [r.wrong for r in rounds], bar=5),
        Row(
            f"{MAX_LINES} talkers: end of speech to text", "s", [x for r in rounds for x in r.late]
        ),
    ]


async def _recordings(caller: Caller) -> tuple[float, list[float]]:
    """Words wrong, in percent; and for each recording the seconds until an answer was heard."""
    before, spread = len(caller.all("user.message")), list[float]()
    for number, name in enumerate(TRANSCRIPTS, before + 1):
        caller.microphone.speak(spoken(name))
        await caller.event("user.message", number)
        ended = caller.microphone.spoke_until
        await caller.event("bot.finished", number)
        spread.append(caller.loud_after(ended)[0] - ended)
    heard = [event["text"] for event in caller.all("user.message")[before:]]
    return _wrong(list(TRANSCRIPTS.values()), heard), spread


@dataclass(frozen=True)
class _Round:
    """Everybody said something once; percent, seconds, and milliseconds for gaps."""

    load: float
    lost: list[float]
    gaps: list[float]
    wrong: float
    late: list[float]


async def _round(served: "_Served", callers: list[Caller]) -> _Round:
    began = time.monotonic()
    load = await served.load(asyncio.gather(*(_converse(caller) for caller in callers)))
    ended = time.monotonic()
    sounds = [[at for at, _ in caller.levels if began <= at < ended] for caller in callers]
    # One at each end may fall on the other side of the line.
    expected = int((ended - began) * 50) - 2
    said = [_said(caller, began) for caller in callers]
    heard = [" ".join(text for _, text in texts) for texts in said]
    return _Round(
        load=load,
        lost=[max(0, expected - len(times)) / expected * 100 for times in sounds],
        gaps=[max(after - before for before, after in pairwise(times)) * 1000 for times in sounds],
        wrong=_wrong([TRANSCRIPTS[QUESTION]] * len(callers), heard),
        late=[
            texts[-1][0] - caller.microphone.spoke_until
            for caller, texts in zip(callers, said, strict=True)
        ],
    )


async def _converse(caller: Caller) -> None:
    """Say the question, and hear the answer to its end, or until it was cut off."""
    before = _ends(caller)
    caller.microphone.speak(spoken(QUESTION))
    await caller.until(lambda: _ends(caller) > before, PATIENCE)


def _ends(caller: Caller) -> int:
    return len(caller.all("bot.finished")) + len(caller.all("bot.interrupted"))


def _said(caller: Caller, since: float) -> list[tuple[float, str]]:
    """What was understood: when, and the words."""
    events = [(at, event) for at, event in caller.events if at >= since]
    return [(at, event["text"]) for at, event in events if event["event"] == "user.message"]


class _Served:
    """The agent in a process of its own."""

    def __init__(self, pid: int, session: aiohttp.ClientSession) -> None:
        self._pid = pid
        self._session = session

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[Caller]:
        query = {"agent_id": "echo"}
        async with self._session.get("/webrtc/token", params=query) as response:
            token = (await response.json())["token"]
        async with calling(self._session, token) as caller:
            await caller.until(lambda: len(caller.all("audio.metrics")) > 5)
            yield caller

    async def load(self, work: Awaitable[object]) -> float:
        """Cores that the agent and its own processes took during `work`."""
        began, before = time.monotonic(), self._cpu()
        await work
        return (self._cpu() - before) / (time.monotonic() - began)

    def _cpu(self) -> float:
        tasks = Path("/proc", str(self._pid), "task").glob("*/children")
        pids = [str(self._pid), *(pid for task in tasks for pid in task.read_text().split())]
        stats = [Path("/proc", pid, "stat").read_text().rpartition(")")[2].split() for pid in pids]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) * _TICK


@asynccontextmanager
async def _serving(file: Path) -> AsyncIterator[_Served]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local_agent", str(file), "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        url = (await process.stdout.readline()).decode().split()[-1]
        async with aiohttp.ClientSession(url) as session:
            yield _Served(process.pid, session)
    finally:
        process.terminate()
        await process.wait()


def _wrong(said: list[str], heard: list[str]) -> float:
    """Words to put in, take out or change, in percent of those that were said."""
    wrong = sum(_distance(a.split(), b.split()) for a, b in zip(said, heard, strict=True))
    return 100 * wrong / sum(len(text.split()) for text in said)


def _distance(said: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for n, word in enumerate(said, 1):
        new = [n]
        for m, other in enumerate(heard, 1):
            new.append(min(new[-1] + 1, row[m] + 1, row[m - 1] + (word != other)))
        row = new
    return row[-1]
