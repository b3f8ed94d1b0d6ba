"""The state (2-sessions): pure tables from events to snapshots and effects, and their store."""

from web_client.state.chat import (
    CHAT,
)
from web_client.state.chat_state import (
    ChatCore,
    ChatMessage,
    ChatState,
    Role,
    SendStatus,
    Status,
    chat_core,
)
from web_client.state.conversation import (
    conversation,
)
from web_client.state.dictation import (
    DICTATION,
)
from web_client.state.dictation_state import (
    DictationCore,
    DictationState,
    DictationStatus,
    dictation_core,
)
from web_client.state.effects import (
    Effect,
    EndRecording,
    EndSession,
    ErrorRaised,
    Hush,
    MessageChanged,
    Send,
    SendRecording,
    StartTimer,
    StopTimer,
)
from web_client.state.local import (
    AudioBlocked,
    CancelRequested,
    ConfigureRequested,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    EndReason,
    LocalEvent,
    MuteSet,
    PeerConnected,
    ReconnectStarted,
    RecordingEnded,
    RecordingStarted,
    RetryRequested,
    StopRequested,
    TimerFired,
    TimerName,
    ToolDismissed,
    UserSent,
)
from web_client.state.messages import (
    Messages,
)
from web_client.state.store import (
    Store,
)
from web_client.state.table import (
    Effects,
    Table,
    step,
)
from web_client.state.voice import (
    VOICE,
)
from web_client.state.voice_state import (
    PENDING,
    Pending,
    Phase,
    ToolCall,
    VoiceCore,
    VoiceMessage,
    VoiceState,
    voice_core,
)

__all__ = [
    "CHAT",
    "DICTATION",
    "PENDING",
    "VOICE",
    "AudioBlocked",
    "CancelRequested",
    "ChatCore",
    "ChatMessage",
    "ChatState",
    "ConfigureRequested",
    "ConnectRequested",
    "ConnectionFailed",
    "ContextSet",
    "DestroyRequested",
    "DictationCore",
    "DictationState",
    "DictationStatus",
    "DisconnectRequested",
    "Effect",
    "Effects",
    "EndReason",
    "EndRecording",
    "EndSession",
    "ErrorRaised",
    "Hush",
    "LocalEvent",
    "MessageChanged",
    "Messages",
    "MuteSet",
    "PeerConnected",
    "Pending",
    "Phase",
    "ReconnectStarted",
    "RecordingEnded",
    "RecordingStarted",
    "RetryRequested",
    "Role",
    "Send",
    "SendRecording",
    "SendStatus",
    "StartTimer",
    "Status",
    "StopRequested",
    "StopTimer",
    "Store",
    "Table",
    "TimerFired",
    "TimerName",
    "ToolCall",
    "ToolDismissed",
    "UserSent",
    "VoiceCore",
    "VoiceMessage",
    "VoiceState",
    "chat_core",
    "conversation",
    "dictation_core",
    "step",
    "voice_core",
]
