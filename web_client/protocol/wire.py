"""What every model of the wire shares, and the shapes that several messages carry (1-protocol).

Models are frozen. Members that the protocol does not name are ignored, a number where an id is
expected is read as its digits, and no error ever quotes the input: it might hold a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    OnErrorOmit,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import from_json

from web_client.spelling import camel, camel_fields


def _either_spelling(name: str) -> str | AliasChoices:
    """What a member may be called on the wire."""
    return name if camel(name) == name else AliasChoices(name, camel(name))


class Wire(BaseModel):
    """A message, or a part of one, as it stands on the wire."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        alias_generator=AliasGenerator(validation_alias=_either_spelling),
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Listeners read events in either spelling (2-sessions)."""
        super().__pydantic_init_subclass__(**kwargs)
        camel_fields(cls, cls.model_fields)


def without_nulls(members: Mapping[str, Any]) -> dict[str, Any]:
    """A member that is null is missing, but for `result`, where null is a value."""
    return {key: value for key, value in members.items() if value is not None or key == "result"}


class WithoutNulls(Wire):
    """A part of a message, or an answer over HTTP, in which a member that is null is missing."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return without_nulls(data) if isinstance(data, dict) else data


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """A JSON object whose event the protocol does not have: for raw listeners, never an error."""

    event: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A JSON object that can't be used; `event` is None where it names none.

    Also text that begins like an object and is not JSON. `reason` quotes nothing that came.
    """

    event: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Anything that isn't a JSON object: `pong`, an empty frame, a list (1-protocol, 1.3)."""


Unusable = UnknownEvent | Malformed | Ignored


def _parsed(value: Any) -> Any:
    """The value of a JSON string; any other value, and a string that isn't JSON, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError:
        return value


def _in_words(error: Any, read: ValidatorFunctionWrapHandler) -> str:
    """The text of an error, or of the `message` in it; empty for what is none: the turn has failed
    all the same."""
    try:
        words: str = read(error.get("message") if isinstance(error, dict) else error)
    except ValidationError:
        return ""
    return words


def whole_characters(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair: no wire carries one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


AnyJson = Annotated[Any, BeforeValidator(_parsed)]
ErrorText = Annotated[str, WrapValidator(_in_words)]


class ToolCallEntry(Wire):
    """One call of a tool. `arguments` is any JSON, parsed where it came as a string."""

    id: str
    name: str
    arguments: AnyJson = None

    @model_validator(mode="before")
    @classmethod
    def _openai_shape(cls, data: Any) -> Any:
        """`{id, function: {name, arguments}}` is the same call (2-sessions, 2.3)."""
        function = data.get("function") if isinstance(data, dict) else None
        return {**function, "id": data.get("id")} if isinstance(function, dict) else data


class ToolResultEntry(WithoutNulls):
    """One tool's result: any JSON, parsed where it came as a string; `name` may be empty."""

    tool_call_id: str
    name: str = ""
    result: AnyJson = None


class ToolCalls(Wire):
    """The body of `chat.tool_call` and `llm.tool_call`; a call without id or name is left out."""

    tool_calls: tuple[OnErrorOmit[ToolCallEntry], ...]


class ToolResults(Wire):
    """The body of `chat.tool_result` and `llm.tool_result`: one result is a list of one; one
    without the id of its call is left out."""

    results: tuple[OnErrorOmit[ToolResultEntry], ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _single(cls, data: Any) -> Any:
        single = isinstance(data, dict) and "results" not in data
        return {"event": data.get("event"), "results": [data]} if single else data
