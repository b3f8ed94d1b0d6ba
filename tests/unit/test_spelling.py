"""One rule gives every public name its camelCase twin (2-sessions)."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_client.spelling import camel, camel_twins, snake, snake_keys

PAIRS = [
    ("set_context", "setContext"),
    ("get_state", "getState"),
    ("token_provider", "tokenProvider"),
    ("is_muted", "isMuted"),
    ("add_event_listener", "addEventListener"),
    ("state", "state"),
    ("_private", "_private"),
]


@pytest.mark.parametrize(("name", "twin"), PAIRS)
def test_both_ways(name: str, twin: str) -> None:
    assert camel(name) == twin
    assert snake(twin) == name


words = st.lists(st.from_regex(r"[a-z]{2,6}", fullmatch=True), min_size=1, max_size=4)


@given(words.map("_".join))
def test_there_and_back(name: str) -> None:
    assert snake(camel(name)) == name


class Base:
    def base_method(self) -> str:
        return "base"


@camel_twins
class Session(Base):
    def send_text(self) -> str:
        return "sent"

    @property
    def is_muted(self) -> bool:
        return True

    def _kept_private(self) -> None: ...

    def get_state(self) -> str:
        return "state"

    def getState(self) -> str:  # noqa: N802
        return "written by hand"


def test_members_of_every_kind() -> None:
    session: object = Session()
    assert vars(Session)["sendText"] is vars(Session)["send_text"]
    assert getattr(session, "sendText")() == "sent"  # noqa: B009
    assert getattr(session, "isMuted") is True  # noqa: B009
    assert getattr(session, "baseMethod")() == "base"  # noqa: B009
    assert not hasattr(session, "_keptPrivate")


def test_a_twin_written_by_hand_stays() -> None:
    assert Session().getState() == "written by hand"


@camel_twins
@dataclass(frozen=True, slots=True)
class Slotted:
    is_muted: bool = False


def test_slotted_fields() -> None:
    assert getattr(Slotted(True), "isMuted") is True  # noqa: B009


def test_options_in_either_spelling() -> None:
    given_options = {"agent": "m", "tokenProvider": 1, "start_muted": True}
    assert snake_keys(given_options) == {"agent": "m", "token_provider": 1, "start_muted": True}


def test_one_option_in_both_spellings() -> None:
    with pytest.raises(TypeError, match="token_provider is given twice"):
        snake_keys({"tokenProvider": 1, "token_provider": 1})
