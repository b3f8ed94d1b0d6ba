"""Make dist/: everything a page needs, from this one folder and no other host.

    dist/
      index.html, …        pages/, copied as they are
      pinecall.js, .mjs    the shell (web_client/loader/shell.js), as classic script and as module
      boot.mjs             tiny: hands on the boot file of this build
      early.mjs            tiny: has it start before anybody asks
      pyscript/core.js     PyScript, for pages with <script type="py">
      assets/…             everything big, under names that change with the content
      manifest.json        every file with its sizes

Names under assets/ may be cached for ever, all others must be revalidated: they are small and
point at the current assets. So pages refer to stable names only, relative to themselves, and
nothing in them is rewritten:

    <script src="pinecall.js"></script>                              the elements
    <link rel="stylesheet" href="pyscript/core.css">
    <script type="module" src="early.mjs" async></script>            a page in Python:
    <script type="module" src="pyscript/core.js"></script>
    <script type="py" src="demo.py" config="demo.json"></script>

where demo.json is {"interpreter": "/boot.mjs", "packages": ["requests"],
"packages_cache": "passthrough"}. `packages` (may be left out) are names in our lock file.

JavaScript meets the build in three generated modules, typed in web_client/loader/build.d.ts:

    import { idle } from "virtual:idle";        // by tag, from web_client/elements/idle.py
    import { bootFile } from "virtual:boot";    // the boot file, relative to pinecall.js
    import { assets } from "virtual:assets";    // for boot.js alone

The shell resolves `bootFile` against its own address, so that it works from another origin:

    const here = document.currentScript?.src ?? import.meta.url;     // at the top, not later
    const { boot } = await import(new URL(bootFile, here).href);
    const pyodide = await boot();                                    // web_client is imported
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import compress
import snapshot
import tables
import verify
import wheels
from steps import CACHE, ROOT, StepFailed, digest, empty, run, step

DIST = ROOT / "dist"
MODULES = ROOT / "node_modules"
LOADER = ROOT / "web_client" / "loader"
GENERATED = CACHE / "generated"
ESBUILD = MODULES / ".bin" / "esbuild"
MACHINE = "pyodide.asm.mjs"
SCRIPTS = ["pyodide.mjs", MACHINE]
# It is one function, called at once: in parentheses, a browser compiles it while it comes, and
# parses what is in it once instead of twice.
EAGERLY = {
    b"async function _createPyodideModule(": b"export default (async function(",
    b"}export default _createPyodideModule;": b"});",
}
INTERPRETER = "pyodide.asm.wasm"
EMPTY_WASM = b"\0asm\1\0\0\0"
ALWAYS = ["jinja2", "pinecall-web-client", "pydantic", "pyodide-http"]
INPUTS = ["build", "pages", "web_client", "package-lock.json", "pyproject.toml", "README.md"]
PRERENDER = (
    "import json; from web_client.elements.idle import prerender; print(json.dumps(prerender()))"
)


def inputs() -> str:
    """The digest of all that dist/ is made from."""
    return digest(*(ROOT / name for name in INPUTS))


def is_current(*, quick: bool = False) -> bool:
    """Whether there is nothing to do; what was made quickly is good enough for `quick` alone."""
    manifest = DIST / "manifest.json"
    made = json.loads(manifest.read_text()) if manifest.is_file() else {}
    return made.get("inputs") == inputs() and (quick or not made.get("quick"))


def compile_standard_library() -> None:
    """The longest part of it, which needs nothing but Pyodide."""
    snapshot.bytecode([snapshot.STANDARD_LIBRARY])


def build(*, quick: bool = False) -> None:
    """Make dist/ anew, aside, and put it in place when it is whole and checked.

    `quick` is for whoever waits for it: it is all there, but less well compressed.
    """
    key, dist = inputs(), empty(CACHE / "dist")
    packages = wheels.third_party()
    with step("Bundling"):
        _fill(dist, packages)
    with step("Compressing"):
        compress.everything(dist, quick=quick)
    problems = list(verify.problems(dist))
    if problems:
        raise StepFailed("dist/ isn't complete:\n" + "\n".join(problems))
    files = verify.sizes(dist)
    manifest = {"inputs": key, "quick": quick, "files": files}
    (dist / "manifest.json").write_text(json.dumps(manifest, indent=1))
    shutil.rmtree(DIST, ignore_errors=True)
    dist.rename(DIST)
    print(verify.table(files))


def _fill(dist: Path, packages: list[Path]) -> None:
    assets = dist / "assets"
    assets.mkdir()
    ours = wheels.ours(empty(CACHE / "ours"))
    lock = _place_wheels(assets, [*packages, ours])
    parts = {"lock": lock, "recorder": _bundle_recorder(assets), **_place_start(assets, lock)}
    boot = _bundle_boot(assets, parts)
    (dist / "boot.mjs").write_text(f'export * from "./assets/{boot}";\n')
    begun = f'import {{ begin }} from "./assets/{boot}";\nbegin();\n'
    (dist / "early.mjs").write_text(begun)
    _bundle_shell(dist, f"assets/{boot}")
    _copy(MODULES / "@pyscript" / "core" / "dist", dist / "pyscript", "*.map")
    _copy(ROOT / "pages", dist, "__pycache__")


def _place_start(assets: Path, lock: wheels.Lock) -> dict[str, object]:
    """What Python starts from, as boot.js is to know it (web_client/loader/build.d.ts)."""
    always = wheels.with_dependencies(lock, ALWAYS)
    start = snapshot.start(lock["info"], [assets / entry["file_name"] for entry in always])
    apart = tables.taken(MODULES / "pyodide")
    return {
        "archive": _place(start.packages, assets),
        "empty": _place_empty(assets),
        "libraries": {name: _place(file, assets, name) for name, file in start.libraries.items()},
        "packages": [entry["name"] for entry in always],
        "pyodide": _place_pyodide(assets, start.standard_library, _made(INTERPRETER, apart.wasm)),
        "runs": apart.runs,
        "snapshot": _place(start.snapshot, assets),
        "tables": _place(_made("tables.bin", apart.bytes), assets),
    }


def _place(file: Path, assets: Path, name: str = "") -> str:
    placed = f"{name or file.stem}.{_short_hash(file)}{file.suffix}"
    shutil.copyfile(file, assets / placed)
    return placed


def _made(name: str, body: bytes) -> Path:
    file = CACHE / name
    file.write_bytes(body)
    return file


def _place_pyodide(assets: Path, standard_library: Path, wasm: Path) -> str:
    """Pyodide finds its parts by fixed names beside it, so the folder carries the hash."""
    parts = {name: MODULES / "pyodide" / name for name in SCRIPTS}
    parts |= {"python_stdlib.zip": standard_library, INTERPRETER: wasm}
    parts[MACHINE] = _made(MACHINE, _eager(parts[MACHINE].read_bytes()))
    return _place_folder(assets, "pyodide", parts)


def _eager(machine: bytes) -> bytes:
    for usual, eager in EAGERLY.items():
        if machine.count(usual) != 1:
            raise StepFailed(f"{MACHINE} is not the one function that it was: {usual.decode()}")
        machine = machine.replace(usual, eager)
    return machine


def _place_empty(assets: Path) -> str:
    """What Pyodide is to find where it looks for its parts."""
    archive = snapshot.archive(CACHE / "empty.zip", {})
    parts = {"empty.zip": archive, INTERPRETER: _made("empty.wasm", EMPTY_WASM)}
    return _place_folder(assets, "empty", parts)


def _place_folder(assets: Path, name: str, parts: dict[str, Path]) -> str:
    folder = assets / f"{name}-{_short_hash(*parts.values())}"
    folder.mkdir()
    for name, part in parts.items():
        shutil.copyfile(part, folder / name)
    return f"{folder.name}/"


def _place_wheels(assets: Path, packages: list[Path]) -> wheels.Lock:
    """Wheels keep their names, which mean something; the folder carries the hash."""
    placed = {}
    for wheel in packages:
        url = f"wheels/{_short_hash(wheel)}/{wheel.name}"
        placed[url] = assets / url
        placed[url].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(wheel, placed[url])
    info = json.loads((MODULES / "pyodide" / "pyodide-lock.json").read_text())["info"]
    return wheels.lock(info, placed)


def _bundle_boot(assets: Path, contents: dict[str, object]) -> str:
    version = json.loads((MODULES / "pyodide" / "package.json").read_text())["version"]
    _generate("assets", {"version": version, **contents})
    return _hashed(_esbuild("boot.js", assets / "boot.mjs", "esm"))


def _bundle_recorder(assets: Path) -> str:
    """By itself, since an AudioWorklet loads a file: no page's policy need allow more for it."""
    return _hashed(_esbuild("recorder.js", assets / "recorder.mjs", "esm"))


