"""The call modal at work: opening, closing, steps, typing, the waveform (3-elements)."""

import re

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from web_client import MicrophoneRefused
from web_client.elements.modal.element import ModalElement
from web_client.elements.modal.wave import WIDTH, Wave
from web_client.testing import FakePorts

TOO_LONG = "a" * 65_536


@pytest.fixture
def modal(host: FakeHost, ports: FakePorts) -> ModalElement:
    modal = ModalElement(host, ports)
    modal.attribute("agent", "mara")
    modal.attribute("name", "Mara")
    return modal


async def in_call(modal: ModalElement, host: FakeHost) -> None:
    modal.act("open", "")
    modal.act("talk", "")
    await settled()
    host.paint()


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.peer.made[-1].receive({"event": event, **members})


def doors(host: FakeHost) -> list[str]:
    return [name.removeprefix("pinecall:") for name, _ in host.events if "status" not in name]


async def test_opening_by_hand_calls_nobody(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.act("open", "")
    await settled()
    assert (host.dialog, host.attributes, host.focused) == (True, {"open"}, "call")
    assert "resting" in host.look
    assert host.regions["talk"] == "Talk to Mara"
    assert ports.open == []
    modal.act("escape", "")
    assert (host.dialog, host.attributes, host.focused) == (False, set(), "launcher")
    assert doors(host) == ["open", "close"]


def test_moved_on_the_page_it_is_above_it_again(modal: ModalElement, host: FakeHost) -> None:
    modal.moved()
    assert host.focused == ""
    modal.act("open", "")
    host.dialog, host.focused = False, ""  # as the browser leaves it
    modal.moved()
    assert (host.dialog, host.focused) == (True, "call")
    assert doors(host) == ["open"]


@pytest.mark.parametrize("way", ["hand", "method"])
async def test_with_auto_call_opening_by_hand_or_method_calls(
    modal: ModalElement, host: FakeHost, way: str
) -> None:
    modal.attribute("auto-call", "")
    if way == "hand":
        modal.act("open", "")
    else:
        modal.invoke("open")
    await settled()
    assert modal.state.status == "connected"
    assert host.dialog
    modal.unmount()


async def test_an_attribute_opens_and_asks_for_no_microphone(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.attribute("auto-call", "")
    modal.attribute("open", "")
    await settled()
    assert host.dialog
    assert (modal.state.status, ports.media.microphones) == ("idle", [])
    modal.attribute("open", None)
    assert not host.dialog


async def test_to_connect_opens_it(modal: ModalElement, host: FakeHost) -> None:
    await modal._connect()
    assert host.dialog
    assert modal.state.status == "connected"
    modal.unmount()


@pytest.mark.parametrize("close", ["close", "escape", "method", "attribute", "unmount"])
async def test_who_closes_it_hangs_up(
    modal: ModalElement, host: FakeHost, ports: FakePorts, close: str
) -> None:
    await in_call(modal, host)
    if close == "method":
        modal.invoke("close")
    elif close == "attribute":
        modal.attribute("open", None)
    elif close == "unmount":
        modal.unmount()
    else:
        modal.act(close, "")
    host.paint()
    assert ports.open == []
    assert not host.dialog
    assert host.frames == []


async def test_a_press_beside_the_card_closes_it_but_no_call(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(modal, host)
    modal.act("beside", "")
    assert modal.state.status == "connected"
    assert "close" not in doors(host)
    modal.act("talk", "")
    modal.act("beside", "")
    assert not host.dialog
    assert ports.open == []


async def test_closing_while_it_rings_lets_nobody_through(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.act("open", "")
    modal.act("talk", "")
    modal.act("escape", "")
    await settled()
    assert modal.state.status == "idle"
    assert ports.open == []


async def test_the_steps_follow_the_call(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.act("open", "")
    modal.act("talk", "")
    steps = [step_shown(host)]
    await settled()
    steps.append(step_shown(host))
    says(ports, "user.message", text="Are you open?")
    steps.append(step_shown(host))
    says(ports, "bot.speaking", message_id="m", text="Yes.")
    says(ports, "bot.word", message_id="m", word="Yes.", word_index=0)
    steps.append(step_shown(host))
    says(ports, "bot.finished", message_id="m")
    steps.append(step_shown(host))
    modal.act("talk", "")
    steps.append(step_shown(host))
    assert steps == ["Ring", "Listen", "Think", "Speak", "Listen", ""]
    modal.unmount()


def step_shown(host: FakeHost) -> str:
    host.paint()
    found = re.findall(r'aria-current="step">([^<]+)', host.regions["steps"])
    return "".join(found)


async def test_the_speaker_stands_with_the_words(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(modal, host)
    says(ports, "user.speaking", text="are you")
    host.paint()
    assert 'class="speaker user" dir="auto">You' in host.regions["words"]
    assert "are you" in host.regions["words"]
    says(ports, "user.message", text="Are you open?")
    host.paint()
    assert "You: Are you open?" in host.regions["said"]
    modal.unmount()


async def test_writing_in_a_call(modal: ModalElement, host: FakeHost, ports: FakePorts) -> None:
    assert modal.submit("too early") is False  # nobody would hear it: it stays in the field
    await in_call(modal, host)
    modal.act("transcript", "")
    host.paint()
    assert "reads" in host.look
    assert modal.submit(" ") is False
    assert modal.submit("Are you open?") is True
    assert "Are you open?" in ports.peer.made[-1].sent[-1]
    assert host.followed == 1
    modal.act("transcript", "")
    host.paint()
    assert "reads" not in host.look
    modal.unmount()


async def test_what_is_too_long_for_a_call_stays_in_the_field_and_is_told(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(modal, host)
    for text, told in ((TOO_LONG, True), (TOO_LONG, True), ("Are you open?", False)):
        assert modal.submit(text) is not told
        host.paint()
        assert ("That is too long for a call." in host.regions["alert"]) is told
    modal.submit(TOO_LONG)
    modal.act("talk", "")
    modal.act("talk", "")
    await settled()
    host.paint()
    assert host.regions["alert"] == ""
    modal.unmount()


@pytest.mark.parametrize("goes", ["changed", "hung up"])
async def test_that_a_text_is_too_long_is_told_until_it_is_changed_or_the_call_is_over(
    modal: ModalElement, host: FakeHost, goes: str
) -> None:
    await in_call(modal, host)
    modal.submit(TOO_LONG)
    host.paint()
    assert host.regions["alert"] != ""
    if goes == "changed":
        modal.typed()
    else:
        modal.act("talk", "")
    host.paint()
    assert host.regions["alert"] == ""
    modal.unmount()


async def test_what_was_written_and_never_said_stands_in_the_field_again(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    for written in ("A table", "for two"):
        ports.gate.hold_at = len(ports.gate.passed)
        modal.act("open", "")
        modal.act("talk", "")
        assert modal.submit(written)
        host.field = "and half a"
        modal.act("escape", "")
        assert host.field == f"{written} and half a"
        ports.gate.release()
        await settled()
    await in_call(modal, host)
    assert not any("inject_text" in frame for frame in ports.peer.made[-1].sent)
    modal.unmount()


async def test_the_card_of_a_tool_opens_the_transcript(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.assign("tools", {"slots": "<button {{ respond(result) }}>{{ result }}</button>"})
    await in_call(modal, host)
    says(ports, "llm.tool_call", tool_calls=[{"id": "c", "name": "slots", "arguments": {}}])
    says(ports, "llm.tool_result", tool_call_id="c", name="slots", result="nine")
    host.paint()
    host.paint()
    assert "reads" in host.look
    assert ">nine</button>" in host.rows[1]
    modal.unmount()


async def test_sound_that_is_blocked_has_a_button_of_its_own(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.autoplay_refused = True
    await in_call(modal, host)
    assert 'data-act="hear"' in host.regions["words"]
    assert host.regions["talk"] == "Hang up on Mara"
    ports.media.autoplay_refused = False
    modal.act("hear", "")
    await settled()
    host.paint()
    assert (modal.state.status, modal.state.audio_blocked) == ("connected", False)
    assert "data-act" not in host.regions["words"]
    ports.media.autoplay_refused = True
    modal.act("talk", "")
    assert ports.open == []


async def test_push_to_talk_has_a_button_for_a_thumb(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.attribute("push-to-talk", "")
    await in_call(modal, host)
    assert "data-hold" in host.regions["mute"]
    assert "Hold to talk" in host.regions["words"]
    assert not ports.media.microphones[-1].enabled
    modal.unmount()


async def test_an_error_stays_in_the_dialog_and_can_be_tried_again(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = MicrophoneRefused("Allow the microphone in the address bar.")
    await in_call(modal, host)
    assert "Allow the microphone" in host.regions["words"]
    assert host.regions["talk"] == "Try again to talk to Mara"
    ports.media.refusal = None
    modal.act("talk", "")
    await settled()
    assert modal.state.status == "connected"
    modal.unmount()


async def test_an_error_is_said_in_the_person_s_language_and_told_the_page_as_it_was(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = refused = MicrophoneRefused("Allow the microphone.")
    modal.attribute("language", "de")
    await in_call(modal, host)
    assert "Das Mikrofon ist gesperrt." in host.regions["words"]
    assert ("pinecall:error", {"message": str(refused), "code": refused.code}) in host.events
    modal.assign("labels", {"errorMicrophoneRefused": "{name} hört nichts."})
    host.paint()
    assert "Mara hört nichts." in host.regions["words"]
    modal.unmount()


async def test_settings_that_make_no_call_are_shown(host: FakeHost, ports: FakePorts) -> None:
    modal = ModalElement(host, ports)
    modal.attribute("auto-call", "")
    modal.act("open", "")
    host.paint()
    assert "&#39;agent&#39;" in host.regions["words"]
    assert host.dialog
    modal.unmount()


async def test_the_wave_is_drawn_from_what_is_heard_and_only_then(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    modal.attribute("visual", "wave")
    await in_call(modal, host)
    assert [len(bars(host.paths[side])) for side in ("input", "output")] == [1, 1]
    modal.act("mute", "")
    for _ in range(30):
        ports.clock.advance(0.06)
        host.paint()
    assert host.paths["input"] == ""
    assert len(bars(host.paths["output"])) > 30
    before = host.draws
    host.paint()
    assert host.draws == before  # nothing sounds otherwise than before
    modal.act("talk", "")
    host.paint()
    assert host.paths == {"input": "", "output": ""}
    host.paint()
    assert host.frames == []


async def test_nothing_moves_for_who_wants_that(
    modal: ModalElement, host: FakeHost, ports: FakePorts
) -> None:
    host.calm = True
    modal.attribute("visual", "wave")
    await in_call(modal, host)
    host.paint()
    assert host.paths == {}
    assert "--level" not in host.properties
    assert host.frames == []
    modal.unmount()


def bars(path: str) -> list[tuple[float, float]]:
    """Where each bar stands, and how long it is; from left to right."""
    found = re.findall(r"M([\d.]+) [\d.]+v([\d.]+)", path)
    return sorted((float(x), float(length)) for x, length in found)


def test_a_sound_runs_from_the_middle_to_both_ends_and_fades() -> None:
    wave = Wave()
    assert wave.hear(0.0, 0.0) == ""
    assert [x for x, _ in bars(wave.hear(0.3, 0.01))] == [WIDTH / 2]
    seen = [bars(wave.hear(0.0, 0.06 + step / 20)) for step in range(30)]
    assert [len(each) for each in seen[:3]] == [2, 2, 2]
    for left, right in seen[:3]:
        assert left[0] + right[0] == pytest.approx(WIDTH)
        assert left[1] == right[1]
    outwards = [each[-1] for each in seen if each]
    assert outwards == sorted(outwards, key=lambda bar: (bar[0], -bar[1]))
    assert seen[-1] == []


def test_a_hidden_page_doesn_t_catch_up() -> None:
    wave = Wave()
    wave.hear(0.3, 0.0)
    assert len(bars(wave.hear(0.3, 3600.0))) <= 2 * 20 + 1


def test_louder_is_taller_and_never_too_tall() -> None:
    lengths = [bars(Wave().hear(level, 0.0))[0][1] for level in (0.01, 0.1, 0.4, 1.0, 7.0)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == lengths[-2]
