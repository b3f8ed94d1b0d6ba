"""One step of the work: say what it is, be quiet unless it fails, and not do it twice.

A step is skipped when its stamp holds the digest of everything the step depends on. The stamp
lies inside what the step makes, so that deleting the one forgets the other.
"""

import fcntl
import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


class StepFailed(Exception):
    """The work can't go on; the message is one sentence for whoever typed the command."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done now, and how long it took; on lines of their own, since others
    may be under way."""
    print(f"{what} …", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"{what}: failed", flush=True)
        raise
    print(f"{what}: {time.monotonic() - start:.1f} s", flush=True)


def side_by_side(*works: Callable[[], object]) -> None:
    """Do all of them, each in a thread; raises what the first of them raised, at the end."""
    with ThreadPoolExecutor(len(works)) as threads:
        doing = [threads.submit(work) for work in works]
    for done in doing:
        done.result()


def run(command: Sequence[object], *, why: str, env: Mapping[str, str] | None = None) -> str:
    """Run a tool and return what it printed; only when it fails is its output shown."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise StepFailed(f"{why}: {command[0]} isn't installed") from error
    if done.returncode:
        raise StepFailed(f"{why}:\n{(done.stdout + done.stderr).strip()}")
    return done.stdout


def digest(*inputs: Path | str) -> str:
    """One hash over texts, files and whole folders, their names included."""
    total = hashlib.sha256()
    for entry in inputs:
        for part in _parts(entry):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _parts(entry: Path | str) -> Iterator[bytes]:
    if isinstance(entry, str):
        yield entry.encode()
        return
    files = [entry] if entry.is_file() else sorted(entry.rglob("*"))
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            yield str(file.relative_to(ROOT)).encode()
            yield file.read_bytes()


def is_done(stamp: Path, key: str) -> bool:
    return stamp.is_file() and stamp.read_text() == key


def mark_done(stamp: Path, key: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def empty(folder: Path) -> Path:
    """The folder, there and with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two terminals may build at once; the second waits and then finds the work done."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("Waiting for another build of this tree"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
