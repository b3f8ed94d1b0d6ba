"""What a snapshot leaves out, and how it comes back; it is part of the snapshot itself.

Most functions that a library brings are never called by a page. Of those, sleeping.py leaves the
body out of the snapshot. Such a function has its name, its arguments, its defaults; the first
call of one puts the bodies of its whole module back, from the archive that the module once came
from, and goes on as if nothing had been. That call has two frames more than usual: modules that
count frames stay awake.

The archives come behind (loader/boot.js), and with them the tables that the interpreter lacks at
first (build/tables.py): those of some built-in modules, and what `unicodedata` knows of names.
Whoever can't wait, an import or a first call, has them brought at once, and the page stands
still meanwhile.
"""

import sys
import unicodedata
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, FrameType, FunctionType
from typing import Any

asleep: dict[str, list[FunctionType]] = {}
"""Functions without their bodies, by the name of their module."""

archived = set(sys.stdlib_module_names)
"""Top names of what the archives may hold."""

TABLED = {f"_codecs_{name}" for name in ("cn", "hk", "iso2022", "jp", "kr", "tw")}
"""Built-in modules that are nothing without their tables."""

woken: list[str] = []
"""Functions called without a body, and modules imported before they were there, in order: each
has cost its page time."""

naming: dict[str, Any] = {}
"""Members of `unicodedata` that are nothing without theirs; C takes the last for `\\N{…}`."""


def bring() -> bool:
    """Have the archives now. False where they are there already: in the builder, or later."""
    try:
        archives: Any = import_module("pinecall_archives")
    except ImportError:
        return False
    return bool(archives.bring())


class Behind:
    """Finds what the archives hold, when it is wanted before they are there."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.partition(".")[0] not in archived or not bring():
            return None
        woken.append(name)
        return PathFinder.find_spec(name, path, target)


class Tabled:
    """Lets no built-in module be imported without its tables."""

    @staticmethod
    def find_spec(name: str, _path: Any = None, _target: Any = None) -> None:
        if name in TABLED:
            bring()


def unname() -> None:
    """Have `unicodedata` ask `named` for what needs names."""
    members = vars(unicodedata)
    naming.update({name: members.pop(name) for name in ("lookup", "name", "_ucnhash_CAPI")})
    members["__getattr__"] = named


def named(name: str) -> Any:
    """The tables are there, and the members are back."""
    if name not in naming:
        raise AttributeError(f"module 'unicodedata' has no attribute {name!r}")
    bring()
    vars(unicodedata).update(naming)
    return naming[name]


def place(code: CodeType) -> tuple[str, int]:
    """Where in its module a function is: by its qualified name, from which line on."""
    return code.co_qualname, code.co_firstlineno


def bodies(module: str) -> dict[tuple[str, int], list[CodeType]]:
    """The code of all functions of a module, by place, as the archive has it."""
    spec: Any = sys.modules[module].__spec__
    found: dict[tuple[str, int], list[CodeType]] = {}
    waiting: list[CodeType] = [spec.loader.get_code(spec.name)]
    while waiting:
        for inner in waiting.pop().co_consts:
            if isinstance(inner, CodeType):
                found.setdefault(place(inner), []).append(inner)
                waiting.append(inner)
    return found


def wake() -> Any:
    """All that a function without its body does: call itself again, with it."""
    frame = sys._getframe(1)
    module: str = frame.f_globals["__name__"]
    (function,) = [f for f in asleep[module] if f.__code__ is frame.f_code]
    woken.append(f"{module}.{function.__qualname__}")
    bring()
    known = bodies(module)
    for sleeper in asleep.pop(module):
        (sleeper.__code__,) = known[place(sleeper.__code__)]
    return again(function, frame)


def again(function: FunctionType, frame: FrameType) -> Any:
    """Call it with the arguments that the frame has."""
    code, given = frame.f_code, frame.f_locals
    split = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    positional = [given[name] for name in code.co_varnames[: split[0]]]
    keywords = {name: given[name] for name in code.co_varnames[slice(*split)]}
    rest = iter(code.co_varnames[split[1] :])
    if code.co_flags & CO_VARARGS:
        positional += given[next(rest)]
    if code.co_flags & CO_VARKEYWORDS:
        keywords |= given[next(rest)]
    return function(*positional, **keywords)
