"""The snapshot, as a visitor meets it: what comes out of it, and what happens without it."""

import json
import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Error, Route

from tests.build.conftest import Visit
from tests.build.test_boot import IMPORTS

SNAPSHOT = "**/snapshot.*.bin"
ARCHIVES = ["**/python_stdlib.zip", "**/packages.*.zip", "**/tables.*.bin"]
WARNING = "Python starts without its snapshot, which takes longer: "
OTHERS = "python.runPython('import fractions, smtplib, xml.dom, pydantic.color; smtplib.__name__')"


@pytest.fixture(scope="session")
def snapshot(dist: Path) -> bytes:
    (file,) = dist.glob("assets/snapshot.*.bin")
    return file.read_bytes()


SPOILED = """
    const { fetch } = globalThis;
    globalThis.fetch = async (url, options) => {
        const answer = await fetch(url, options);
        if (!String(url).includes("/snapshot.")) return answer;
        const words = new Uint32Array(await answer.arrayBuffer());
        const body = new Uint8Array(words.buffer);
        %s
        return new Response(body);
    };
"""
DAMAGED = "body[body.length >> 1] ^= 1;"
# As another build of Pyodide would have made it, with a checksum that is right.
FOREIGN = """
    const build = new TextDecoder("latin1").decode(body).indexOf('"buildId":"') + 11;
    body.fill(0x30, build, build + 64);
    const mix = (total, word) => Math.imul(total ^ word, 0x01000193);
    words[1] = words.subarray(2).reduce(mix, 0x811C9DC5);
"""
MISSING = "return new Response(null, { status: 404 });"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (DAMAGED, "The snapshot is damaged"),
        (FOREIGN, "The snapshot is of another Pyodide"),
        (MISSING, "didn't arrive: it is missing, or the connection broke"),
    ],
    ids=["damaged", "foreign", "missing"],
)
def test_without_a_good_snapshot_python_starts_all_the_same(
    visit: Visit, site: str, spoil: str, reason: str
) -> None:
    visit.page.add_init_script(SPOILED % spoil)
    visit.open(f"{site}test.html")
    assert visit.boot(site, IMPORTS) == "web_client"
    assert visit.page.evaluate(OTHERS) == "smtplib"
    (warning,) = visit.said
    assert warning.startswith(WARNING)
    assert warning.endswith(reason)


def test_a_device_with_little_memory_has_a_second_chance(visit: Visit, site: str) -> None:
    visit.page.add_init_script("""
        const { grow } = WebAssembly.Memory.prototype;
        WebAssembly.Memory.prototype.grow = function () {
            WebAssembly.Memory.prototype.grow = grow;
            throw new RangeError("no memory");
        };
    """)
    visit.open(f"{site}test.html")
    assert visit.boot(site, IMPORTS) == "web_client"
    assert visit.said == [f"{WARNING}There isn't memory enough for Python"]


def test_a_snapshot_that_never_comes_is_given_up(visit: Visit, site: str) -> None:
    waiting: list[Route] = []
    visit.page.route(SNAPSHOT, lambda route: waiting.append(route))
    visit.page.clock.install()
    visit.open(f"{site}test.html")
    visit.page.evaluate("url => import(url).then(({ boot }) => void boot())", f"{site}boot.mjs")
    visit.page.clock.fast_forward(90_000)
    assert visit.boot(site, IMPORTS) == "web_client"
    assert visit.said == [f"{WARNING}Nothing of Python came for 60 s"]


