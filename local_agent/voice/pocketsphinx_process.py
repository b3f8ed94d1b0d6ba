"""pocketsphinx in a process of its own: sound in, text out.

Run as a script. It holds the interpreter's lock while it decodes; in the server's process it
would make every call stutter. Nothing here imports from the package.

A request is a byte that says what is wanted, four bytes of length (big-endian) and that many
bytes of samples (16 kHz, 16-bit, mono): `b` begins an utterance, `f` feeds it, `e` ends it.
Each has one answer, a line with the text so far; and a first line says that the model is there:
it is empty, or says why there is none.
"""

import re
import struct
import sys
from typing import IO

_RATE = 16_000

_VARIANT = re.compile(r"\(\d+\)|<\w+>|\[\w+\]|\+\+\w+\+\+")
"""Marks in a hypothesis that are no words: `read(2)`, `<sil>`, `++NOISE++`."""


class Pocketsphinx:
    """The decoder with its bundled English model. Raises ImportError or RuntimeError."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        # No second pass at the end of an utterance: it gets two words in a hundred more right,
        # but takes longer than all the rest.
        self._decoder = Decoder(samprate=_RATE, loglevel="FATAL", fwdflat=False)
        self._means = self._decoder.get_cmn(False)
        self._listening = False

    def begin(self) -> None:
        """Start an utterance; one that was not ended is dropped."""
        self.end()
        # Back to the model's own means: the same words sound the same in every utterance.
        self._decoder.set_cmn(self._means)
        self._decoder.start_utt()
        self._listening = True

    def feed(self, pcm: bytes) -> None:
        if self._listening:
            self._decoder.process_raw(pcm, False, False)

    def end(self) -> None:
        if self._listening:
            self._decoder.end_utt()
        self._listening = False

    @property
    def text(self) -> str:
        """The utterance so far."""
        hypothesis = self._decoder.hyp()
        return " ".join(_VARIANT.sub("", hypothesis.hypstr).split()) if hypothesis else ""


def _read(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    head = stream.read(5)
    if len(head) < 5:
        return None
    kind, length = struct.unpack(">cI", head)
    return kind, stream.read(length)


def _write(stream: IO[bytes], text: str) -> None:
    stream.write(f"{text}\n".encode())
    stream.flush()


def _main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        decoder = Pocketsphinx()
    except (ImportError, RuntimeError) as error:
        _write(answers, " ".join(str(error).split()))
        return
    _write(answers, "")
    while (request := _read(requests)) is not None:
        kind, pcm = request
        match kind:
            case b"b":
                decoder.begin()
            case b"f":
                decoder.feed(pcm)
            case b"e":
                decoder.end()
        _write(answers, "" if kind == b"b" else decoder.text)


if __name__ == "__main__":
    _main()
