"""Precompressed twins (.br, .gz) beside every text and wasm file of dist/.

Compressing well is slow, so the results are kept by the hash of what was compressed: a second
build compresses only what changed. Wheels are deflated already; our archives of bytecode are not.

What a visitor waits for is compressed as well as can be, which takes a minute. Whoever changes a
line and looks at it, or tests it, is not to wait so long, and gets it a fifth bigger. The archives
come behind, and aren't worth it.
"""

import hashlib
import json
import shutil
from pathlib import Path

from steps import CACHE, ROOT, run

KEPT = CACHE / "compressed"
TEXTS = {".css", ".html", ".js", ".json", ".mjs", ".py", ".svg", ".txt"}
SUFFIXES = TEXTS | {".bin", ".wasm", ".zip"}
SMALLEST = 1024
ENCODINGS = [".br", ".gz"]
BEHIND = {".zip"}
BEST, GOOD, QUICK = 11, 9, 5
"""Brotli's qualities."""


def everything(dist: Path, *, quick: bool = False) -> None:
    """Put the twins of all files in `dist` that gain by it beside them."""
    KEPT.mkdir(parents=True, exist_ok=True)
    files = {file: _kept(file, quick) for file in dist.rglob("*") if _gains(file)}
    missing = {
        str(file): [str(kept), quality]
        for file, (kept, quality) in files.items()
        if not _is_kept(kept)
    }
    if missing:
        jobs = CACHE / "compress.json"
        jobs.write_text(json.dumps(missing))
        run(["node", ROOT / "build" / "compress.mjs", jobs], why="dist/ can't be compressed")
    for file, (kept, _) in files.items():
        for encoding in ENCODINGS:
            shutil.copyfile(f"{kept}{encoding}", f"{file}{encoding}")


def _kept(file: Path, quick: bool) -> tuple[Path, int]:
    """Where its twins are kept, and how well they are, or are to be, compressed."""
    name, quality = _hash(file), GOOD if file.suffix in BEHIND else BEST
    best = KEPT / f"{name}.{quality}"
    if not quick or _is_kept(best):
        return best, quality
    return KEPT / f"{name}.{QUICK}", QUICK


def _gains(file: Path) -> bool:
    return file.suffix in SUFFIXES and file.stat().st_size >= SMALLEST


def _is_kept(kept: Path) -> bool:
    return all(Path(f"{kept}{encoding}").is_file() for encoding in ENCODINGS)


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
