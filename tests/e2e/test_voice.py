"""A call by voice, from the microphone to the loudspeaker."""

from itertools import pairwise
from math import inf
from types import SimpleNamespace

from playwright.sync_api import Page, expect

from tests.conftest import Launch
from tests.e2e.conftest import NewPage
from tests.e2e.person import (
    AUDIO,
    NOTHING,
    SILENCE_BEFORE,
    SILENT,
    behind,
    call,
    connected,
    history,
    loudness,
    messages,
    sign_in,
    speak,
    until,
    write,
)

GREETING = "Hello, this is Mara."
QUESTION = "what are the opening hours on friday"
ANSWER = "On Friday we are open from nine to six."

BARGE_IN_BEGINS = 420
"""Milliseconds until the first sound in barge_in.wav."""

LATE = 1000
SILENCED = 500
"""Milliseconds that a word may be from its sound on a busy machine, and that she may talk on."""


def test_a_spoken_question_is_answered_in_speech(
    launch: Launch, config: SimpleNamespace, new_page: NewPage
) -> None:
    page = new_page(launch(microphone=AUDIO / "question.wav"))
    page.goto("voice.html")
    page.evaluate("witness.follow('.message')")
    if config.BROWSER == "firefox":  # whose own microphone plays no file
        page.evaluate("witness.microphone()")
    sign_in(page)
    call(page)
    connected(page)
    if config.BROWSER == "firefox":
        speak(page, "question")

    expect(messages(page, "user")).to_have_text(QUESTION)
    expect(messages(page, "system")).to_have_text("✓ get_opening_hours")
    answer = page.locator(".message[data-role=bot]:not([data-speaking]) > p").last
    expect(answer).to_have_text(ANSWER)

    _heard_bit_by_bit(page)
    _spoken_word_by_word(page)


def _heard_bit_by_bit(page: Page) -> None:
    """Interim transcripts came first, in the bubble that then held the final one."""
    heard = history(page, "user")
    assert len({entry["id"] for entry in heard}) == 1
    assert "interim" in heard[0]
    assert "interim" not in heard[-1]


def _spoken_word_by_word(page: Page) -> None:
    """Each word appeared while it was heard: not before the sound, and not all at once."""
    bubble = history(page, "bot")[-1]["id"]
    shown = [entry for entry in history(page, "bot") if entry["id"] == bubble]
    counts = [len(entry["text"].split()) for entry in shown]
    assert counts == sorted(counts)
    first = shown[0]["time"]
    last = next(entry["time"] for entry in shown if entry["text"] == ANSWER)
    sounding = [time for time, rms in loudness(page) if rms > SILENT and first - LATE < time]
    began, ended = sounding[0], sounding[-1]
    late = LATE + behind(page)
    assert -LATE < began - first < late
    assert 0 < ended - last < LATE + late
    assert last - first > (ended - began) / 2


def test_barging_in_silences_the_agent(voice_page: Page) -> None:
    page = _in_call(voice_page)
    speak(page, "long_answer", SILENCE_BEFORE)
    until(page, "document.querySelectorAll('[data-speaking]').length === 1")
    until(page, "document.querySelector('[data-speaking]').textContent.split(' ').length > 8")

    spoke_at = speak(page, "barge_in") + BARGE_IN_BEGINS
    interrupted = page.locator(".message[data-interrupted]")
    expect(interrupted).to_contain_text("Our salon began with one chair")
    expect(interrupted).not_to_contain_text("I can find you a free hour this week")
    expect(messages(page, "bot").last).to_have_text("Okay.")
    until(page, "!document.querySelector('[data-speaking]')")

    sounding = [time for time, rms in loudness(page) if rms > SILENT]
    gaps = pairwise([*sounding, inf])  # "Okay." may still be on its way
    silences = [(before, after) for before, after in gaps if after - before > 200]
    stopped = next(before for before, after in silences if after > spoke_at)
    assert 0 < stopped - spoke_at <= SILENCED + behind(page)


def test_a_muted_user_is_not_heard(voice_page: Page) -> None:
    page = _in_call(voice_page)
    page.get_by_role("button", name="Mute").click()
    expect(page.locator("[data-region=phase]")).to_have_text("You are muted")
    speak(page, "page", SILENCE_BEFORE)
    page.get_by_role("button", name="Unmute").click()
    speak(page, "question", SILENCE_BEFORE)
    expect(messages(page, "bot").last).to_have_text(ANSWER)
    expect(messages(page, "user")).to_have_text([QUESTION])


def test_what_is_written_in_a_call_is_answered_in_speech(voice_page: Page) -> None:
    page = _in_call(voice_page)
    write(page, "who am I")
    expect(messages(page, "user")).to_have_text("who am I")
    expect(messages(page, "bot").last).to_contain_text("You are Ada")


def test_hanging_up_leaves_nothing_open(voice_page: Page) -> None:
    page = _in_call(voice_page)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("[data-region=phase]")).to_have_text("You hung up")
    assert page.evaluate("witness.open()") == NOTHING


def _in_call(page: Page) -> Page:
    """With a microphone into which the test speaks, and the greeting is over."""
    page.evaluate("witness.microphone()")
    page.evaluate("witness.follow('.message')")
    sign_in(page)
    call(page)
    connected(page)
    expect(messages(page, "bot")).to_have_text(GREETING)
    until(page, "!document.querySelector('[data-speaking]')")
    return page
