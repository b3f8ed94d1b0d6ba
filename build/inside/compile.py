"""Run inside Pyodide: the archives in /in become bytecode in /out, file for file.

Only Pyodide's own Python knows its bytecode. Docstrings and column numbers stay out, and so do
the annotations of functions: each would be a function of its own, a quarter of all that there
are, and a page that runs asks for none. Those of classes make fields of models and stay.

What is in `by-hash` is compiled as Python itself would, whole, and found by the hash of its text
(sitecustomize.py). Each other .pyc stands where its .py stood. Dates are fixed, so that the same
sources give the same bytes.
"""

import ast
import re
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from importlib.util import source_hash
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)
UNCHECKED = b"\0" * 8
BY_HASH = "by-hash/"
# pydantic.v1 refuses Python 3.14 by itself; the rest is for tools that don't run in a browser.
DROPPED = re.compile(
    r"^pydantic/v1/|^pydantic/mypy\.py$|\.pyi$|\.so$|/$|\.dist-info/(RECORD|WHEEL)$"
)
# Other decorators may read the annotations of what they decorate, as singledispatch does.
BLIND = {"abc.abstractmethod", "abstractmethod", "classmethod", "overload", "property"}
BLIND |= {"staticmethod", "typing.overload"}


def without_annotations(tree: ast.Module) -> ast.Module:
    """Of functions, where nothing can miss them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if {ast.unparse(decorator) for decorator in node.decorator_list} <= BLIND:
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
    return tree


def compiled(name: str, source: bytes) -> bytes:
    tree = without_annotations(ast.parse(source, name))
    code = compile(tree, name, "exec", dont_inherit=True, optimize=2)
    return bytes(_code_to_hash_pyc(code, UNCHECKED, False))


def add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    if name.startswith(BY_HASH):
        code = compile(body, name, "exec", dont_inherit=True)
        name = f"{BY_HASH}{source_hash(body).hex()}.pyc"
        body = bytes(_code_to_hash_pyc(code, UNCHECKED, False))
    elif name.endswith(".py"):
        name, body = f"{name}c", compiled(name, body)
    # Not deflated: brotli packs what is plain far better, and Python reads it faster.
    archive.writestr(zipfile.ZipInfo(name, DATE), body, zipfile.ZIP_STORED)


def convert(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as taken, zipfile.ZipFile(target, "w") as made:
        for name in sorted(taken.namelist()):
            if not DROPPED.search(name):
                add(made, name, taken.read(name))


for archive in sorted(Path("/in").iterdir()):
    convert(archive, Path("/out") / archive.name)
