"""What is missing on a machine is found, or said in one sentence."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import commands
import environment
from steps import ROOT, StepFailed

ENTRY = ROOT / "build" / "run.py"
NO_INSTALL = f'case "$*" in *install*) exit 1;; esac; exec {sys.executable} "$@"'


class Machine:
    """The programs of a machine that has only those which a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str, script: str) -> Path:
        program = self.folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "bin")
    machine.folder.mkdir()
    monkeypatch.setenv("PATH", str(machine.folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    for name in ("PINECALL_BROWSER", "PINECALL_CHROMIUM", "PINECALL_FIREFOX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "PYTHON", machine.has("python", NO_INSTALL))
    return machine


def test_a_python_that_is_too_old_is_named_and_can_read_so_much() -> None:
    ast.parse(ENTRY.read_text(), feature_version=(3, 4))
    old = f"import runpy, sys; sys.version_info = (3, 10); runpy.run_path({str(ENTRY)!r}, {{}}, "
    asked = [sys.executable, "-c", f"{old}'__main__')"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"Python 3\.11, 3\.12 or 3\.13 is needed; python3 is \S+\n", done.stderr)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_the_running_python_is_taken_if_it_fits(version: tuple[int, int]) -> None:
    assert environment.fitting_python(version) == sys.executable


def test_an_older_python_stands_in_for_one_that_is_too_new(machine: Machine) -> None:
    older = machine.has("python3.12", "")
    assert environment.fitting_python((3, 14)) == str(older)


def test_a_python_that_is_too_new_is_named(machine: Machine) -> None:
    with pytest.raises(StepFailed, match=r"3\.13 is needed \(.*\); python3 is 3\.14$"):
        environment.fitting_python((3, 14))


def test_a_python_without_venv_is_said(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "VENV", machine.folder / ".venv")
    monkeypatch.setattr(environment, "PYTHON", machine.folder / ".venv" / "bin" / "python")
    bare = machine.has("bare", "echo 'No module named venv' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(StepFailed, match=r"venv module doesn't work here .*python3-venv"):
        environment.python_packages(dev=False)


def test_a_node_that_is_missing_is_said(machine: Machine) -> None:
    with pytest.raises(StepFailed, match=r"^Node 20 or newer is needed: node isn't installed$"):
        environment.node_packages()


def test_a_node_that_is_too_old_is_named(machine: Machine) -> None:
    machine.has("node", "echo v18.19.0")
    with pytest.raises(StepFailed, match=r"^Node 20 or newer is needed; this is v18\.19\.0$"):
        environment.node_packages()


def test_a_chromium_that_is_there_is_taken(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("chromium", "")
    environment.chromium()
    assert capsys.readouterr().out == ""


def test_a_chromium_that_is_missing_is_installed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    chromium = machine.folder / "chromium"
    machine.has("sudo", 'shift; exec "$@"')
    machine.has("apt-get", f"echo > {chromium}; /bin/chmod +x {chromium}")
    environment.chromium()
    assert re.fullmatch(
        r"Installing Chromium …\nInstalling Chromium: \d+\.\d s\n", capsys.readouterr().out
    )


def test_no_chromium_at_all_ends_with_what_to_do(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StepFailed, match=r"install it .* or name one with PINECALL_CHROMIUM"):
        environment.chromium()
    said = capsys.readouterr().out
    program = "apt-get" if os.geteuid() == 0 else "sudo"
    assert f"by the system's package manager: {program} isn't installed" in said
    assert "Playwright can't install it either" in said


def test_a_named_chromium_that_is_none_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECALL_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(StepFailed, match=r"^PINECALL_CHROMIUM=/nowhere/chromium is no program$"):
        environment.chromium()


@pytest.mark.parametrize(
    ("name", "tested"),
    [("firefox-esr", "chromium"), ("firefox", "chromium"), ("firefox", "firefox")],
)
def test_a_firefox_that_is_there_is_taken(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    tested: str,
) -> None:
    monkeypatch.setenv("PINECALL_BROWSER", tested)
    machine.has("chromium", "")
    machine.has(name, "")
    environment.browsers()
    assert capsys.readouterr().out == ""


def test_a_firefox_that_is_missing_is_installed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    firefox = machine.folder / "firefox-esr"
    machine.has("chromium", "")
    machine.has("sudo", 'shift; exec "$@"')
    machine.has("apt-get", f"echo > {firefox}; /bin/chmod +x {firefox}")
    environment.browsers()
    assert re.fullmatch(
        r"Installing Firefox …\nInstalling Firefox: \d+\.\d s\n", capsys.readouterr().out
    )


def test_the_usual_run_goes_on_without_a_firefox(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("chromium", "")
    environment.browsers()
    *_, last = capsys.readouterr().out.splitlines()
    assert last == environment.NOT_IN_FIREFOX


def test_no_firefox_where_it_is_to_be_tested_ends_with_what_to_do(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECALL_BROWSER", "firefox")
    with pytest.raises(StepFailed, match=r"install it .* or name one with PINECALL_FIREFOX"):
        environment.browsers()


@pytest.mark.parametrize(
    ("lint", "tests", "last"),
    [
        (0, 0, "1132 passed"),
        (0, 1, "1132 passed"),
        (1, 0, "Failed: ruff check"),
    ],
)
def test_the_last_line_is_the_tests_own_or_the_failed_check(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    lint: int,
    tests: int,
    last: str,
) -> None:
    monkeypatch.setattr(commands, "set_up_build", lambda: None)
    monkeypatch.setattr(commands, "make_dist", lambda quick: None)
    monkeypatch.setattr(environment, "python_packages", lambda dev: None)
    monkeypatch.setattr(commands, "CHECKS", {"ruff check": [machine.has("ruff", f"exit {lint}")]})
    monkeypatch.setattr(
        environment, "PYTHON", machine.has("pytest", f"echo 1132 passed; exit {tests}")
    )
    monkeypatch.setattr(environment, "browsers", lambda: None)
    assert commands.main(["test"]) == (lint or tests)
    assert capfd.readouterr().out.splitlines()[-1] == last
