"""Make the spoken fixtures anew: `python tests/e2e/audio/make.py` (needs flite).

Each is 16 kHz, mono, 16-bit, below 300 kB: silence, speech by one of flite's voices, silence.
The sentences were chosen because the agent's recogniser gets them word by word, whichever
way a browser processes its microphone. See README.md for what each is for.
"""

import subprocess
import tempfile
import wave
from pathlib import Path

RATE = 16_000

# name: parts, each the seconds of silence or (voice, sentence)
FIXTURES: dict[str, list[float | tuple[str, str]]] = {
    "silence": [0.5],
    "question": [3.5, ("slt", "what are the opening hours on friday"), 3.0],
    "long_answer": [3.5, ("slt", "please tell me your story"), 3.0],
    "barge_in": [0.2, ("slt", "wait a minute"), 1.5],
    "page": [3.5, ("slt", "what do you see on my page"), 3.0],
    "free_hour": [0.2, ("slt", "what is available on friday"), 0.8],
    "eleven": [0.2, ("slt", "eleven would be fine please"), 0.8],
    "yes_please": [0.2, ("slt", "yes please"), 0.8],
    "interrupted": [
        2.2,
        ("slt", "please tell me your story"),
        2.3,
        ("slt", "wait a minute"),
        1.1,
    ],
}


def main() -> None:
    for name, parts in FIXTURES.items():
        samples = b"".join(_samples(part) for part in parts)
        with wave.open(str(Path(__file__).with_name(f"{name}.wav")), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples)


def _samples(part: float | tuple[str, str]) -> bytes:
    if isinstance(part, float):
        return b"\0\0" * int(part * RATE)
    voice, sentence = part
    with tempfile.NamedTemporaryFile(suffix=".wav") as spoken:
        command = ["flite", "-voice", voice, "-t", sentence, "-o", spoken.name]
        subprocess.run(command, check=True)
        with wave.open(spoken.name) as file:
            if file.getframerate() != RATE:
                raise ValueError(f"flite's voice {voice} is not at {RATE} Hz")
            samples: bytes = file.readframes(file.getnframes())
            return samples


if __name__ == "__main__":
    main()
