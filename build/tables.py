"""What few pages ever read in the interpreter's WebAssembly, taken out of it to come behind.

The tables of East Asian encodings, the names of all characters, and C's own `iconv`, which Python
doesn't call, hardly compress: they are a fifth of what the interpreter weighs on the line. In its
place each leaves zeros, so that nothing else moves. web_client/loader/archives.js puts the tables
back where they were; build/inside/waking.py sees to it that nobody reads zeros before.

Where they are, the file doesn't say: it is known for one version. Another must be looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from steps import StepFailed

VERSION = "314.0.7"
PLACES = (
    range(800_545, 1_389_920),  # East Asian encodings: Modules/cjkcodecs
    range(1_574_129, 1_849_184),  # characters by name: Modules/unicodename_db.h
    range(1_856_641, 2_022_257),  # names of characters
    range(2_823_168, 2_962_536),  # iconv: musl's codepages and more encodings
)
"""Addresses in memory."""

SMALLEST = 4096
DATA = 11
"""The number of the section that fills the memory."""

CONSTANT = 0x41
"""The instruction that says where a part of it goes."""


@dataclass(frozen=True, slots=True)
class Tables:
    """`wasm` has zeros in their stead; `runs` are address and length of each piece of `bytes`."""

    wasm: bytes
    bytes: bytes
    runs: list[tuple[int, int]]


def taken(pyodide: Path) -> Tables:
    """Raises StepFailed for a Pyodide in which nobody has looked for them."""
    version = json.loads((pyodide / "package.json").read_text())["version"]
    if version != VERSION:
        raise StepFailed(f"build/tables.py knows where Pyodide {VERSION} has them, not {version}")
    return split((pyodide / "pyodide.asm.wasm").read_bytes())


def split(wasm: bytes) -> Tables:
    """Take out every long piece of data that lies within `PLACES`."""
    rest, tables, runs = bytearray(wasm), bytearray(), list[tuple[int, int]]()
    for address, start, length in data(wasm):
        end = address + length
        if length >= SMALLEST and any(address in place and end in place for place in PLACES):
            tables += wasm[start : start + length]
            rest[start : start + length] = bytes(length)
            runs.append((address, length))
    return Tables(bytes(rest), bytes(tables), runs)


def data(wasm: bytes) -> Iterator[tuple[int, int, int]]:
    """The pieces that memory is filled with: address, where in the file, and length."""
    place = 8
    while place < len(wasm):
        kind = wasm[place]
        size, start = number(wasm, place + 1)
        if kind == DATA:
            yield from pieces(wasm, start)
        place = start + size


def pieces(wasm: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    count, place = number(wasm, place)
    for _ in range(count):
        if wasm[place : place + 2] != bytes([0, CONSTANT]):
            raise StepFailed("The interpreter's WebAssembly isn't made as build/tables.py knows it")
        address, place = number(wasm, place + 2)
        length, start = number(wasm, place + 1)
        yield address, start, length
        place = start + length


def number(wasm: bytes, place: int) -> tuple[int, int]:
    """Seven bits a byte, low ones first; and the place behind it."""
    value = shift = 0
    while True:
        byte = wasm[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
