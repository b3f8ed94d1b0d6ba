"""Is dist/ complete? Every reference resolves inside it, and nothing of ours names another host.

Third-party files are exempt from the second rule, each for a reason: Pyodide and PyScript carry
the address of their CDN as a default, which boot.js overrides (tests/build proves that no
request leaves the origin).
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

THIRD_PARTY = ("assets/pyodide-", "assets/wheels/", "pyscript/")
TEXT = {".css", ".html", ".js", ".mjs", ".json", ".py"}
HOST = re.compile(r"(?:https?|wss?)://([\w.-]+)")
# Not fetched: a namespace is a name, and example hosts stand in explanations.
HARMLESS = {"www.w3.org", "localhost", "127.0.0.1", "example.com"}
# The agent serves these beside dist/ (4-local-agent, 4.2).
SERVED = ("/api/", "/chat/", "/webrtc/")
# Attributes that hold an address; a `srcset` of ours holds one.
FETCHED = ("src", "href", "poster", "srcset")
# Before anybody has touched an element, this is all that a page loads of ours.
SHELL_BYTES = 8 * 1024
NEEDED = [
    "pinecall.js",
    "pinecall.mjs",
    "boot.mjs",
    "early.mjs",
    "pyscript/core.js",
    "pyscript/core.css",
]


def problems(dist: Path) -> Iterator[str]:
    """One line for everything that is missing or points outside."""
    for name in NEEDED:
        if not (dist / name).is_file():
            yield f"{name} is missing"
    shell = dist / "pinecall.js.gz"
    if shell.is_file() and shell.stat().st_size > SHELL_BYTES:
        yield f"pinecall.js has {shell.stat().st_size} bytes compressed; {SHELL_BYTES} at most"
    for file in sorted(dist.rglob("*")):
        name = file.relative_to(dist).as_posix()
        if file.suffix in TEXT and not name.startswith(THIRD_PARTY):
            yield from (f"{name} names {host}" for host in _foreign_hosts(file))
        if file.suffix == ".html":
            yield from (f"{name}: {url} isn't there" for url in _broken(file, dist))


def _foreign_hosts(file: Path) -> list[str]:
    hosts = set(HOST.findall(file.read_text()))
    return sorted(host for host in hosts if host.removeprefix("*.") not in HARMLESS)


def _broken(page: Path, dist: Path) -> Iterator[str]:
    references = _References()
    references.feed(page.read_text())
    for url in [*references.found, *_configured(references, page.parent)]:
        path = urlsplit(url).path
        if urlsplit(url).scheme or not path or path.startswith(SERVED):
            continue
        target = dist / path.removeprefix("/") if path.startswith("/") else page.parent / path
        if not (target / "index.html" if path.endswith("/") else target).is_file():
            yield url


def _configured(references: "_References", folder: Path) -> Iterator[str]:
    """What the configs of a page in Python name; PyScript without `interpreter` asks a CDN."""
    for text in references.configs:
        if not text.startswith("{"):
            yield text
            text = (folder / text).read_text() if (folder / text).is_file() else "{}"
        config = json.loads(text)
        yield config.get("interpreter", "the config's interpreter")
        yield from config.get("files", {})


class _References(HTMLParser):
    """What a page loads or links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.configs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        self.found += [
            values[name] for name in ("src", "href", "poster", "srcset") if name in values
        ]
        if tag == "script" and values.get("type") == "py":
            self.configs.append(values.get("config", "{}").strip())


def sizes(dist: Path) -> dict[str, dict[str, int]]:
    """Bytes of each file as it is and, where there is a twin, compressed."""
    found: dict[str, dict[str, int]] = {}
    for file in sorted(dist.rglob("*")):
        if not file.is_file() or file.suffix in {".br", ".gz"}:
            continue
        entry = found[file.relative_to(dist).as_posix()] = {"bytes": file.stat().st_size}
        for encoding in ("br", "gz"):
            twin = file.with_name(f"{file.name}.{encoding}")
            if twin.is_file():
                entry[encoding] = twin.stat().st_size
    return found


def table(files: dict[str, dict[str, int]], rows: int = 12) -> str:
    """The biggest files by what is sent, and the sum."""
    sent = {name: entry.get("br", entry["bytes"]) for name, entry in files.items()}
    biggest = sorted(sent, key=lambda name: -sent[name])[:rows]
    lines = [f"{sent[name] / 1000:9.1f} kB  {name}" for name in biggest]
    return "\n".join([*lines, f"{sum(sent.values()) / 1000:9.1f} kB  dist/, {len(sent)} files"])
