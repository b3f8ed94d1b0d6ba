"""Every case of `inside/`, in the page that it is for."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from tests.firefox import is_raised
from tests.pyodide.conftest import visit


class Result(TypedDict):
    """What the harness says of a case."""

    failure: str
    left: list[str]


INSIDE = Path(__file__).parent / "inside"
SPECIAL = {"run", "record", "refusing", "insecure", "untouched", "careless"}
TOUCH_ME, RESULT = "please touch the page", "result "
USUAL = sorted(path.stem for path in INSIDE.glob("[a-z]*.py") if path.stem not in SPECIAL)


def cases(*modules: str) -> list[str]:
    """Found by reading: what imports js can't be imported here."""
    return [f"{module}.{name}" for module in modules for name in _public_coroutines(module)]


def _public_coroutines(module: str) -> Iterator[str]:
    for node in ast.parse((INSIDE / f"{module}.py").read_text()).body:
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node.name


def run(page: Page, case: str) -> None:
    escaped: list[Error] = []
    page.on("pageerror", lambda error: escaped.append(error))
    judge(page.evaluate("name => runCase(name)", case))
    assert [str(error) for error in escaped if is_raised(error)] == []


def judge(result: Result) -> None:
    """A case is passed when it raised nothing and left nothing behind."""
    if result["failure"]:
        pytest.fail(result["failure"], pytrace=False)
    assert result["left"] == []


@pytest.mark.parametrize("case", cases(*USUAL))
def test_usual(case: str, page: Page) -> None:
    run(page, case)


@pytest.mark.parametrize("case", cases("refusing"))
def test_refusing_the_microphone(case: str, refusing_page: Page) -> None:
    run(refusing_page, case)


@pytest.mark.parametrize("case", cases("insecure"))
def test_on_an_insecure_page(case: str, insecure_page: Page) -> None:
    run(insecure_page, case)


def test_whatever_is_left_behind_is_seen(browser: Browser, port: int) -> None:
    """The harness itself: a page that is not used again."""
    page = visit(browser, f"http://127.0.0.1:{port}/", "microphone")
    result = page.evaluate("name => runCase(name, 500)", "careless.one_of_each")
    kinds = [line.splitlines()[0] for line in result["left"]]
    assert kinds == [
        "peer",
        "socket",
        "audio context",
        "microphone",
        "player",
        "1 tasks",
        "proxy of function",
        "JavaScript objects that Python holds",
    ]


@pytest.mark.parametrize("case", cases("untouched"))
def test_before_anybody_touched_the_page(case: str, browser: Browser, port: int) -> None:
    """Whatever Playwright evaluates counts as a touch, so the page starts the case by itself and
    says on the console how it went."""
    page = browser.new_context().new_page()
    address = f"http://127.0.0.1:{port}/?case={case}"
    with page.expect_console_message(_is_result, timeout=60_000) as said:
        with page.expect_console_message(lambda message: message.text == TOUCH_ME, timeout=60_000):
            page.goto(address)
        page.mouse.click(1, 1)
    judge(json.loads(said.value.text.removeprefix(RESULT)))


def _is_result(message: ConsoleMessage) -> bool:
    return message.text.startswith(RESULT)