def test_every_visitor_has_a_chance_of_their_own(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    draw = "python.runPython('import random, secrets, uuid; str(random.random())')"
    assert len({visit.load(site, draw) for _ in range(3)}) == 3


def test_what_the_snapshot_lacks_comes_behind(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    assert visit.load(site, OTHERS) == "smtplib"


AT_ONCE = """(code) => {
    const value = python.runPython(code);
    const parts = performance.getEntriesByType("resource");
    return [value, parts.filter((part) => part.initiatorType === "xmlhttprequest").length];
}"""
MODELS = """
import inspect, html, pydantic
def models():
    class Line(pydantic.BaseModel):
        text: str
    class Page(pydantic.BaseModel):
        lines: 'list[Line]'
    return Page(lines=[{'text': '1'}]).model_dump_json()
[str(inspect.signature(html.unescape)), models(), html.unescape('&amp;')].__repr__()
"""
MADE = """['(s)', '{"lines":[{"text":"1"}]}', '&']"""


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import smtplib; smtplib.__name__", "smtplib"),
        (MODELS, MADE),
        (r"'\N{SNOWMAN}'", "☃"),
        ("import unicodedata; unicodedata.name('é')", "LATIN SMALL LETTER E WITH ACUTE"),
        ("bytes.fromhex('93fa967b').decode('shift_jis')", "日本"),
    ],
    ids=["a module", "bodies", "a named character", "a character's name", "an encoding"],
)
def test_what_cannot_wait_for_the_archives_is_brought_at_once(
    visit: Visit, site: str, code: str, value: str
) -> None:
    visit.page.add_init_script("globalThis.requestIdleCallback = () => {}")
    visit.open(f"{site}test.html")
    visit.boot(site)
    assert visit.page.evaluate(AT_ONCE, code) == [value, 3]


def test_archives_that_cannot_be_brought_are_named(visit: Visit, site: str) -> None:
    visit.page.add_init_script("globalThis.requestIdleCallback = () => {}")
    visit.open(f"{site}test.html")
    visit.boot(site)
    visit.page.route("**/*.zip", lambda route: route.abort())
    with pytest.raises(Error, match=r"python_stdlib\.zip didn't arrive"):
        visit.page.evaluate(AT_ONCE, "import smtplib")
    visit.page.unroute("**/*.zip")
    assert visit.page.evaluate(AT_ONCE, "import smtplib; smtplib.__name__")[0] == "smtplib"


def test_the_shell_waits_for_no_archive(visit: Visit, site: str) -> None:
    page, waiting = visit.page, list[Route]()
    for archive in ARCHIVES:
        page.route(archive, lambda route: waiting.append(route))
    visit.open(f"{site}test.html")
    late = "void python.runPythonAsync('import smtplib; smtplib.__name__').then(n => late = n)"
    first, second, third = map(page.expect_request, ARCHIVES)
    with first, second, third:
        assert visit.boot(site, f"{late}, {IMPORTS}") == "web_client"
    assert page.evaluate("globalThis.late") is None
    for route in waiting:
        route.continue_()
    page.wait_for_function("globalThis.late === 'smtplib'")


def test_an_environment_of_ones_own_is_had_the_usual_way(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    read = "python.runPython('import os, web_client; os.environ[\"SALON\"]')"
    assert visit.load(site, read, env={"SALON": "Mara"}) == "Mara"
    assert not any("snapshot." in url for url in visit.requests)
    assert visit.said == []


def test_it_holds_nothing_of_the_machine_that_made_it(snapshot: bytes, dist: Path) -> None:
    for own in (str(dist.parent), os.environ["PATH"], sys.executable):
        assert own.encode() not in snapshot


def test_it_is_small(dist: Path) -> None:
    """What a visitor fetches before the first word, as it is sent; guards against growth."""
    manifest = json.loads((dist / "manifest.json").read_text())
    files = manifest["files"]
    first = (
        "assets/boot.",
        "assets/empty-",
        "assets/pydantic_core",
        "assets/snapshot.",
        "pinecall.js",
    )
    interpreter = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
    needed = [name for name in files if name.startswith(first) or name.endswith(interpreter)]
    assert len(needed) == 9
    sent = sum(files[name].get("br", files[name]["bytes"]) for name in needed)
    assert sent < (8_000_000 if manifest["quick"] else 6_500_000)
