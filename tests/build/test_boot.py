"""boot.js, in a real browser, from the dist/ that is served."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Error, Request, Route

from tests.build.conftest import Visit

WASM = "**/pyodide.asm.wasm"
IMPORTS = "python.runPython('import jinja2, pydantic, web_client; web_client.__name__')"
# What the machine does, and after how many pauses; a module of eight bytes is a probe.
WATCHED = """(() => {
  const { Module, instantiate } = WebAssembly;
  const watched = (globalThis.watched = { pauses: 0, compiled: 0 });
  const pause = () => new Promise((resolve) => { watched.pauses++; setTimeout(resolve); });
  Object.defineProperty(globalThis, "scheduler", { value: { yield: pause } });
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate(...given);
    if (made.exports?.PyObject_Hash) watched.instantiated = watched.pauses;
    return made;
  };
  WebAssembly.Module = new Proxy(Module, {
    construct(_, [bytes]) {
      if (bytes.length > 8) watched.compiled++;
      watched.linked ??= watched.compiled ? watched.pauses : undefined;
      return new Module(bytes);
    },
  });
  globalThis.untouched = WebAssembly.Module;
})()"""
SIGNATURES = 60
STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:"


def test_python_starts_with_the_library_imported(booted: Visit) -> None:
    imported = "python.runPython('import sys; \"web_client\" in sys.modules')"
    assert booted.page.evaluate(imported) is True
    assert booted.page.evaluate(IMPORTS) == "web_client"


def test_no_request_leaves_the_site_or_is_made_twice(booted: Visit, packed_site: str) -> None:
    assert [url for url in booted.requests if not url.startswith((packed_site, "data:"))] == []
    resources = "performance.getEntriesByType('resource').filter(e => e.transferSize > 300)"
    fetched = booted.page.evaluate(f"{resources}.map(e => e.name)")
    assert [address for address in fetched if fetched.count(address) > 1] == []
    assert any(url.endswith("pyodide.asm.wasm") for url in fetched)


def test_the_console_stays_clean(booted: Visit) -> None:
    assert booted.said == []


def test_all_callers_share_one_python(booted: Visit) -> None:
    both = "Promise.all([boot(), boot()]).then(([a, b]) => a === b && b === python)"
    assert booted.page.evaluate(both) is True


def test_the_page_goes_on_between_the_steps_of_the_start(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    visit.page.evaluate(WATCHED)
    watched: Any = visit.boot(site, "watched")
    assert 0 < watched["instantiated"] < watched["linked"] < watched["pauses"]
    # One for each signature, not for each function.
    assert 0 < watched["compiled"] < SIGNATURES
    assert visit.page.evaluate("WebAssembly.Module === untouched") is True


WAITS = """python.runPythonAsync(
  "import asyncio, pyodide.ffi as f; await asyncio.sleep(0); f.can_run_sync()")"""


def test_no_callback_has_a_stack_of_its_own(booted: Visit) -> None:
    """From which it could wait for a promise: nobody does here, and browsers lose pages by it."""
    assert booted.page.evaluate(WAITS) is False


def test_who_asks_for_it_can_wait_in_the_middle_of_a_call(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    can_switch = visit.page.evaluate("'Suspending' in WebAssembly")
    assert visit.load(site, WAITS, enableRunUntilComplete=True) is can_switch
    assert visit.load(site, WAITS) is False


def test_another_origin_may_use_it(visit: Visit, site: str, other_site: str) -> None:
    visit.page.goto(f"{other_site}manifest.json")  # a real page: Chromium asks whence it came
    assert visit.boot(site, IMPORTS) == "web_client"


def test_every_package_of_the_lock_file_loads(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    load = "python.loadPackage(Object.keys(python.lockfile.packages)).then(l => l.length)"
    assert visit.boot(site, load) == 5
    requests = "python.runPython('import requests, charset_normalizer; requests.__name__')"
    assert visit.boot(site, requests) == "requests"


def test_a_page_may_forbid_all_but_wasm(visit: Visit, site: str) -> None:
    policy = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    visit.open(f"{site}test.html", policy=policy)
    assert visit.boot(site, IMPORTS) == "web_client"


def test_a_wrong_type_is_named(visit: Visit, site: str) -> None:
    visit.page.route(WASM, lambda route: route.fulfill(content_type="text/plain"))
    visit.open(f"{site}test.html")
    with pytest.raises(Error, match="is served as text/plain; it must be application/wasm"):
        visit.boot(site)


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_interpreter_is_named(visit: Visit, site: str, status: int) -> None:
    visit.page.route(WASM, lambda route: route.fulfill(status=status))
    visit.open(f"{site}test.html")
    with pytest.raises(Error, match=rf"pyodide\.asm\.wasm answers {status}"):
        visit.boot(site)


def test_a_policy_that_forbids_wasm_is_named(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html", policy=STRICT)
    with pytest.raises(Error, match="add 'wasm-unsafe-eval' to script-src"):
        visit.boot(site)


def test_a_package_that_does_not_load_is_named(visit: Visit, site: str) -> None:
    visit.page.route("**/idna-*.whl", lambda route: route.fulfill(status=404))
    visit.open(f"{site}test.html")
    with pytest.raises(Error, match=r"Python packages didn't load: .*idna"):
        visit.load(site, packages=["requests"])


def test_what_never_comes_is_given_up(visit: Visit, site: str) -> None:
    waiting: list[Route] = []
    visit.page.route(WASM, lambda route: waiting.append(route))
    visit.open(f"{site}test.html")
    given_up = pytest.raises(Error, match=re.escape("Nothing of Python came for 0.5 s"))
    with visit.page.expect_request(WASM, timeout=60_000), given_up:
        visit.boot(site, timeout=500)
    for route in waiting:
        route.abort()


@pytest.mark.parametrize("part", ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"])
def test_a_boot_that_failed_may_be_tried_again(visit: Visit, site: str, part: str) -> None:
    visit.open(f"{site}test.html")
    with lost(visit, f"**/{part}", part), pytest.raises(Error, match=re.escape(part)):
        visit.boot(site)
    assert visit.boot(site, IMPORTS) == "web_client"


def test_a_boot_in_which_nothing_came_may_be_tried_again(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    visit.page.evaluate("url => import(url)", f"{site}boot.mjs")
    for many in ("**/assets/pyodide-*/**", "**/assets/**/*.{mjs,wasm,zip,whl}"):
        with lost(visit, many, "pyodide.asm.wasm"), pytest.raises(Error, match="is the server up"):
            visit.boot(site)
    assert visit.boot(site, IMPORTS) == "web_client"


def test_a_part_that_a_failed_boot_still_awaits_does_not_spoil_the_next(
    visit: Visit, site: str
) -> None:
    visit.open(f"{site}test.html")
    visit.page.evaluate(
        "async url => (globalThis.boot = (await import(url)).boot)", f"{site}boot.mjs"
    )
    held: list[Route] = []
    with visit.page.expect_request("**/pyodide.mjs"):
        visit.page.route("**/pyodide.mjs", lambda route: held.append(route))
        with lost(visit, WASM, "pyodide.asm.wasm"), pytest.raises(Error, match="is the server up"):
            visit.boot(site)
    visit.page.unroute("**/pyodide.mjs")
    visit.page.evaluate("globalThis.next = boot(), null")
    for route in held:
        route.abort()
    assert visit.page.evaluate("next.then(python => python.runPython('1 + 1'))") == 2


@contextmanager
def lost(visit: Visit, pattern: str, part: str) -> Iterator[None]:
    """Whatever matches doesn't come; done when the browser knows it of `part`."""

    def is_refused(request: Request) -> bool:
        return request.method == "GET" and request.url.endswith(part)

    visit.page.route(pattern, lambda route: route.abort())
    with visit.page.expect_event("requestfailed", is_refused):
        yield
    visit.page.unroute(pattern)


@pytest.mark.parametrize(
    ("part", "body"),
    [("pyodide.asm.wasm", b"\0asm\1\0\0\0\1"), ("python_stdlib.zip", None)],
)
def test_a_part_that_breaks_off_is_named_at_once(
    visit: Visit, site: str, part: str, body: bytes | None
) -> None:
    def break_off(route: Route) -> None:
        if body is None:
            route.abort("connectionreset")
        else:
            route.fulfill(content_type="application/wasm", body=body)

    visit.open(f"{site}test.html")
    visit.page.route(f"**/{part}", break_off)
    with pytest.raises(Error, match=re.escape(f"{part} didn't arrive")):
        visit.load(site)
    visit.page.unroute(f"**/{part}")
    assert visit.load(site, IMPORTS) == "web_client"
