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

import jinja2
import pydantic

import web_client

# Fakes for tests are for tests.
FOR_TESTS = "web_client.testing"


def library() -> list[str]:
    """Every module of the library: in it all models and templates are made when imported."""
    found = pkgutil.walk_packages(web_client.__path__, "web_client.")
    return [module.name for module in found if not module.name.startswith(FOR_TESTS)]


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


for name in library():
    importlib.import_module(name)
forget()
gc.collect()
gc.collect()
gc.freeze()
