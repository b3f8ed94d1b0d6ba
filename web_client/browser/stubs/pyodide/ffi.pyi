"""What we use of Pyodide's foreign function interface (CPython has no pyodide to look into)."""

from collections.abc import Callable
from typing import Any

class JsProxy:
    def to_py(self) -> Any: ...
    def destroy(self) -> None: ...

class JsException(JsProxy, Exception):
    name: str
    message: str

class JsNull: ...

jsnull: JsNull

def create_proxy(obj: Callable[..., Any]) -> JsProxy: ...
def to_js(
    obj: object, *, dict_converter: Callable[[Any], JsProxy] | None = None, depth: int = -1
) -> Any: ...
