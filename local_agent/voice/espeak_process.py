"""espeak-ng in a process of its own: text in, samples and word times out.

Run as a script. espeak-ng is under the GPL; so it is spoken to over a pipe, and nothing here
imports from the package. Each message, either way, is four bytes of length (big-endian) and
that many bytes. A request is JSON `{"text", "voice", "rate"}`. The answer is JSON, `{"rate",
"words": [[character, milliseconds], …]}` and then a second message with the samples (16-bit,
mono); or, alone, `{"unknown": "voice"}` or `{"error"}`.
"""

import ctypes
import json
import struct
import sys
from typing import IO, Any

_SYNCHRONOUS, _DONT_EXIT = 2, 0x8000
_UTF8, _BY_CHARACTER = 1, 1
_WORD = 1
_PARAMETER_RATE = 1


class _Identity(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """The library, started once for the process. Raises ImportError, OSError or RuntimeError."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_Synth.argtypes = [
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        data = espeakng_loader.get_data_path().encode()
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng does not start")
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._pcm = bytearray()
        self._words: list[tuple[int, int]] = []

    def speak(self, text: str, voice: str, words_a_minute: int) -> dict[str, Any]:
        """Synthesise; the samples are in `pcm`. Raises LookupError for an unknown voice."""
        # A region without a voice of its own speaks as its language does: fr-FR as fr.
        names = (voice, voice.partition("-")[0])
        if all(self._library.espeak_SetVoiceByName(name.encode()) != 0 for name in names):
            raise LookupError(voice)
        self._library.espeak_SetParameter(_PARAMETER_RATE, words_a_minute, 0)
        self._pcm.clear()
        self._words.clear()
        raw = text.encode() + b"\0"
        if self._library.espeak_Synth(raw, len(raw), 0, _BY_CHARACTER, 0, _UTF8, None, None) != 0:
            raise ValueError("espeak-ng can't speak this text")
        self._library.espeak_Synchronize()
        return {"rate": self.rate, "words": self._words}

    @property
    def pcm(self) -> bytes:
        return bytes(self._pcm)

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pcm += ctypes.string_at(samples, count * 2)
        index = 0
        while (event := events[index]).type != 0:
            if event.type == _WORD:
                self._words.append((event.text_position - 1, event.audio_position))
            index += 1
        return 0


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(struct.unpack(">I", head)[0])


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(struct.pack(">I", len(message)) + message)


def _main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        espeak = Espeak()
    except (ImportError, OSError, RuntimeError) as error:
        while _read(requests) is not None:
            _write(answers, json.dumps({"error": str(error)}).encode())
            answers.flush()
        return
    while (request := _read(requests)) is not None:
        wanted = json.loads(request)
        try:
            answer = espeak.speak(wanted["text"], wanted["voice"], wanted["rate"])
            _write(answers, json.dumps(answer).encode())
            _write(answers, espeak.pcm)
        except LookupError:
            _write(answers, json.dumps({"unknown": "voice"}).encode())
        except ValueError as error:
            _write(answers, json.dumps({"error": str(error)}).encode())
        answers.flush()


if __name__ == "__main__":
    _main()
