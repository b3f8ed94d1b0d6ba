"""Everything that can go wrong, as one tree (2-sessions, 2.1).

    SessionError
    ├── TokenError                 no token could be had: the provider or the server refused
    │   └── TokenServerMissing     a token came without a server, and none is configured
    ├── MicrophoneError            the microphone can't be used
    │   ├── MicrophoneRefused      the person, or a policy, said no
    │   ├── MicrophoneMissing      there is none
    │   ├── MicrophoneBusy         another program holds it
    │   ├── InsecurePage           the page is not served over https (or localhost)
    │   └── RecorderBlocked        the page's policy keeps the recorder of a dictation out
    ├── OfferRefused               the server answered the WebRTC offer with an error
    ├── IceFailed                  no network path to the server was found, or it was lost
    ├── ConnectionLost             the socket or channel closed and was not to be had again
    ├── TimedOut                   a step took too long; `step` names it
    ├── ServerError                the server reported an error for the session or the turn
    ├── ProtocolError              the server said something that is not in the protocol
    └── SessionDestroyed           a method was called after destroy()

Each class has a stable `code`. The message is written for the person at the screen and says
what to do where something can be done. Data are attributes. No message, attribute or repr
ever holds a token.
"""

from typing import ClassVar, Literal

from web_client.spelling import camel_fields

Step = Literal[
    "token",
    "microphone",
    "ice-servers",
    "offer",
    "ice",
    "socket",
    "chat.connected",
    "recording",
    "ready",
]


class SessionError(Exception):
    """The base of every error a session raises or shows."""

    code: ClassVar[str] = "session_error"


class TokenError(SessionError):
    """No token could be had.

    `status` is the HTTP status where there was an answer, else None; `detail` is the
    server's own text, shortened to 500 characters.
    """

    code = "token_refused"

    def __init__(self, message: str, *, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail[:500]


class TokenServerMissing(TokenError):
    """The token came without a `server`, and the session has none configured."""

    code = "token_without_server"


class MicrophoneError(SessionError):
    """The microphone can't be used."""

    code = "microphone_failed"


class MicrophoneRefused(MicrophoneError):
    """The person, or a permissions policy, refused the microphone."""

    code = "microphone_refused"


class MicrophoneMissing(MicrophoneError):
    """No microphone is connected, or the chosen one is gone."""

    code = "microphone_missing"


class MicrophoneBusy(MicrophoneError):
    """Another program holds the microphone, or the system can't start it."""

    code = "microphone_busy"


class InsecurePage(MicrophoneError):
    """Browsers give a microphone only to pages served over https, or from localhost."""

    code = "insecure_page"


class RecorderBlocked(MicrophoneError):
    """The page's Content-Security-Policy keeps the recorder of a dictation out: `script-src` must
    name `origin`, where it lies. A nonce on the script doesn't reach it."""

    code = "recorder_blocked"

    def __init__(self, message: str, *, origin: str) -> None:
        super().__init__(message)
        self.origin = origin


class OfferRefused(SessionError):
    """The server answered the WebRTC offer with an error (1-protocol, 1.3).

    `status` is the HTTP status; `detail` the server's own text, shortened to 500 characters.
    """

    code = "offer_refused"

    def __init__(self, message: str, *, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail[:500]


class IceFailed(SessionError):
    """No network path to the voice server was found, or it was lost."""

    code = "ice_failed"


class ConnectionLost(SessionError):
    """The connection closed and was not to be had again.

    `close_code` is the WebSocket close code (1000 to 4999) where there was one; `detail` the
    reason that came with it.
    """

    code = "connection_lost"

    def __init__(self, message: str, *, close_code: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.close_code = close_code
        self.detail = detail


camel_fields(ConnectionLost, ["close_code"])


class TimedOut(SessionError):
    """A step of connecting took longer than its timeout; `step` names it."""

    code = "timed_out"

    def __init__(self, step: Step, seconds: float, message: str) -> None:
        super().__init__(message)
        self.step = step
        self.seconds = seconds


class ServerError(SessionError):
    """The server reported an error (`error`, `chat.error`, `llm.error`)."""

    code = "server_error"


class ProtocolError(SessionError):
    """The server said something that the protocol does not have (1-protocol)."""

    code = "protocol_error"


class SessionDestroyed(SessionError):
    """A method was called after `destroy()`."""

    code = "destroyed"
