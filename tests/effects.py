"""Which effects each kind of session knows: what its table gives, and what it carries out."""

from web_client.state import (
    EndRecording,
    EndSession,
    ErrorRaised,
    Hush,
    MessageChanged,
    Renew,
    Send,
    SendRecording,
    SetMicrophone,
    StartTimer,
    StopTimer,
)

_EVERY = frozenset({Send, StartTimer, StopTimer, ErrorRaised, EndSession})

OF_A_CHAT = _EVERY | {MessageChanged, Renew}
OF_A_CALL = _EVERY | {MessageChanged, Hush, SetMicrophone}
OF_A_DICTATION = _EVERY | {SendRecording, EndRecording}
