"""Two builds of the same sources give a visitor the same bytes."""

import json
from pathlib import Path

import pytest

import snapshot
from steps import ROOT, StepFailed, run

SLOW_DISK = Path(__file__).parent / "slow_disk.mjs"


def test_a_second_snapshot_is_the_first(tmp_path: Path, dist: Path) -> None:
    """In whatever order its parts come."""
    job = json.loads((ROOT / ".cache" / "snapshot.mjs.json").read_text())
    target = tmp_path / "snapshot.bin"
    again = tmp_path / "job.json"
    again.write_text(json.dumps({**job, "target": str(target)}))
    script = ROOT / "build" / "snapshot.mjs"
    slowly = ["--import", SLOW_DISK]
    run(["node", *snapshot.switches(), *slowly, script, again], why="No second snapshot")
    (first,) = dist.glob("assets/snapshot.*.bin")
    is_same = target.read_bytes() == first.read_bytes()  # pytest would print both
    assert is_same


def test_an_archive_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    files = {"one.py": b"1", "two/three.py": b"23"}
    first, second = (snapshot.archive(tmp_path / name, files) for name in ("a.zip", "b.zip"))
    assert first.read_bytes() == second.read_bytes()


def test_a_node_that_cannot_switch_stacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CAN_SWITCH", "process.exit(1)")
    with pytest.raises(StepFailed, match="Node 20, 22 and 24 can"):
        snapshot.switches()
