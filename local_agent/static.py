"""The built pages, as a static host would serve them (4-local-agent, 4.2).

What has a hash of its content in its path (eight or more hex digits: `boot.349fc54da706.mjs`,
`assets/wheels/02ed07994482/…`) is kept for ever, any other file is asked for again. A file's
`.br` or `.gz` neighbour is sent where the browser takes it. All is open to other origins, so
that a site can load the client by a script tag.
"""

import re
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}

# A hash has a digit; `effaced` has none.
_HASH = re.compile(r"(?<![^/.\-_])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![^/.\-_])")

# The end of a coding that the browser doesn't take: `br;q=0`.
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$", re.IGNORECASE)


class Pages:
    """Serves the files under `folder`; with None it says that there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET of any path that is no route."""
        file = self._file(request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound(
                reason="No such page" if self._folder else "No pages are built",
                headers={hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"},
            )
        response = _File(file)
        response.headers.update(
            {
                hdrs.CONTENT_TYPE: _TYPES.get(file.suffix.lower(), "application/octet-stream"),
                hdrs.CACHE_CONTROL: _caching(request.match_info["path"]),
                hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
                "X-Content-Type-Options": "nosniff",
            }
        )
        return response

    def _file(self, path: str) -> Path | None:
        if self._folder is None or "\0" in path or "\\" in path:
            return None
        if any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            file = (self._folder / path.lstrip("/")).resolve()
            if file.is_dir():
                file /= "index.html"
            # resolve() has followed every link, so a link can't lead out either.
            return file if file.is_relative_to(self._folder) and file.is_file() else None
        except OSError:  # a name that is too long, a loop of links
            return None


class _File(web.FileResponse):
    """Heeds what aiohttp overlooks in a request (RFC 9110, 12.5.3 and 14.2)."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        return await super().prepare(_plain(request))


def _plain(request: web.BaseRequest) -> web.BaseRequest:
    """The request without the codings that it refuses, and without a range that isn't one range
    of bytes, in whose place the whole file is sent."""
    headers = request.headers.copy()
    for name in {name for name, value in request.headers.items() if not value.isascii()}:
        headers.popall(name, None)  # clone() trips over bytes that are no text
    codings = headers.get(hdrs.ACCEPT_ENCODING, "").split(",")
    headers[hdrs.ACCEPT_ENCODING] = ",".join(one for one in codings if not _REFUSED.search(one))
    try:
        _ = request.http_range
    except ValueError:
        headers.popall(hdrs.RANGE, None)
    return request.clone(headers=headers)


def _caching(path: str) -> str:
    return "public, max-age=31536000, immutable" if _HASH.search(path) else "no-cache"
