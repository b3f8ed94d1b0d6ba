"""Run in the Python that becomes the snapshot: leave out what its pages will hardly call.

See waking.py. A function stays as it is where anything could tell the difference: it is a
generator or a coroutine, several share its body, the archive's is another; or its module looks
at its callers, is needed to wake others, or is called by every page.
"""

import gc
import opcode
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, FunctionType

import waking

STAGED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
SMALL = 160
"""Bytes: a body of no more isn't bigger than what would stand for it."""

AWAKE = (
    # To wake others: the archives, and what reads them.
    *(
        "ready",
        "sleeping",
        "waking",
        "sitecustomize",
        "importlib",
        "zipimport",
        "os",
        "posixpath",
        "genericpath",
        "stat",
    ),
    *("codecs", "encodings", "io"),
    # They look at their callers.
    *("collections", "enum", "typing", "warnings", "_py_warnings", "dataclasses"),
    *("pydantic._internal._typing_extra", "pydantic._internal._model_construction"),
    *("pydantic._internal._namespace_utils", "pydantic._internal._generics"),
    # Python's start calls them, or every page.
    *("_pyodide", "_pyodide_core", "pyodide", "web_client", "markupsafe"),
    *("asyncio.base_futures", "asyncio.coroutines", "asyncio.events", "asyncio.futures"),
    *("asyncio.locks", "asyncio.tasks", "asyncio.timeouts", "abc", "ast", "contextlib", "copy"),
    *("functools", "glob", "json", "markdown_it", "mdurl", "pathlib", "pydantic.main"),
    *("pydantic.type_adapter", "random.Random.seed", "textwrap.dedent", "urllib.parse", "weakref"),
    # An element's first frame calls them, or its first minutes do.
    *("asyncio.mixins", "html", "inspect.isawaitable", "logging.Logger", "re"),
    *("uuid.UUID", "uuid.uuid4"),
    # A page's own templates are compiled there.
    *("jinja2.compiler", "jinja2.environment", "jinja2.filters.do_upper", "jinja2.idtracking"),
    *("jinja2.lexer", "jinja2.nodes", "jinja2.optimizer", "jinja2.parser", "jinja2.runtime"),
    *("jinja2.utils", "jinja2.visitor"),
)
"""Modules, classes and functions that stay awake, and all that are in them."""


def put_to_sleep() -> None:
    """All functions that may."""
    functions = [found for found in gc.get_objects() if type(found) is FunctionType]
    users = Counter(id(function.__code__) for function in functions)
    candidates: dict[str, list[FunctionType]] = {}
    for function in functions:
        code = function.__code__
        module = function.__globals__.get("__name__", "")
        if users[id(code)] == 1 and may_sleep(code, module) and is_of(module, function):
            candidates.setdefault(module, []).append(function)
    for module, sleepers in candidates.items():
        if asleep := [*emptied(module, sleepers)]:
            waking.asleep[module] = asleep


def may_sleep(code: CodeType, module: str) -> bool:
    if code.co_flags & STAGED or sys.getsizeof(code) <= SMALL:
        return False
    name = f"{module}.{code.co_qualname}."
    return not any(name.startswith(f"{other}.") for other in AWAKE)


def is_of(name: str, function: FunctionType) -> bool:
    """Whether it is a function of a module that can be read again."""
    module = sys.modules.get(name)
    if not module or module.__dict__ is not function.__globals__ or not module.__spec__:
        return False
    return hasattr(module.__spec__.loader, "get_code")


def emptied(module: str, sleepers: list[FunctionType]) -> Iterator[FunctionType]:
    known = waking.bodies(module)
    for function in sleepers:
        code = function.__code__
        if known.get(waking.place(code)) == [code]:
            function.__code__ = empty(code)
            yield function


def empty(code: CodeType) -> CodeType:
    """The same arguments, names and flags, and the body `return wake()`."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    instructions = body(len(code.co_freevars))
    return code.replace(
        co_code=instructions,
        co_consts=(waking.wake,),
        co_names=(),
        co_varnames=code.co_varnames[:count],
        co_nlocals=count,
        co_cellvars=(),
        co_stacksize=2,
        co_linetable=lines(len(instructions) // 2),
        co_exceptiontable=b"",
    )


@cache
def lines(units: int) -> bytes:
    """All in the line where the function begins, as CPython's Objects/locations.md has it."""
    runs = [8] * (units // 8) + [units % 8]
    return b"".join(bytes([0b1_1101_000 | run - 1, 0]) for run in runs if run)


@cache
def body(free: int) -> bytes:
    steps = [("COPY_FREE_VARS", free)] if free else []
    steps += [("RESUME", 0), ("LOAD_CONST", 0), ("PUSH_NULL", 0), ("CALL", 0), ("RETURN_VALUE", 0)]
    made = bytearray()
    for name, argument in steps:
        made += bytes([opcode.opmap[name], argument])
        made += bytes(2 * opcode._inline_cache_entries.get(name, 0))  # type: ignore[attr-defined]
    return bytes(made)
