"""What the server says on the DataChannel (1-protocol, 1.3), in the order of the document.

`event` is the protocol's own name; the dialects are gone before a model is made (decode.py).
A `message_id` is None where the server names none: then it is the reply that is under way.
"""

from typing import Annotated, Literal

from pydantic import Field

from web_client.protocol.wire import ErrorText, ToolCalls, ToolResults, Unusable, Wire


class SpeechStarted(Wire):
    """The user's voice is heard."""

    event: Literal["speech.started"] = "speech.started"


class SpeechEnded(Wire):
    """The user's voice is no longer heard."""

    event: Literal["speech.ended"] = "speech.ended"


class UserSpeaking(Wire):
    """An interim transcript; the text may still change."""

    event: Literal["user.speaking"] = "user.speaking"
    text: str


class UserMessage(Wire):
    """A final transcript; some recognisers send several in one turn."""

    event: Literal["user.message"] = "user.message"
    text: str = ""


class TurnPause(Wire):
    """A short silence: the turn may go on."""

    event: Literal["turn.pause"] = "turn.pause"


class TurnResumed(Wire):
    """The user went on speaking."""

    event: Literal["turn.resumed"] = "turn.resumed"


class TurnEnd(Wire):
    """The user's turn is over."""

    event: Literal["turn.end"] = "turn.end"


class BotSpeaking(Wire):
    """Speech synthesis begins; `text` is what it intends to say."""

    event: Literal["bot.speaking"] = "bot.speaking"
    message_id: str | None = None
    text: str = ""


class BotWord(Wire):
    """One word, as it is heard; `word_index` may be missing, and any whole number."""

    event: Literal["bot.word"] = "bot.word"
    message_id: str | None = None
    word: str
    word_index: int | None = None


class BotFinished(Wire):
    """The reply ended normally; `text` is its polished form."""

    event: Literal["bot.finished"] = "bot.finished"
    message_id: str | None = None
    text: str = ""


class BotInterrupted(Wire):
    """The user barged in."""

    event: Literal["bot.interrupted"] = "bot.interrupted"
    message_id: str | None = None


class AudioMetrics(Wire):
    """Levels of one side, every 100 to 250 ms; `energy_db` in dB, the others 0 to 1."""

    event: Literal["audio.metrics"] = "audio.metrics"
    source: Literal["user", "bot"]
    energy_db: float | None = None
    rms: float | None = None
    peak: float | None = None
    is_speech: bool | None = None
    vad_prob: float | None = None


class LlmThinking(Wire):
    """The model started."""

    event: Literal["llm.thinking"] = "llm.thinking"


class LlmResponse(Wire):
    """The model finished."""

    event: Literal["llm.response"] = "llm.response"
    text: str | None = None
    finish_reason: str | None = None


class LlmError(Wire):
    """The model failed; the call goes on."""

    event: Literal["llm.error"] = "llm.error"
    error: ErrorText = ""


class LlmToolCall(ToolCalls):
    """The agent is calling tools."""

    event: Literal["llm.tool_call"] = "llm.tool_call"
    msg_id: str | None = None
    call_id: str | None = None


class LlmToolResult(ToolResults):
    """Tools have answered."""

    event: Literal["llm.tool_result"] = "llm.tool_result"


class SessionIdleWarning(Wire):
    """The call ends in `remaining_seconds` (≥ 0) unless the user speaks."""

    event: Literal["session.idle_warning"] = "session.idle_warning"
    remaining_seconds: float = Field(ge=0, allow_inf_nan=False)


class SessionTimeout(Wire):
    """The client disconnects at once; `reason` is `idle_timeout` or `max_duration`."""

    event: Literal["session.timeout"] = "session.timeout"
    reason: str = ""


_Said = (
    SpeechStarted
    | SpeechEnded
    | UserSpeaking
    | UserMessage
    | TurnPause
    | TurnResumed
    | TurnEnd
    | BotSpeaking
    | BotWord
    | BotFinished
    | BotInterrupted
    | AudioMetrics
    | LlmThinking
    | LlmResponse
    | LlmError
    | LlmToolCall
    | LlmToolResult
    | SessionIdleWarning
    | SessionTimeout
)
VoiceWire = Annotated[_Said, Field(discriminator="event")]
VoiceEvent = _Said | Unusable
