"""What the work needs on this machine: Python packages, Node packages, browsers.

Each is set up when it is missing or its pins have changed, and said in one sentence when that
can't be done.
"""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from steps import ROOT, StepFailed, digest, is_done, mark_done, run, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "build" / "requirements"
# There is a wheel of pocketsphinx, which hears for the agent, for these.
PYTHONS = ["3.13", "3.12", "3.11"]
OLDEST_NODE = 20
NO_PYTHON = "Python 3.11, 3.12 or 3.13 is needed (newer ones lack speech recognition); python3 is "
NO_CHROMIUM = (
    "The tests need Chromium: install it (Debian: apt-get install chromium), "
    "or name one with PINECALL_CHROMIUM=/path/to/chromium"
)
NO_FIREFOX = (
    "The tests in Firefox need one: install it (Debian: apt-get install firefox-esr), "
    "or name one with PINECALL_FIREFOX=/path/to/firefox"
)
NOT_IN_FIREFOX = "There is no Firefox here: the short pass in Firefox is no part of this run"


def python_packages(*, dev: bool) -> None:
    """The virtual environment, with what the agent needs, and for `dev` the tests' tools too.

    An environment that has the tests' tools serves the agent as well.
    """
    pins = {name: digest(REQUIREMENTS / f"{name}.txt") for name in ("agent", "dev")}
    both = pins["agent"] + pins["dev"]
    stamp = VENV / ".packages"
    _make_venv()
    if is_done(stamp, both) or (not dev and is_done(stamp, pins["agent"])):
        return
    name = "dev" if dev else "agent"
    with step(f"Installing Python packages ({name})"):
        _install(name)
    mark_done(stamp, both if dev else pins["agent"])


def _make_venv() -> None:
    if PYTHON.exists() and _works(PYTHON):
        return
    python = fitting_python(sys.version_info[:2])
    with step("Making the virtual environment .venv"):
        shutil.rmtree(VENV, ignore_errors=True)
        why = "Python's venv module doesn't work here (Debian: apt-get install python3-venv)"
        run([python, "-m", "venv", VENV], why=why)
        _install("pip")


def _install(requirements: str) -> None:
    # What is never imported need not be compiled, and what is, compiles itself.
    quick = ["--no-compile", "--disable-pip-version-check", "--no-input"]
    pip = [PYTHON, "-m", "pip", "install", *quick, "-r", REQUIREMENTS / f"{requirements}.txt"]
    run(pip, why="The Python packages can't be installed")


def fitting_python(running: tuple[int, int]) -> str:
    """The Python that runs this; or, if that is too new, an older one beside it."""
    version = "{}.{}".format(*running)
    if version in PYTHONS:
        return sys.executable
    found = next(filter(None, (shutil.which(f"python{older}") for older in PYTHONS)), None)
    if not found:
        raise StepFailed(NO_PYTHON + version)
    return found


def _works(python: Path) -> bool:
    done = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    return done.returncode == 0


def node_packages() -> None:
    """`npm ci`, when package-lock.json has changed since the last."""
    _require_node()
    key = digest(ROOT / "package-lock.json")
    stamp = ROOT / "node_modules" / ".packages"
    if is_done(stamp, key):
        return
    with step("Installing Node packages"):
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        run(["npm", "ci", *quiet], why="The Node packages can't be installed")
    mark_done(stamp, key)


def _require_node() -> None:
    needed = f"Node {OLDEST_NODE} or newer is needed"
    version = run(["node", "--version"], why=needed).strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise StepFailed(f"{needed}; this is {version}")


def browsers() -> None:
    """The one that is tested; beside Chromium also a Firefox, where there can be one."""
    if os.environ.get("PINECALL_BROWSER") == "firefox":
        return firefox()
    chromium()
    try:
        firefox()
    except StepFailed:
        print(NOT_IN_FIREFOX, flush=True)


def chromium() -> None:
    """Some Chromium for the tests: one that is there, the system's package, or Playwright's."""
    if _has("chromium"):
        return
    for install in (partial(_apt, "Chromium", "chromium"), _playwright_chromium):
        try:
            with step("Installing Chromium"):
                install()
        except StepFailed as failure:
            print(failure)
        if _has("chromium"):
            return
    raise StepFailed(NO_CHROMIUM)


def firefox() -> None:
    """Some Firefox for the tests: one that is there, or the system's package."""
    if _has("firefox"):
        return
    try:
        with step("Installing Firefox"):
            _apt("Firefox", "firefox-esr")
    except StepFailed as failure:
        raise StepFailed(f"{failure}\n{NO_FIREFOX}") from None
    if not _has("firefox"):
        raise StepFailed(NO_FIREFOX)


def _has(browser: str) -> bool:
    """As the tests will look for it; in the environment that has Playwright."""
    variable = f"PINECALL_{browser.upper()}"
    named = os.environ.get(variable)
    if named and not shutil.which(named):
        raise StepFailed(f"{variable}={named} is no program")
    config = ROOT / "playwright.config.py"
    look = f"import runpy; print(runpy.run_path({str(config)!r})[{browser!r}]() or '')"
    return bool(run([PYTHON, "-c", look], why="playwright.config.py has errors").strip())


def _apt(browser: str, package: str) -> None:
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    why = f"{browser} can't be installed by the system's package manager"
    run([*root, "apt-get", "update", "-qq"], why=why)
    run([*root, "apt-get", "install", "-qq", "-y", "--no-install-recommends", package], why=why)


def _playwright_chromium() -> None:
    why = "Playwright can't install it either"
    run([PYTHON, "-m", "playwright", "install", "chromium"], why=why)
