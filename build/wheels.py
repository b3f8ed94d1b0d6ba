"""The browser's Python packages: fetched, built, and listed in a lock file of our own.

Pyodide's package `pyodide` on npm holds the interpreter and the standard library only, and its
lock file points at a CDN. So the wheels come from PyPI once, at build time, and a small lock
file over them makes `loadPackage` resolve with no other host. Facts: 5-facts, "Self-hosting".

- pydantic-core has a wheel for Pyodide's platform on PyPI.
- MarkupSafe has none: without a C compiler its sdist gives the pure one.
- Our own wheel holds `web_client` alone: the agent server and the type stubs stay out.
"""

import base64
import email.parser
import hashlib
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from steps import CACHE, ROOT, digest, empty, is_done, mark_done, run, step

BROWSER = ROOT / "build" / "requirements" / "browser.txt"
PLATFORM = "pyemscripten_2026_0_wasm32"
OURS = "pinecall-web-client"
SOURCE_ONLY = "markupsafe"
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
    with tempfile.TemporaryDirectory() as whole:
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        run([*build, "--directory", whole], why="This project's wheel can't be built")
        wheel = next(Path(whole).glob("*.whl"))
        return _without(wheel, folder / wheel.name)


def _without(wheel: Path, target: Path) -> Path:
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as kept:
        record = next(name for name in source.namelist() if name.endswith("/RECORD"))
        rows = [f"{record},,"]
        for entry in source.infolist():
            if entry.filename == record or not for_browser(entry.filename):
                continue
            body = source.read(entry)
            rows.insert(-1, f"{entry.filename},sha256={_urlsafe_sha256(body)},{len(body)}")
            kept.writestr(entry, body, zipfile.ZIP_DEFLATED)
        kept.writestr(zipfile.ZipInfo(record), "\n".join(rows) + "\n", zipfile.ZIP_DEFLATED)
    return target


def for_browser(name: str) -> bool:
    """Whether a file of our wheel belongs into the browser."""
    return not name.startswith(("local_agent/", "web_client/loader/")) and not name.endswith(".pyi")


def _urlsafe_sha256(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def lock(info: object, files: dict[str, Path]) -> dict[str, object]:
    """Pyodide's lock file over `files` (URL relative to the lock's base → wheel).

    `info` is the interpreter's own: it says for which ABI the wheels are.
    """
    names = {_name(_metadata(wheel)["Name"]) for wheel in files.values()}
    packages = {entry["name"]: entry for entry in _entries(files, names)}
    return {"info": info, "packages": packages}


def _entries(files: dict[str, Path], names: set[str]) -> Iterator[dict[str, object]]:
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
