"""The browser's Python packages: fetched, built, and listed in a lock file of our own.

Pyodide's package `pyodide` on npm holds the interpreter and the standard library only, and its
lock file points at a CDN. So the wheels come from PyPI once, at build time, and a small lock
file over them makes `loadPackage` resolve with no other host. Facts: 5-facts, "Self-hosting".

- pydantic-core has a wheel for Pyodide's platform on PyPI.
- MarkupSafe has none: without a C compiler its sdist gives the pure one.
- Our own wheel is the project's, but for the agent server, the loader and the type stubs.
"""

import email.parser
import hashlib
import os
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from email.message import Message
from pathlib import Path
from typing import TypedDict

from steps import CACHE, ROOT, digest, empty, is_done, mark_done, run, step

BROWSER = ROOT / "build" / "requirements" / "browser.txt"
PLATFORM = "pyemscripten_2026_0_wasm32"
SOURCE_ONLY = "markupsafe"
FOR_BROWSER = {"packages": ["web_client"], "exclude": ["web_client/loader", "*.pyi"]}
FOR_PYODIDE = [
    *("--only-binary=:all:", "--implementation=cp", "--python-version=3.14"),
    *("--abi=cp314", f"--platform={PLATFORM}", "--platform=any"),
]


def third_party() -> list[Path]:
    """The pinned wheels, downloaded unless the pins have them in the cache already."""
    folder = CACHE / "wheels" / digest(BROWSER, PLATFORM)[:16]
    stamp = folder / ".done"
    if not is_done(stamp, PLATFORM):
        with step("Downloading the browser's Python packages"):
            _download(empty(folder))
        mark_done(stamp, PLATFORM)
    return sorted(folder.glob("*.whl"))


def _download(folder: Path) -> None:
    pins = [line for line in BROWSER.read_text().splitlines() if line and line[0] != "#"]
    source = [pin for pin in pins if pin.startswith(SOURCE_ONLY)]
    binary = [pin for pin in pins if pin not in source]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    why = "The browser's Python packages can't be downloaded"
    run([*pip, "download", "--no-deps", "--dest", folder, *FOR_PYODIDE, *binary], why=why)
    no_compiler = {**os.environ, "CC": "/bin/false"}
    pure = ["wheel", "--no-deps", f"--no-binary={SOURCE_ONLY}", "--wheel-dir", folder]
    run([*pip, *pure, *source], why=why, env=no_compiler)


def ours(folder: Path) -> Path:
    """Build this tree's wheel into `folder`, without what never runs in a browser."""
    # Here, since the command that sets up the environment with hatchling runs outside of it.
    from hatchling.builders.wheel import WheelBuilder

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project["tool"]["hatch"]["build"]["targets"]["wheel"] = FOR_BROWSER
    return Path(next(WheelBuilder(str(ROOT), config=project).build(directory=str(folder))))


class Entry(TypedDict):
    """A package in Pyodide's lock file."""

    name: str
    version: str
    file_name: str
    install_dir: str
    sha256: str
    package_type: str
    imports: list[str]
    depends: list[str]
    unvendored_tests: bool


class Lock(TypedDict):
    """Pyodide's lock file."""

    info: object
    packages: dict[str, Entry]


def lock(info: object, files: dict[str, Path]) -> Lock:
    """Pyodide's lock file over `files` (URL relative to the lock's base → wheel).

    `info` is the interpreter's own: it says for which ABI the wheels are.
    """
    names = {_name(_metadata(wheel)["Name"]) for wheel in files.values()}
    packages = {entry["name"]: entry for entry in _entries(files, names)}
    return {"info": info, "packages": packages}


def with_dependencies(lock: Lock, names: Iterable[str]) -> list[Entry]:
    """The packages of these names and all that they depend on, by name."""
    found: dict[str, Entry] = {}
    waiting = list(names)
    while waiting:
        entry = lock["packages"][waiting.pop()]
        if entry["name"] not in found:
            found[entry["name"]] = entry
            waiting += entry["depends"]
    return [found[name] for name in sorted(found)]


def _entries(files: dict[str, Path], names: set[str]) -> Iterator[Entry]:
    for url, wheel in sorted(files.items()):
        metadata = _metadata(wheel)
        yield {
            "name": _name(metadata["Name"]),
            "version": metadata["Version"],
            "file_name": url,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": _imports(wheel),
            "depends": [name for name in _requires(metadata) if name in names],
            "unvendored_tests": False,
        }


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode())


def _requires(metadata: Message) -> Iterator[str]:
    """The unconditional requirements, and ours for Pyodide; extras stay out."""
    for requirement in metadata.get_all("Requires-Dist") or []:
        name, _, marker = requirement.partition(";")
        if not marker or ("emscripten" in marker and "extra" not in marker):
            yield _name(re.split(r"[^A-Za-z0-9._-]", name.strip())[0])


def _imports(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        modules = [name for name in archive.namelist() if name.endswith((".py", ".so"))]
    return sorted({name.split("/")[0].removesuffix(".py") for name in modules})


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
