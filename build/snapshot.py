"""What Python starts from in a browser: bytecode, shared libraries, and a snapshot of memory.

Nothing is compiled or imported on a visitor's machine. Pyodide itself, in Node, compiles the
standard library and the packages into archives of bytecode (compile.mjs), then imports all that
a page needs and saves its memory (snapshot.mjs; 5-facts, 5.2). Both depend on Pyodide's inside:
its version is pinned, and a snapshot that a second Pyodide can't restore fails the build.

Every step is kept by what it is made from: a change in web_client/ compiles that alone, and makes
the snapshot anew.
"""

import json
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from steps import CACHE, ROOT, StepFailed, digest, empty, is_done, mark_done, run, step

HERE = ROOT / "build"
INSIDE = HERE / "inside"
PYODIDE = ROOT / "node_modules" / "pyodide"
STANDARD_LIBRARY = PYODIDE / "python_stdlib.zip"
LOADER = ROOT / "web_client" / "loader"
BYTECODE = CACHE / "bytecode"
SNAPSHOTS = CACHE / "snapshots"
DATE = (1980, 1, 1, 0, 0, 0)
# Python can wait for a promise in the middle of a call only where stacks are switched. Whether
# it can is asked once, here. Newer Nodes do it unasked, and each older one by another name.
SWITCHES = [[], ["--experimental-wasm-jspi"], ["--experimental-wasm-stack-switching"]]
PYSCRIPT = """
import files from "./node_modules/@pyscript/core/src/stdlib/pyscript.js";
process.stdout.write(JSON.stringify(files));
"""
CAN_SWITCH = "process.exit(['Suspending', 'Suspender'].some((s) => s in WebAssembly) ? 0 : 1)"


@dataclass(frozen=True)
class Start:
    """The files that a page starts Python from. `libraries`: by the name of their module."""

    standard_library: Path
    packages: Path
    libraries: dict[str, Path]
    snapshot: Path


def start(info: object, wheels: Sequence[Path]) -> Start:
    """All that the `wheels` come to; `info` is that of Pyodide's lock file."""
    standard_library, *packages = bytecode([STANDARD_LIBRARY, *wheels, _customized(), _pyscript()])
    libraries = shared_libraries(wheels)
    key = digest(*_tools(), "\n".join(map(str, [standard_library, *packages])))
    folder = SNAPSHOTS / key[:16]
    merged, target = folder / "packages.zip", folder / "snapshot.bin"
    if not is_done(folder / ".done", key):
        empty(SNAPSHOTS)  # the last one alone is of use
        folder.mkdir()
        merge(packages, merged)
        job = {
            "empty": str(archive(CACHE / "empty.zip", {})),
            "info": info,
            "libraries": {name: str(file) for name, file in libraries.items()},
            "packages": str(merged),
            "stdlib": str(standard_library),
            "target": str(target),
        }
        with step("Making the snapshot"):
            _node("snapshot.mjs", job, switches())
        mark_done(folder / ".done", key)
    return Start(standard_library, merged, libraries, target)


def bytecode(archives: Sequence[Path]) -> list[Path]:
    """Each archive as one of bytecode, under the digest of what it is made from."""
    BYTECODE.mkdir(parents=True, exist_ok=True)
    tools = digest(HERE / "compile.mjs", INSIDE / "compile.py", PYODIDE / "package.json")
    compiled = {file: BYTECODE / f"{digest(tools, file)[:32]}.zip" for file in archives}
    missing = {str(file): str(target) for file, target in compiled.items() if not target.is_file()}
    if missing:
        with step("Compiling Python"):
            _node("compile.mjs", missing)
    return [compiled[file] for file in archives]


def shared_libraries(wheels: Sequence[Path]) -> dict[str, Path]:
    """Those in the wheels, unpacked, by the name of the module that each is."""
    found: dict[str, Path] = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as files:
            for name in (name for name in files.namelist() if name.endswith(".so")):
                module = name.split(".")[0].replace("/", ".")
                found[module] = BYTECODE / f"{digest(wheel)[:32]}-{module}.wasm"
                found[module].write_bytes(files.read(name))
    return found


def merge(archives: Sequence[Path], target: Path) -> Path:
    """One archive of many."""
    files: dict[str, bytes] = {}
    for file in archives:
        with zipfile.ZipFile(file) as part:
            files |= {name: part.read(name) for name in part.namelist()}
    return archive(target, files)


def archive(target: Path, files: Mapping[str, bytes]) -> Path:
    """The same bytes whenever it is made of the same files."""
    with zipfile.ZipFile(target, "w") as made:
        for name, body in files.items():
            made.writestr(zipfile.ZipInfo(name, DATE), body)
    return target


def switches() -> list[str]:
    """The options by which this Node switches stacks. Raises StepFailed when there are none."""
    for options in SWITCHES:
        probe = ["node", *options, "-e", CAN_SWITCH]
        if not subprocess.run(probe, capture_output=True, check=False).returncode:
            return options
    raise StepFailed("This Node can't switch WebAssembly stacks: Node 20, 22 and 24 can")


def _customized() -> Path:
    """What of ours stands beside the packages."""
    names = "sitecustomize.py", "waking.py"
    return archive(CACHE / "inside.zip", {name: (INSIDE / name).read_bytes() for name in names})


def _pyscript() -> Path:
    """The package that PyScript writes on each of its pages, to be found by the hash of it."""
    told = run(["node", "--input-type=module", "-e", PYSCRIPT], why="PyScript has no package")
    files = json.loads(told)["pyscript"]
    return archive(
        CACHE / "pyscript.zip", {f"by-hash/{name}": files[name].encode() for name in files}
    )


def _tools() -> list[Path]:
    loader = [LOADER / f"{name}.js" for name in ("environment", "libraries", "snapshot")]
    mine = [HERE / name for name in ("snapshot.mjs", "memory.mjs", "snapshot.py")]
    return [*mine, INSIDE, PYODIDE / "package.json", *loader]


def _node(script: str, job: object, options: Sequence[str] = ()) -> None:
    file = CACHE / f"{script}.json"
    file.write_text(json.dumps(job))
    run(["node", *options, HERE / script, file], why=f"{script} failed")
