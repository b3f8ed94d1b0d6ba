"""What is taken out of the interpreter comes back to where it was."""

import json
from pathlib import Path

import pytest

import tables
from steps import ROOT, StepFailed

PYODIDE = ROOT / "node_modules" / "pyodide"


def test_the_rest_and_the_tables_are_the_whole(dist: Path) -> None:
    whole = (PYODIDE / "pyodide.asm.wasm").read_bytes()
    (placed,) = dist.glob("assets/pyodide-*/pyodide.asm.wasm")
    apart = tables.split(whole)
    assert placed.read_bytes() == apart.wasm
    again, taken = bytearray(apart.wasm), 0
    starts = {address: start for address, start, _ in tables.data(whole)}
    for address, length in apart.runs:
        again[starts[address] : starts[address] + length] = apart.bytes[taken : taken + length]
        taken += length
    assert again == whole
    assert taken == len(apart.bytes) > 1_000_000


def test_another_pyodide_must_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"version": "315.0.0"}))
    with pytest.raises(StepFailed, match=r"has them, not 315\.0\.0"):
        tables.taken(tmp_path)
