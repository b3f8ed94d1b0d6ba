"""The built pages: types, compression, caching, and nothing outside their folder."""

import asyncio
import gzip
from pathlib import Path

import pytest
from yarl import URL

from tests.agent.conftest import Client

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "boot.mjs": "text/javascript; charset=utf-8",
    "shell.js": "text/javascript; charset=utf-8",
    "page.py": "text/x-python; charset=utf-8",
    "core.wasm": "application/wasm",
    "client-1-py3-none-any.whl": "application/zip",
    "lock.json": "application/json",
    "style.css": "text/css; charset=utf-8",
    "memory.snapshot": "application/octet-stream",
}


@pytest.mark.parametrize(("name", "mime"), TYPES.items())
async def test_types(client: Client, pages: Path, name: str, mime: str) -> None:
    (pages / name).write_bytes(b"content")
    async with client.get(f"/{name}") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == mime
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert await response.read() == b"content"


async def test_the_root_and_folders_serve_their_index(client: Client, pages: Path) -> None:
    (pages / "demo").mkdir()
    (pages / "index.html").write_text("root")
    (pages / "demo" / "index.html").write_text("demo")
    for path, text in (("/", "root"), ("/demo/", "demo")):
        async with client.get(path) as response:
            assert await response.text() == text


@pytest.mark.parametrize(
    ("name", "hashed"),
    [
        ("boot.0a1b2c3d.mjs", True),
        ("boot-0a1b2c3d4e5f6789.mjs", True),
        ("assets/pyodide-0a1b2c3d/core.wasm", True),
        ("assets/0a1b2c3d4e5f/client-0.1.0-py3-none-any.whl", True),
        ("boot.mjs", False),
        ("boot.0a1b2c3.mjs", False),
        ("boot.0a1b2c3z.mjs", False),
        ("assets/boot.mjs", False),
        ("effaced-defaced1.mjs", True),
        ("effaced-defacedd.mjs", False),
    ],
)
async def test_caching(client: Client, pages: Path, name: str, hashed: bool) -> None:
    (pages / name).parent.mkdir(parents=True, exist_ok=True)
    (pages / name).write_bytes(b"content")
    async with client.get(f"/{name}") as response:
        wanted = "public, max-age=31536000, immutable" if hashed else "no-cache"
        assert response.headers["Cache-Control"] == wanted


async def test_precompressed_files_by_accept_encoding(client: Client, pages: Path) -> None:
    (pages / "core.wasm").write_bytes(b"plain")
    (pages / "core.wasm.br").write_bytes(b"as brotli")
    (pages / "core.wasm.gz").write_bytes(gzip.compress(b"as gzip"))
    client.session._auto_decompress = False
    for accepted, encoding, length in (
        ("br, gzip", "br", len(b"as brotli")),
        ("gzip, deflate", "gzip", len(gzip.compress(b"as gzip"))),
        ("identity", None, len(b"plain")),
        ("br;q=0, gzip", "gzip", len(gzip.compress(b"as gzip"))),
        ("br;q=0.5, gzip;Q=0", "br", len(b"as brotli")),
        ("gzip; q=0.000 ,br;q=0.0,*", None, len(b"plain")),
    ):
        async with client.get("/core.wasm", headers={"Accept-Encoding": accepted}) as response:
            assert response.headers.get("Content-Encoding") == encoding
            assert response.headers["Content-Type"] == "application/wasm"
            assert int(response.headers["Content-Length"]) == length


@pytest.mark.parametrize(
    ("asked", "status", "sent"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-2", 206, b"89"),
        ("bytes=10-", 416, None),
        # What is no range that can be had is as if it were not there.
        ("bytes=0-1,5-6", 200, b"0123456789"),
        ("lines=0-1", 200, b"0123456789"),
        ("bytes=4-2", 200, b"0123456789"),
        ("bytes=²-", 200, b"0123456789"),
    ],
)
async def test_ranges(
    client: Client, pages: Path, asked: str, status: int, sent: bytes | None
) -> None:
    (pages / "sound.wav").write_bytes(b"0123456789")
    async with client.get("/sound.wav", headers={"Range": asked}) as response:
        assert response.status == status
        assert sent is None or await response.read() == sent


async def test_a_header_that_is_no_text_is_served_all_the_same(client: Client, pages: Path) -> None:
    (pages / "page.html").write_text("here")
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"GET /page.html HTTP/1.0\r\nHost: localhost\r\nX-Odd: \xff\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert answer.split()[1] == b"200"
    assert answer.endswith(b"here")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/a/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%00secret.txt",
        "/.hidden",
        "/link.txt",
        "/outside/secret.txt",
        "/missing.html",
        "/" + "a" * 300,
    ],
)
async def test_nothing_outside_the_folder(client: Client, pages: Path, path: str) -> None:
    secret = pages.parent / "secret.txt"
    secret.write_text("secret")
    (pages / ".hidden").write_text("hidden")
    (pages / "link.txt").symlink_to(secret)
    (pages / "outside").symlink_to(pages.parent)
    async with client.get(URL(path, encoded=True)) as response:
        assert response.status == 404
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert await response.text() != "secret"
