"""Tools: typed Python functions that the agent may call (4-local-agent, 4.1).

The schema that the model sees comes from the signature, and the same signature checks what
the model sends. A parameter named `call` gets the running Call and is hidden from the model.
Whatever goes wrong becomes `{"error": …}` for the model: a tool never ends a call.
"""

import inspect
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model

from local_agent.call import Call
from local_agent.failures import FAILURES, is_ending

log = logging.getLogger(__name__)

ToolFunction = TypeVar("ToolFunction", bound=Callable[..., Any])

_any_json: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as a model is told of it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class Tool:
    """One tool of an agent. Raises TypeError for a function that can't be one."""

    def __init__(self, function: Callable[..., Any], *, ephemeral: bool = False) -> None:
        self.name = function.__name__
        self.ephemeral = ephemeral
        self._function = function
        self._arguments = _arguments_model(function)
        self._wants_call = "call" in inspect.signature(function).parameters
        schema = self._arguments.model_json_schema()
        schema.pop("title", None)
        self.schema = ToolSchema(self.name, inspect.getdoc(function) or "", schema)

    async def run(self, arguments: dict[str, Any], call: Call) -> Any:
        """The result as JSON values; `{"error": …}` for bad arguments or an exception."""
        try:
            checked = self._arguments.model_validate(arguments)
        except ValidationError as error:
            return {"error": _readable(error)}
        given = {name: getattr(checked, name) for name in type(checked).model_fields}
        if self._wants_call:
            given["call"] = call
        try:
            result = self._function(**given)
            if inspect.isawaitable(result):
                result = await result
            return _any_json.dump_python(result, mode="json")
        except FAILURES as error:
            if is_ending():
                raise
            # The author's code may raise anything; the model is told, the call goes on.
            log.exception("the tool %s failed", self.name)
            return {"error": f"{type(error).__name__}: {error}"}


def as_json(result: Any) -> str:
    """A tool's result as the text that a model reads."""
    return json.dumps(result, ensure_ascii=False)


def _arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"the tool {function.__name__} can't take *args or **kwargs")
        if name == "call":
            continue
        if name not in hints:
            raise TypeError(f"the tool {function.__name__} needs a type for {name!r}")
        required = parameter.default is parameter.empty
        fields[name] = (hints[name], ... if required else parameter.default)
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def _readable(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
