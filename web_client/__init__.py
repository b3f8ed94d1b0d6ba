"""Voice and chat agents in the browser, in Python.

    from web_client import ChatSession

    session = ChatSession(agent="florencia", token_provider=fetch_token)
    session.on("message", lambda event: print(event.message.role, event.message.text))
    await session.connect()
    session.send("Have you a table for two?")

`VoiceSession` is the same for calls, `DictationSession` for speech that is to be written down,
and `bind(session, render)` keeps a page as the session's state says. Every public option, method
and state field also answers to its camelCase name. Fakes for the tests of a page are in
`web_client.testing`.
"""

from web_client.elements.binding import Binding, bind
from web_client.errors import (
    ConnectionLost,
    IceFailed,
    InsecurePage,
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
    OfferRefused,
    ProtocolError,
    RecorderBlocked,
    ServerError,
    SessionDestroyed,
    SessionError,
    TimedOut,
    TokenError,
    TokenServerMissing,
)
from web_client.options import (
    DEFAULT_SERVER,
    AudioOptions,
    ChatOptions,
    DictationOptions,
    Reconnect,
    SessionOptions,
    Timeouts,
    TokenProvider,
    VoiceOptions,
)
from web_client.protocol import AgentInfo, Channel
from web_client.sessions.chat import ChatSession
from web_client.sessions.dictation import DictationSession
from web_client.sessions.discovery import agent_info
from web_client.sessions.emitter import EventStream
from web_client.sessions.events import (
    ChangeEvent,
    DevicesEvent,
    ErrorEvent,
    MessageEvent,
    PhaseEvent,
    StatusEvent,
    TimingEvent,
)
from web_client.sessions.ports import Device, Ports
from web_client.sessions.voice import Levels, VoiceSession
from web_client.spelling import camel
from web_client.state import (
    PENDING,
    ChatMessage,
    ChatState,
    DictationState,
    DictationStatus,
    EndReason,
    Kept,
    Messages,
    Phase,
    Role,
    SendStatus,
    Status,
    ToolCall,
    Unsent,
    UnsentTexts,
    VoiceMessage,
    VoiceState,
    conversation,
)

globals()[camel("agent_info")] = agent_info

__all__ = [
    "DEFAULT_SERVER",
    "PENDING",
    "AgentInfo",
    "AudioOptions",
    "Binding",
    "ChangeEvent",
    "Channel",
    "ChatMessage",
    "ChatOptions",
    "ChatSession",
    "ChatState",
    "ConnectionLost",
    "Device",
    "DevicesEvent",
    "DictationOptions",
    "DictationSession",
    "DictationState",
    "DictationStatus",
    "EndReason",
    "ErrorEvent",
    "EventStream",
    "IceFailed",
    "InsecurePage",
    "Kept",
    "Levels",
    "MessageEvent",
    "Messages",
    "MicrophoneBusy",
    "MicrophoneError",
    "MicrophoneMissing",
    "MicrophoneRefused",
    "OfferRefused",
    "Phase",
    "PhaseEvent",
    "Ports",
    "ProtocolError",
    "Reconnect",
    "RecorderBlocked",
    "Role",
    "SendStatus",
    "ServerError",
    "SessionDestroyed",
    "SessionError",
    "SessionOptions",
    "Status",
    "StatusEvent",
    "TimedOut",
    "Timeouts",
    "TimingEvent",
    "TokenError",
    "TokenProvider",
    "TokenServerMissing",
    "ToolCall",
    "Unsent",
    "UnsentTexts",
    "VoiceMessage",
    "VoiceOptions",
    "VoiceSession",
    "VoiceState",
    "agent_info",
    "bind",
    "conversation",
]
