"""What `npm start`, `npm test`, `npm run check` and `npm run build` do.

    start [options of local_agent]   set up what is missing, build, and run the agent here
    test [options of pytest]         the same with the tests' tools; then check, then every test;
                                     in Firefox where PINECALL_BROWSER says so
    bench [parts] [--runs N]         measure, on the built dist/; see tests/bench
    check                            lint and types alone
    build                            dist/ alone

Every step is skipped when nothing it depends on has changed, so the second time is quick.
"""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import bundle
import environment
from steps import CACHE, ROOT, StepFailed, one_at_a_time, side_by_side

TOOLS = environment.VENV / "bin"
CHECKS: dict[str, list[str | Path]] = {
    "ruff check": [TOOLS / "ruff", "check"],
    "ruff format": [TOOLS / "ruff", "format", "--check"],
    "mypy": [TOOLS / "mypy"],
    "import-linter": [TOOLS / "lint-imports"],
    "tsc": [ROOT / "node_modules" / ".bin" / "tsc"],
}


def start(options: list[str]) -> int:
    """Does not return when all is well: the agent takes this process over, signals and all."""
    with one_at_a_time():
        set_up_build()
        make_dist(quick=True)
    agent = [str(environment.PYTHON), "-m", "local_agent", "--pages", "dist", *options]
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(agent[0], agent)


def test(options: list[str]) -> int:
    failed: list[str] = []

    def set_up_and_check() -> None:
        environment.python_packages(dev=True)
        environment.browsers()
        failed.extend(run_checks())

    with one_at_a_time():
        set_up_build()
        side_by_side(partial(make_dist, quick=True), set_up_and_check)
    if failed:
        return verdict(failed)
    # What needs a browser beside what needs none. The last line is pytest's own summary.
    pytest: list[str | Path] = [environment.PYTHON, "-m", "pytest", *SIDE_BY_SIDE, *options]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode


def bench(options: list[str]) -> int:
    with one_at_a_time():
        set_up_build()
        side_by_side(make_dist, partial(environment.python_packages, dev=True))
    environment.chromium()
    measuring: list[str | Path] = [environment.PYTHON, "-m", "tests.bench", *options]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "build")}
    return subprocess.run(measuring, cwd=ROOT, env=environ, check=False).returncode


def check(_options: list[str]) -> int:
    with one_at_a_time():
        environment.python_packages(dev=True)
        environment.node_packages()
    return verdict(run_checks())


def build(_options: list[str]) -> int:
    with one_at_a_time():
        set_up_build()
        make_dist()
    return 0


def set_up_build() -> None:
    """What dist/ is made with; the agent runs in it, too."""
    side_by_side(partial(environment.python_packages, dev=False), _set_up_node)


def _set_up_node() -> None:
    environment.node_packages()
    bundle.compile_standard_library()  # it takes as long as the Python packages, and needs none


def make_dist(*, quick: bool = False) -> None:
    """In the environment that has the build's needs; this may be another Python."""
    if bundle.is_current(quick=quick):
        print("dist/ is up to date", flush=True)
        return
    script = ROOT / "build" / "bundle.py"
    command: list[str | Path] = [environment.PYTHON, script, *(["--quick"] if quick else [])]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StepFailed("dist/ was not built")


def run_checks() -> list[str]:
    """The names of those that failed, each after what it said."""
    failed = []
    for name, command in CHECKS.items():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{name}: {'failed' if done.returncode else 'ok'}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr, flush=True)
            failed.append(name)
    return failed


def verdict(failed: list[str]) -> int:
    """Say it in the last line, whatever a tool said before, and as the exit status."""
    print(f"Failed: {', '.join(failed)}" if failed else "Passed", flush=True)
    return bool(failed)


SIDE_BY_SIDE = ["--numprocesses=2", "--dist=load"]
COMMANDS = {"start": start, "test": test, "bench": bench, "check": check, "build": build}


def main(arguments: list[str]) -> int | str:
    """The exit status, or the sentence to end with."""
    command, *options = arguments or [""]
    if command not in COMMANDS:
        return f"Say one of: {', '.join(COMMANDS)}"
    # Each of many processes would compile all that it imports, where Python may keep none of it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(CACHE / "pycache")
    try:
        return COMMANDS[command](options)
    except StepFailed as failure:
        return str(failure)
    except KeyboardInterrupt:
        return 130
