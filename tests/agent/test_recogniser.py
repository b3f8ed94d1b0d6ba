"""A recogniser's process may be slow, die, hang or be missing: that costs one utterance."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from local_agent.voice import recogniser
from local_agent.voice.recogniser import Recogniser, Recognisers, RecognitionFailed
from local_agent.voice.sound import HEARD_RATE, SPOKEN_RATE, Samples, resampled
from local_agent.voice.vad import WINDOW
from tests.agent.caller import spoken
from tests.agent.calls import call_to, measured, quiet

SILENT = "The recogniser does not answer."

LIMIT = 60.0
"""Seconds for what takes one when the machine has nothing else to do."""

SLOW = """
import sys, time
def work():
    until = time.process_time() + 0.02
    while time.process_time() < until: pass
print(flush=True)
sys.stdin.buffer.read(5)
print(flush=True)
sys.stdin.buffer.read(5)
for _ in range(20):
    work()
    time.sleep(0.1)
print("at last", flush=True)
"""
"""Its last answer takes two seconds, and of the processor less than half of one."""


@asynccontextmanager
async def _recognising() -> AsyncIterator[Recogniser]:
    hearing = Recogniser()
    try:
        yield hearing
    finally:
        await hearing.stop()
    assert hearing.pid is None


def _ignore(_text: str) -> None:
    """Nobody reads along."""


def _windows(name: str) -> list[Samples]:
    """As the ear feeds them, with the silence around them."""
    samples = np.pad(resampled(spoken(name), SPOKEN_RATE, HEARD_RATE), (6_000, 8_000))
    return [samples[at : at + WINDOW] for at in range(0, len(samples), WINDOW)]


async def _hear(hearing: Recogniser, name: str) -> str:
    hearing.begin(_ignore)
    for window in _windows(name):
        hearing.feed(window)
    return await asyncio.wait_for(hearing.finish(), LIMIT)


async def _pid(hearing: Recogniser) -> int:
    """Of the process, once it has answered."""
    await hearing.caught_up()
    assert hearing.pid is not None
    return hearing.pid


async def test_what_is_said_before_the_process_is_ready_is_understood(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", recogniser.__name__)
    async with _recognising() as hearing:
        assert hearing.pid is None
        assert await _hear(hearing, "barge_in") == "wait a minute"
    assert re.search(r"understood 'wait a minute', \d+\.\d s after its end", caplog.text)


async def test_utterances_that_overlap_in_the_queue_are_kept_apart() -> None:
    async with _recognising() as hearing:
        said = ["barge_in", "long_answer", "barge_in"]
        texts = await asyncio.gather(*(_hear(hearing, name) for name in said))
        assert texts == ["wait a minute", "please tell me your story", "wait a minute"]


async def test_an_utterance_that_was_dropped_leaves_nothing_in_the_next() -> None:
    async with _recognising() as hearing:
        hearing.begin(_ignore)
        for window in _windows("question"):
            hearing.feed(window)
        await hearing.caught_up()
        hearing.reset()
        assert await _hear(hearing, "barge_in") == "wait a minute"


async def test_a_process_that_died_costs_one_utterance(caplog: pytest.LogCaptureFixture) -> None:
    async with _recognising() as hearing:
        hearing.begin(_ignore)
        hearing.feed(_windows("question")[0])
        died = await _pid(hearing)
        os.kill(died, signal.SIGKILL)
        hearing.feed(_windows("question")[1])
        with pytest.raises(RecognitionFailed, match=SILENT):
            await asyncio.wait_for(hearing.finish(), LIMIT)
        assert await _hear(hearing, "barge_in") == "wait a minute"
        assert hearing.pid != died
    assert f"an utterance is lost: {SILENT}" in caplog.text


async def test_a_process_that_is_stuck_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _recognising() as hearing:
        hearing.begin(_ignore)
        stuck = await _pid(hearing)
        os.kill(stuck, signal.SIGSTOP)
        monkeypatch.setattr(recogniser, "TIME_LIMIT", 0.2)
        with pytest.raises(RecognitionFailed, match=SILENT):
            await asyncio.wait_for(hearing.finish(), LIMIT)
        monkeypatch.undo()
        assert await _hear(hearing, "barge_in") == "wait a minute"
        with pytest.raises(ProcessLookupError):
            os.kill(stuck, 0)


async def test_a_process_that_is_slow_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "slow_process.py"
    script.write_text(SLOW)
    monkeypatch.setattr(recogniser, "_SCRIPT", script)
    monkeypatch.setattr(recogniser, "TIME_LIMIT", 0.5)
    async with _recognising() as hearing:
        hearing.begin(_ignore)
        assert await asyncio.wait_for(hearing.finish(), LIMIT) == "at last"


async def test_a_process_that_works_for_ever_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "busy_process.py"
    script.write_text("print(flush=True)\nwhile True: pass\n")
    monkeypatch.setattr(recogniser, "_SCRIPT", script)
    async with _recognising() as hearing:
        hearing.begin(_ignore)
        monkeypatch.setattr(recogniser, "TIME_LIMIT", 0.2)
        with pytest.raises(RecognitionFailed, match=SILENT):
            await asyncio.wait_for(hearing.finish(), LIMIT)


async def test_without_pocketsphinx_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "pocketsphinx_process.py"
    (tmp_path / "pocketsphinx.py").write_text("raise ImportError('there is no pocketsphinx')")
    script.write_text(recogniser._SCRIPT.read_text())
    monkeypatch.setattr(recogniser, "_SCRIPT", script)
    async with _recognising() as hearing:
        with pytest.raises(RecognitionFailed, match="here: there is no pocketsphinx"):
            await _hear(hearing, "barge_in")


@pytest.mark.parametrize("answer", [r"b'\xff\xfe\n'", "b'a' * 70_000"])
async def test_nonsense_is_no_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    script = tmp_path / "nonsense_process.py"
    script.write_text(
        "import sys\n"
        "print(flush=True)\n"
        f"sys.stdin.buffer.read(5); sys.stdout.buffer.write({answer}); sys.stdout.flush()\n"
        "sys.stdin.read()\n"
    )
    monkeypatch.setattr(recogniser, "_SCRIPT", script)
    async with _recognising() as hearing:
        for _ in range(2):  # whatever happened to the first
            hearing.begin(_ignore)
            with pytest.raises(RecognitionFailed, match="nonsense"):
                await asyncio.wait_for(hearing.finish(), LIMIT)


async def test_who_stumbles_over_an_interim_text_still_gets_the_whole() -> None:
    def stumble(_text: str) -> None:
        raise RuntimeError("an interim text is too much for me")

    async with _recognising() as hearing:
        hearing.begin(stumble)
        for window in _windows("barge_in"):
            hearing.feed(window)
        assert await asyncio.wait_for(hearing.finish(), LIMIT) == "wait a minute"


async def test_those_kept_ready_are_lent_and_the_others_end() -> None:
    pool = Recognisers(1)
    pool.prepare()
    first, second = pool.lend(), pool.lend()
    assert await _hear(first, "barge_in") == await _hear(second, "barge_in") == "wait a minute"
    pool.take_back(first)
    pool.take_back(second)
    assert pool.lend() is first
    pool.take_back(first)
    await pool.close()
    assert (first.pid, second.pid, pool.lent) == (None, None, 0)


async def test_those_without_a_processor_stand_back_and_are_not_lent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    pool = Recognisers(2)
    pool.prepare()
    lent = [pool.lend(), pool.lend()]
    for hearing in lent:
        hearing.begin(_ignore)
    pids = [await _pid(hearing) for hearing in lent]
    assert [os.getpriority(os.PRIO_PROCESS, pid) - usual for pid in pids] == [0, 5]
    pool.take_back(lent[1])
    following = pool.lend()
    assert following is not lent[1]
    for hearing in (lent[0], following):
        pool.take_back(hearing)
    await pool.close()
    assert [hearing.pid for hearing in (*lent, following)] == [None] * 3


async def test_a_call_outlives_its_recogniser() -> None:
    async with call_to(quiet()) as (server, caller):
        (session,) = server.calls.live
        await measured(caller, 2)
        caller.microphone.speak(spoken("question"))
        await caller.event("user.speaking")
        assert session._recogniser
        assert session._recogniser.pid
        os.kill(session._recogniser.pid, signal.SIGKILL)
        assert (await caller.event("llm.error"))["error"] == SILENT
        assert (await caller.event("user.message"))["text"] == ""
        caller.microphone.speak(spoken("barge_in"))
        assert (await caller.event("user.message", 2))["text"] == "wait a minute"
        assert (await caller.event("bot.finished"))["text"] == "Okay."
