"""Streaming recognition: pocketsphinx with its bundled English model (5-facts, 5.1).

Each recogniser decodes in a thread of its own, in the order it was fed: the event loop never
waits for it, and a machine under load loses no sound, it only understands later.

Making one takes half a second and 100 MB. So some are made ahead, and lent.
"""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pocketsphinx import Decoder

from local_agent.voice.sound import HEARD_RATE, Samples

_VARIANT = re.compile(r"\(\d+\)|<\w+>|\[\w+\]|\+\+\w+\+\+")
"""Marks in a hypothesis that are no words: `read(2)`, `<sil>`, `++NOISE++`."""


class Recogniser:
    """Hears one utterance after another: begin, feed…, finish. Made in a worker thread."""

    def __init__(self) -> None:
        # No second pass at the end of an utterance: it gets two words in a hundred more right,
        # but keeps the interpreter's lock for a tenth of a second, and all calls stutter.
        self._decoder = Decoder(samprate=HEARD_RATE, loglevel="FATAL", fwdflat=False)
        self._means = self._decoder.get_cmn(False)
        self._thread = ThreadPoolExecutor(1, "recogniser")
        self._interim: Callable[[str], object] = lambda _text: None
        self._last = ""
        self._listening = False

    def begin(self, interim: Callable[[str], None]) -> None:
        """Start an utterance. `interim` is called on the loop, whenever the text changed."""
        loop = asyncio.get_running_loop()
        self._listening = True
        self._thread.submit(self._begin, lambda text: loop.call_soon_threadsafe(interim, text))

    def feed(self, samples: Samples) -> None:
        """More of the utterance."""
        self._thread.submit(self._feed, samples.tobytes())

    def finish(self) -> asyncio.Future[str]:
        """End the utterance; the future holds its text, perhaps empty."""
        self._listening = False
        return asyncio.wrap_future(self._thread.submit(self._finish))

    async def caught_up(self) -> None:
        """Wait until all that it was fed is understood."""
        await asyncio.wrap_future(self._thread.submit(lambda: None))

    def reset(self) -> None:
        """Drop an utterance that was not finished."""
        if self._listening:
            self.finish()

    def stop(self) -> None:
        """Let go of the thread. The recogniser is of no use afterwards."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self, interim: Callable[[str], object]) -> None:
        self._interim, self._last = interim, ""
        # Back to the model's own means: the same words sound the same in every utterance.
        self._decoder.set_cmn(self._means)
        self._decoder.start_utt()

    def _feed(self, pcm: bytes) -> None:
        self._decoder.process_raw(pcm, False, False)
        text = self._text()
        if text and text != self._last:
            self._last = text
            self._interim(text)

    def _finish(self) -> str:
        self._decoder.end_utt()
        return self._text()

    def _text(self) -> str:
        hypothesis = self._decoder.hyp()
        return " ".join(_VARIANT.sub("", hypothesis.hypstr).split()) if hypothesis else ""


class Recognisers:
    """Recognisers made ahead and lent to calls; `kept` of them are held ready."""

    def __init__(self, kept: int) -> None:
        self.lent = 0
        self.kept = kept
        self._ready: list[Recogniser] = []
        self._making: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Begin to make them, in the background."""
        self._making = asyncio.create_task(self._make())

    async def lend(self) -> Recogniser:
        """A recogniser for one call; give it back with `take_back`."""
        if not self._ready and self._making:
            await asyncio.wait({self._making})
        self.lent += 1
        try:
            return self._ready.pop() if self._ready else await asyncio.to_thread(Recogniser)
        except BaseException:
            self.lent -= 1
            raise

    def take_back(self, recogniser: Recogniser) -> None:
        self.lent -= 1
        if len(self._ready) < self.kept:
            recogniser.reset()
            self._ready.append(recogniser)
        else:
            recogniser.stop()

    async def close(self) -> None:
        """Let go of all that are not lent, and keep none from now on."""
        if self._making:
            await asyncio.wait({self._making})
        self.kept = 0
        while self._ready:
            self._ready.pop().stop()

    async def _make(self) -> None:
        while len(self._ready) < self.kept:
            self._ready.append(await asyncio.to_thread(Recogniser))
