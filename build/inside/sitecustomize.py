"""Python's own start imports this, in every Python of ours that isn't restored.

A shared library can't come out of an archive. loader/libraries.js has instantiated each by now
and left its name in a folder; here the name becomes a module that can be imported.

PyScript brings its own package as text, and has it compiled on each of its pages. The build has
done that already: code is found by the hash of its text, whoever brings it.
"""

import os
import sys
from importlib._bootstrap_external import SourceLoader, _compile_bytecode  # type: ignore[attr-defined]
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import source_hash
from types import CodeType
from typing import Any
from zipimport import zipimporter

FOLDER = "/lib/native"
ARCHIVE = "/lib/packages.zip"
HEAD = 16
"""Bytes of a .pyc before its code."""

compiled_anew: Any = SourceLoader.source_to_code


class Native:
    """Finds the modules whose libraries are there already."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        file = f"{FOLDER}/{name}.so"
        if not os.path.exists(file):
            return None
        return ModuleSpec(name, ExtensionFileLoader(name, file), origin=file)


def known(text: bytes, path: str) -> CodeType | None:
    """The code of a module's text, if the build has compiled it."""
    name = source_hash(text).hex()
    try:
        body = zipimporter(ARCHIVE).get_data(f"{ARCHIVE}/by-hash/{name}.pyc")
    except (OSError, ImportError):
        return None
    code: CodeType = _compile_bytecode(memoryview(body)[HEAD:], source_path=path)
    return code


def source_to_code(self: Any, data: Any, path: str, *args: Any, **options: Any) -> CodeType:
    """In the place of `SourceLoader`'s own."""
    code = known(data, path) if isinstance(data, bytes) else None
    return code or compiled_anew(self, data, path, *args, **options)


sys.meta_path.insert(0, Native)
SourceLoader.source_to_code = source_to_code  # type: ignore[method-assign, assignment]