def _hashed(bundled: Path) -> str:
    """The file's new name, which changes with its content."""
    named = bundled.with_suffix(f".{_short_hash(bundled)}{bundled.suffix}")
    return bundled.rename(named).name


def _bundle_shell(dist: Path, boot: str) -> None:
    _generate("bootFile", boot, module="boot")
    idle = json.loads(run([sys.executable, "-c", PRERENDER], why="No idle view"))
    for part in (idle, *idle["elements"].values()):
        part["css"] = _minified(part["css"])
    _generate("idle", idle)
    _esbuild("shell.js", dist / "pinecall.mjs", "esm")
    _esbuild("shell.js", dist / "pinecall.js", "iife")


def _minified(css: str) -> str:
    """A style sheet that goes into JavaScript as a text, which esbuild would leave as it is."""
    source, target = GENERATED / "idle.css", GENERATED / "idle.min.css"
    source.write_text(css)
    run([ESBUILD, source, "--minify", f"--outfile={target}"], why="A style sheet has errors")
    return target.read_text().strip()


def _generate(name: str, value: object, module: str = "") -> None:
    """`virtual:<module>`, a JavaScript module that exports `name`."""
    GENERATED.mkdir(parents=True, exist_ok=True)
    text = f"export const {name} = {json.dumps(value, sort_keys=True)};\n"
    (GENERATED / f"{module or name}.js").write_text(text)


def _esbuild(source: str, target: Path, form: str) -> Path:
    virtual = [f"--alias:virtual:{file.stem}={file}" for file in GENERATED.glob("*.js")]
    options = ["--bundle", "--minify", "--charset=utf8", "--target=es2022", f"--format={form}"]
    # The classic script has no import.meta; python.js knows and asks document.currentScript.
    quiet = ["--log-level=warning", "--log-override:empty-import-meta=silent"]
    outfile = f"--outfile={target}"
    run([ESBUILD, LOADER / source, *options, *quiet, *virtual, outfile], why=f"{source} has errors")
    return target


def _copy(source: Path, target: Path, *without: str) -> None:
    ignore = shutil.ignore_patterns(*without)
    shutil.copytree(source, target, ignore=ignore, dirs_exist_ok=True)


def _short_hash(*files: Path) -> str:
    return hashlib.sha256(b"".join(_bodies(files))).hexdigest()[:12]


def _bodies(files: tuple[Path, ...]) -> Iterator[bytes]:
    return (file.read_bytes() for file in files)


if __name__ == "__main__":
    try:
        build(quick=sys.argv[1:] == ["--quick"])
    except StepFailed as failure:
        sys.exit(str(failure))
