"""What makes a command quick the second time, and clear when it can't go on."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

import commands
import steps
from steps import ROOT, StepFailed


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small tree that the steps take for the project."""
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "CACHE", tmp_path / ".cache")
    source = tmp_path / "source"
    source.mkdir()
    (source / "one.py").write_text("1")
    return source


def test_the_same_content_gives_the_same_digest(tree: Path) -> None:
    before = steps.digest(tree, "pin")
    (tree / "__pycache__").mkdir()
    (tree / "__pycache__" / "one.pyc").write_text("compiled")
    assert steps.digest(tree, "pin") == before


@pytest.mark.parametrize("change", ["content", "name", "more", "pin"])
def test_any_change_gives_another_digest(tree: Path, change: str) -> None:
    before = steps.digest(tree, "pin")
    if change == "content":
        (tree / "one.py").write_text("2")
    elif change == "name":
        (tree / "one.py").rename(tree / "two.py")
    elif change == "more":
        (tree / "two.py").touch()
    assert steps.digest(tree, "another" if change == "pin" else "pin") != before


def test_a_stamp_goes_with_what_was_made(tree: Path) -> None:
    stamp = tree / "made" / ".done"
    steps.mark_done(stamp, "key")
    assert steps.is_done(stamp, "key")
    assert not steps.is_done(stamp, "another key")
    steps.empty(stamp.parent)
    assert not steps.is_done(stamp, "key")


def test_a_tool_that_fails_is_heard() -> None:
    command = [sys.executable, "-c", "print('what happened'); raise SystemExit(3)"]
    with pytest.raises(StepFailed, match="It broke:\nwhat happened"):
        steps.run(command, why="It broke")


def test_a_tool_that_is_not_there_is_named(tree: Path) -> None:
    with pytest.raises(StepFailed, match="It broke: no-such-tool isn't installed"):
        steps.run(["no-such-tool"], why="It broke")


def test_what_is_done_side_by_side_is_done_to_its_end_and_failures_are_told(tree: Path) -> None:
    begun = threading.Barrier(2, timeout=10)

    def fail() -> None:
        begun.wait()
        raise StepFailed("It broke")

    def go_on() -> None:
        begun.wait()
        (tree / "done").touch()

    with pytest.raises(StepFailed, match="It broke"):
        steps.side_by_side(fail, go_on)
    assert (tree / "done").exists()


def test_what_python_compiles_is_kept_outside_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    look = "import sys; sys.exit(sys.dont_write_bytecode or '.cache' not in sys.pycache_prefix)"
    asked = [sys.executable, "-c", look]
    monkeypatch.setitem(commands.COMMANDS, "build", lambda options: subprocess.call(asked))
    assert commands.main(["build"]) == 0


def test_an_unknown_command_is_answered_with_the_known_ones() -> None:
    assert commands.main(["strat"]) == "Say one of: start, test, bench, check, build"


def test_the_entry_ends_with_the_sentence_and_a_status() -> None:
    entry = [sys.executable, str(ROOT / "build" / "run.py"), "strat"]
    done = subprocess.run(entry, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Say one of: start, test, bench, check, build\n"
