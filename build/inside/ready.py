"""Run in the Python that becomes the snapshot: import all that a page needs, then tidy up.

What is imported here is there at once for every visitor, so it may hold no open file, no
JavaScript object but members of `globalThis`, nothing random and no time of day. What is not
imported here must wait for the archives (loader/boot.js).
"""

import asyncio
import encodings.idna
import gc
import importlib
import json
import linecache
import pkgutil
import random
import re
import sys
import sysconfig
import traceback
import typing
import zipimport
from collections.abc import Iterator
from dataclasses import is_dataclass

import jinja2
import pydantic
import sleeping
import waking

import web_client
from web_client.elements.chat.view import Box
from web_client.state import renew

# What is for tests, and what the build has made use of.
LEFT_OUT = "web_client.testing", "web_client.elements.idle", "web_client.elements.surface"


def bring_in(package: str) -> None:
    """Every module of the library: in it all models and templates are made when imported."""
    for module in pkgutil.iter_modules(sys.modules[package].__path__, f"{package}."):
        if module.name not in LEFT_OUT:
            importlib.import_module(module.name)
            if module.ispkg:
                bring_in(module.name)


def packages() -> Iterator[str]:
    """The top names in the archive of packages."""
    (files,) = (
        files
        for archive, files in zipimport._zip_directory_cache.items()  # type: ignore[attr-defined]
        if archive.endswith("packages.zip")
    )
    return (file.split("/")[0].removesuffix(".pyc") for file in files)


def thaw() -> None:
    """What the first change of each state, and of a chat box, would make: always the same."""
    for name, module in sys.modules.items():
        if name.startswith("web_client.state.") and name.endswith("_state"):
            for member in vars(module).values():
                if isinstance(member, type) and is_dataclass(member):
                    renew.prepare(member)
    renew.prepare(Box)


def forget() -> None:
    """Empty the caches: they grow again with what a page really does."""
    linecache.clearcache()
    re.purge()
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()
    sysconfig._CONFIG_VARS_INITIALIZED = False  # type: ignore[attr-defined]
    sysconfig._CONFIG_VARS = None  # type: ignore[attr-defined]
    sys.modules.pop(sysconfig._get_sysconfigdata_name(), None)  # type: ignore[attr-defined]
    sys.path_importer_cache.clear()
    zipimport._zip_directory_cache.clear()  # type: ignore[attr-defined]
    sys._clear_internal_caches()  # type: ignore[attr-defined]
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder.__module__ != "sitecustomize"]
    random.seed(0)  # loader/boot.js seeds it anew for each visitor


def make() -> int:
    """All of it; the address of an object that the garbage collector knows."""
    bring_in("web_client")
    thaw()
    waking.archived.update(packages())
    sleeping.put_to_sleep()
    forget()
    for name in ("ready", "sleeping"):
        del sys.modules[name]
    sys.meta_path.insert(0, waking.Tabled)
    sys.meta_path.append(waking.Behind)
    waking.unname()
    waking.woken.clear()
    gc.collect()
    gc.collect()
    gc.freeze()
    return id(sys.modules)
