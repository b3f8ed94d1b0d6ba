"""What lies in dist/."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

import verify


@pytest.fixture
def our_wheel(dist: Path) -> zipfile.ZipFile:
    (wheel,) = dist.glob("assets/wheels/*/pinecall_web_client-*.whl")
    return zipfile.ZipFile(wheel)


def test_nothing_is_missing_and_nothing_points_to_another_host(dist: Path) -> None:
    assert list(verify.problems(dist)) == []


def test_a_reference_into_the_void_is_found(tmp_path: Path) -> None:
    page = '<script src="gone.js"></script><a href="/no/">x</a><a href="#here">y</a>'
    (tmp_path / "index.html").write_text(page)
    found = set(verify.problems(tmp_path))
    assert {"index.html: gone.js isn't there", "index.html: /no/ isn't there"} <= found
    assert not any("#here" in problem for problem in found)


def test_what_the_agent_serves_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="/api/token">x</a><a href="index.html">y</a>')
    assert not any("index.html:" in problem for problem in verify.problems(tmp_path))


def test_a_page_in_python_names_its_interpreter_and_its_files(tmp_path: Path) -> None:
    (tmp_path / "boot.mjs").touch()
    (tmp_path / "told.json").write_text('{"interpreter": "/boot.mjs", "files": {"gone.py": ""}}')
    (tmp_path / "told.html").write_text('<script type="py" config="told.json"></script>')
    (tmp_path / "untold.html").write_text('<script type="py"></script>')
    found = {problem for problem in verify.problems(tmp_path) if "told.html" in problem}
    assert found == {
        "told.html: gone.py isn't there",
        "untold.html: the config's interpreter isn't there",
    }


@pytest.mark.parametrize("name", ["page.html", "app.py", "assets/boot.0123456789ab.mjs"])
def test_another_host_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("'https://cdn.jsdelivr.net/x' 'http://localhost:8765/' 'http://www.w3.org/'")
    assert f"{name} names cdn.jsdelivr.net" in set(verify.problems(tmp_path))


def test_a_page_must_not_be_without_the_shell(tmp_path: Path) -> None:
    assert "pinecall.js is missing" in set(verify.problems(tmp_path))


def test_a_shell_that_has_grown_too_big_is_found(tmp_path: Path) -> None:
    (tmp_path / "pinecall.js.gz").write_bytes(bytes(8193))
    assert any("8193 bytes" in problem for problem in verify.problems(tmp_path))


def test_the_wheel_holds_the_client_alone(our_wheel: zipfile.ZipFile) -> None:
    names = our_wheel.namelist()
    parts = {"__init__.py", "py.typed", "browser/media.py", "elements/orb/template.html.j2"}
    assert {f"web_client/{part}" for part in parts} <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "pinecall_web_client",
        "web_client",
    }
    assert not [name for name in names if name.endswith((".pyi", ".js", ".ts"))]


def test_a_compressed_twin_says_the_same(dist: Path) -> None:
    twins = list(dist.rglob("*.gz"))
    assert any(twin.name == "pyodide.asm.wasm.gz" for twin in twins)
    for twin in twins:
        assert gzip.decompress(twin.read_bytes()) == twin.with_suffix("").read_bytes()
        assert twin.with_suffix(".br").is_file()


def test_the_manifest_lists_every_file(dist: Path) -> None:
    listed = json.loads((dist / "manifest.json").read_text())["files"]
    there = {
        file.relative_to(dist).as_posix()
        for file in dist.rglob("*")
        if file.is_file() and file.suffix not in {".br", ".gz"}
    }
    assert listed.keys() == there - {"manifest.json", "bench.json"}
    for name, entry in listed.items():
        assert entry["bytes"] == (dist / name).stat().st_size
