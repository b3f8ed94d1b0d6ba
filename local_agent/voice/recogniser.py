"""Streaming recognition: pocketsphinx with its bundled English model (5-facts, 5.1).

Each recogniser decodes in a process of its own, in the order it was fed: the event loop never
waits for it, and a machine under load loses no sound, it only understands later. A process that
died, or is stuck (not one that is slow: see `patience`), costs one utterance: the next one has a
new process.

A process is ready after half a second and takes 100 MB. So some are started ahead, and lent; a
call that finds none doesn't wait: what is said meanwhile is kept, and understood then.
"""

import asyncio
import contextlib
import logging
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local_agent.voice.child import Child
from local_agent.voice.patience import unless_stuck
from local_agent.voice.sound import Samples

_log = logging.getLogger(__name__)

_SCRIPT = Path(__file__).with_name("pocketsphinx_process.py")

TIME_LIMIT = 10.0
"""Seconds without any work after which a process that doesn't answer is taken for stuck."""

_BEHIND_THE_SOUND = 5
"""How much nicer than the server are those for which there is no processor left: there
understanding waits and the voice not."""

_BEGIN, _FEED, _END = b"b", b"f", b"e"

Interim = Callable[[str], object]


class RecognitionFailed(Exception):
    """The utterance is lost; the message is a sentence that says why."""


@dataclass(slots=True)
class _Utterance:
    """Who hears of it. It is over when `text` is done, however that came about."""

    interim: Interim
    text: asyncio.Future[str]
    last: str = ""
    ended: float = 0.0


class Recogniser:
    """Hears one utterance after another: begin, feed…, finish. Its process starts at once."""

    def __init__(self) -> None:
        self._child = Child(_SCRIPT)
        self._requests: asyncio.Queue[tuple[bytes, bytes, _Utterance]] = asyncio.Queue()
        self._utterance: _Utterance | None = None
        self.stands_back = False
        self._working = asyncio.create_task(self._work())

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        return self._child.pid

    def stand_back(self) -> None:
        """Let everybody else have the processor first. No process can take that back."""
        self.stands_back = True
        if self.pid is not None:
            niceness = os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND_THE_SOUND
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    def begin(self, interim: Interim) -> None:
        """Start an utterance. `interim` is called on the loop, whenever the text changed."""
        text: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        # Looked at, since a call that is over doesn't wait for its last words.
        text.add_done_callback(lambda text: text.cancelled() or text.exception())
        self._utterance = _Utterance(interim, text)
        self._put(_BEGIN)

    def feed(self, samples: Samples) -> None:
        """More of the utterance."""
        self._put(_FEED, samples.tobytes())

    def finish(self) -> asyncio.Future[str]:
        """End the utterance; the future has its text, perhaps empty, or RecognitionFailed."""
        utterance = self._put(_END)
        utterance.ended = asyncio.get_running_loop().time()
        self._utterance = None
        return utterance.text

    async def caught_up(self) -> None:
        """Wait until all that it was fed is understood."""
        await self._requests.join()

    def reset(self) -> None:
        """Drop an utterance that was not finished."""
        if self._utterance:
            self._utterance.text.cancel()
            self._utterance = None

    async def stop(self) -> None:
        """End the process. The recogniser is of no use afterwards."""
        self.reset()
        self._working.cancel()
        await asyncio.wait({self._working})
        await self._child.end()

    def _put(self, kind: bytes, pcm: bytes = b"") -> _Utterance:
        if self._utterance is None:
            raise RuntimeError("a recogniser is fed between begin and finish")
        self._requests.put_nowait((kind, pcm, self._utterance))
        return self._utterance

    async def _work(self) -> None:
        with contextlib.suppress(RecognitionFailed):
            await self._answer(b"")
        while True:
            kind, pcm, utterance = await self._requests.get()
            if not utterance.text.done():
                await self._understand(kind, pcm, utterance)
            self._requests.task_done()

    async def _understand(self, kind: bytes, pcm: bytes, utterance: _Utterance) -> None:
        try:
            text = await self._answer(struct.pack(">cI", kind, len(pcm)) + pcm)
        except RecognitionFailed as failure:
            _log.warning("an utterance is lost: %s %r", failure, failure.__cause__)
            if not utterance.text.done():
                utterance.text.set_exception(failure)
            return
        if utterance.text.done():
            return
        if kind == _END:
            late = asyncio.get_running_loop().time() - utterance.ended
            _log.info("understood %r, %.1f s after its end", text, late)
            utterance.text.set_result(text)
        elif text not in ("", utterance.last):
            utterance.last = text
            _tell(utterance.interim, text)

    async def _answer(self, request: bytes) -> str:
        """What the process says to `request`; to none, once it is ready, nothing."""
        try:
            async with unless_stuck(TIME_LIMIT, lambda: self._child.pid):
                stdin, stdout = await self._ready()
                if not request:
                    return ""
                stdin.write(request)
                return await _line(stdout)
        except (OSError, EOFError, TimeoutError) as error:
            await self._child.end()
            raise RecognitionFailed("The recogniser does not answer.") from error
        except (ValueError, asyncio.LimitOverrunError) as error:
            await self._child.end()
            raise RecognitionFailed("The recogniser answers nonsense.") from error

    async def _ready(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        new = self._child.pid is None
        stdin, stdout = await self._child.pipes()
        if new and self.stands_back:
            self.stand_back()
        if new and (problem := await _line(stdout)):
            await self._child.end()
            raise RecognitionFailed(f"Speech can't be understood here: {problem}.")
        return stdin, stdout


async def _line(stream: asyncio.StreamReader) -> str:
    return (await stream.readuntil()).decode().rstrip("\n")


def _tell(interim: Interim, text: str) -> None:
    """Whoever reads along and stumbles doesn't keep the rest from being understood."""
    try:
        interim(text)
    except Exception:
        _log.exception("An interim text was not taken")


def _side_by_side() -> int:
    """How many may work beside the server as if they were alone: the voice keeps a processor."""
    return max(1, (os.cpu_count() or 1) - 1)


class Recognisers:
    """Recognisers started ahead and lent to calls; `kept` of them are held ready."""

    def __init__(self, kept: int) -> None:
        self.lent = 0
        self.kept = kept
        self._ready: list[Recogniser] = []
        self._ending: set[asyncio.Task[None]] = set()

    def prepare(self) -> None:
        """Start those that are missing, in the background."""
        while self.lent + len(self._ready) < self.kept:
            self._ready.append(Recogniser())

    def lend(self) -> Recogniser:
        """A recogniser for one call; give it back with `take_back`."""
        self.lent += 1
        recogniser = self._ready.pop(0) if self._ready else Recogniser()
        if self.lent > _side_by_side():
            recogniser.stand_back()
        return recogniser

    def take_back(self, recogniser: Recogniser) -> None:
        self.lent -= 1
        recogniser.reset()
        if len(self._ready) < self.kept and not recogniser.stands_back:
            self._ready.append(recogniser)
        else:
            self._end(recogniser)
        self.prepare()

    async def close(self) -> None:
        """End all that are not lent, and keep none from now on; returns when they are gone."""
        self.kept = 0
        while self._ready:
            self._end(self._ready.pop())
        if self._ending:
            await asyncio.wait(self._ending)

    def _end(self, recogniser: Recogniser) -> None:
        task = asyncio.create_task(recogniser.stop())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
