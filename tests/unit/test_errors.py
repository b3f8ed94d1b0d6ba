"""The tree of errors (2-sessions, 2.1)."""

import inspect

import pytest

from web_client import errors
from web_client.errors import (
    ConnectionLost,
    MicrophoneBusy,
    MicrophoneError,
    OfferRefused,
    SessionError,
    TimedOut,
    TokenError,
    TokenServerMissing,
)

TREE = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, SessionError)
]


def test_each_has_a_code_of_its_own() -> None:
    codes = [error.code for error in TREE]
    assert len(set(codes)) == len(codes)


def test_each_stands_in_the_picture() -> None:
    picture = inspect.getdoc(errors) or ""
    assert [error.__name__ for error in TREE if error.__name__ not in picture] == []


def test_the_branches() -> None:
    assert issubclass(TokenServerMissing, TokenError)
    assert issubclass(MicrophoneBusy, MicrophoneError)


@pytest.mark.parametrize("kind", [TokenError, OfferRefused])
def test_the_servers_words_are_kept_and_shortened(kind: type[TokenError | OfferRefused]) -> None:
    error = kind("No entry.", status=403, detail="x" * 900)
    assert (str(error), error.status, error.detail) == ("No entry.", 403, "x" * 500)


def test_data_are_attributes() -> None:
    late = TimedOut("offer", 10.0, "The server was too slow.")
    assert (str(late), late.step, late.seconds) == ("The server was too slow.", "offer", 10.0)
    lost = ConnectionLost("Gone.", close_code=1006, detail="abnormal")
    assert (str(lost), lost.close_code, lost.detail) == ("Gone.", 1006, "abnormal")
