"""Every error is a sentence for the person at the screen that says what to do (2-sessions, 2.1).

Read from the source: the browser's adapters can't be imported here, and no message is missed.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import web_client
from web_client import errors

PACKAGE = Path(web_client.__file__).parent
ROOMS = ("sessions", "browser", "state")
TABLES = ("microphone.py", "waits.py")
"""Where the messages stand in a table."""
KINDS = {name for name, value in vars(errors).items() if isinstance(value, type)}
KINDS |= {"fail", "late", "error"}
REMEDY = re.compile(
    r"\b(again|allow|choose|connect|set|open|reload|make a new one|go back|check)\b", re.IGNORECASE
)


def sentences(module: Path) -> Iterator[str]:
    tree = ast.parse(module.read_text())
    constants = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    } | {
        node.target.id: node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    if module.name in TABLES:
        for value in constants.values():
            yield from _texts(value)
    for node in ast.walk(tree):
        name = (
            node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        )
        if isinstance(node, ast.Call) and name in KINDS:
            for argument in node.args:
                text = _text(argument, constants)
                if " " in text.strip():
                    yield text


def _texts(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and " " in str(part.value):
            yield str(part.value)


def _text(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in constants:
            return _text(constants[name], constants)
        case ast.JoinedStr(values=values):
            return "".join(_text(value, constants) for value in values)
        case ast.FormattedValue(value=value):
            return _text(value, constants)
    return ""


MESSAGES = sorted(
    {
        text
        for room in ROOMS
        for module in (PACKAGE / room).glob("*.py")
        for text in sentences(module)
    }
)


def test_they_are_found() -> None:
    """One of a call, one of a constant, one of each table."""
    for part in ("broke off. Press", "make a new one", "Allow it in the address", "relay servers"):
        assert any(part in message for message in MESSAGES)


@pytest.mark.parametrize("message", MESSAGES)
def test_each_says_what_to_do(message: str) -> None:
    assert REMEDY.search(message), message


def test_each_class_has_a_code_of_its_own() -> None:
    kinds = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.SessionError)
    ]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(kind.__doc__ for kind in kinds)
