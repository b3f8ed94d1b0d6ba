"""Python's own start imports this, in every Python of ours that isn't restored.

A shared library can't come out of an archive. loader/libraries.js has instantiated each by now
and left its name in a folder; here the name becomes a module that can be imported.
"""

import os
import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec

FOLDER = "/lib/native"


class Native:
    """Finds the modules whose libraries are there already."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        file = f"{FOLDER}/{name}.so"
        if not os.path.exists(file):
            return None
        return ModuleSpec(name, ExtensionFileLoader(name, file), origin=file)


sys.meta_path.insert(0, Native)
