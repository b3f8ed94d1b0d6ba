"""What an author writes: tools, events, prompts, brains."""

import asyncio
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from local_agent import Agent, Call
from local_agent.brain import Message, UseTool
from local_agent.conversation import Conversation, TurnEvent
from local_agent.scripted import Rule, Scripted
from local_agent.tools import Tool


class _NoLine:
    async def say(self, text: str) -> None:
        raise AssertionError("nothing is said here")

    async def hang_up(self) -> None:
        raise AssertionError("nobody hangs up here")

    async def report(self, event: str, **members: object) -> None:
        raise AssertionError("nothing is reported here")


@pytest.fixture
def call() -> Call:
    return Call(
        "1",
        "chat",
        _NoLine(),
        browser={"userName": "root", "page": "home"},
        sealed={"userName": "Ada"},
    )


def test_sealed_metadata_lie_over_the_browsers(call: Call) -> None:
    assert call.metadata == {"userName": "Ada", "page": "home"}


def test_a_tools_schema_comes_from_its_signature() -> None:
    def book(day: Literal["monday", "friday"], call: Call, people: int = 2) -> None:
        """Book a table."""

    schema = Tool(book).schema
    assert (schema.name, schema.description) == ("book", "Book a table.")
    assert schema.parameters == {
        "type": "object",
        "properties": {
            "day": {"title": "Day", "type": "string", "enum": ["monday", "friday"]},
            "people": {"title": "People", "type": "integer", "default": 2},
        },
        "required": ["day"],
        "additionalProperties": False,
    }


async def test_a_tool_gets_its_arguments_and_the_call(call: Call) -> None:
    async def who(greeting: str, call: Call) -> dict[str, Any]:
        return {"said": f"{greeting}, {call.metadata['userName']}"}

    assert await Tool(who).run({"greeting": "Hello"}, call) == {"said": "Hello, Ada"}


async def test_a_result_becomes_json(call: Call) -> None:
    class Slot(BaseModel):
        hour: int

    def slots() -> list[Slot]:
        return [Slot(hour=9)]

    assert await Tool(slots).run({}, call) == [{"hour": 9}]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "number: Field required"),
        ({"number": "many"}, "number: Input should be a valid integer"),
        ({"number": 1, "call": "me"}, "call: Extra inputs are not permitted"),
    ],
)
async def test_bad_arguments_are_an_error_for_the_model(
    call: Call, arguments: dict[str, Any], problem: str
) -> None:
    def double(number: int, call: Call) -> int:
        return number * 2

    result = await Tool(double).run(arguments, call)
    assert result["error"].startswith(problem)


async def test_an_exception_is_an_error_for_the_model(call: Call) -> None:
    def broken() -> None:
        raise LookupError("no such slot")

    def unspeakable() -> object:
        return object()

    assert await Tool(broken).run({}, call) == {"error": "LookupError: no such slot"}
    assert "error" in await Tool(unspeakable).run({}, call)


async def _cancelled() -> None:
    """Await what was cancelled."""
    gone = asyncio.get_running_loop().create_future()
    gone.cancel()
    await gone


async def test_what_is_cancelled_within_a_tool_is_an_error_for_the_model(call: Call) -> None:
    async def broken() -> None:
        await _cancelled()

    assert await Tool(broken).run({}, call) == {"error": "CancelledError: "}


async def test_what_is_cancelled_within_a_listener_stops_nothing(call: Call) -> None:
    agent = Agent("a")
    told: list[str] = []

    @agent.on("user.message")
    async def broken(_call: Call, _text: str) -> None:
        await _cancelled()

    @agent.on("user.message")
    def note(_call: Call, text: str) -> None:
        told.append(text)

    await agent.tell("user.message", call, "hello")
    assert told == ["hello"]


@pytest.mark.parametrize("last_words", [asyncio.CancelledError, ValueError])
async def test_a_task_that_is_cancelled_ends_in_its_tool_and_its_listener(
    call: Call, last_words: type[BaseException]
) -> None:
    agent = Agent("a")
    begun = asyncio.Event()

    async def wait(call: Call) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise last_words

    agent.on("call.started")(wait)
    for work in (Tool(wait).run({}, call), agent.tell("call.started", call)):
        begun.clear()
        task = asyncio.create_task(work)
        await begun.wait()
        task.cancel()
        with pytest.raises(last_words):
            await task


def test_what_cannot_be_a_tool() -> None:
    agent = Agent("a")

    def untyped(day) -> None:  # type: ignore[no-untyped-def]
        pass

    def any_number(*days: str) -> None:
        pass

    with pytest.raises(TypeError, match="needs a type for 'day'"):
        agent.tool(untyped)
    with pytest.raises(TypeError, match=r"can't take \*args"):
        agent.tool(any_number)


def test_an_event_that_never_comes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown event 'call.begun'"):
        Agent("a").on("call.begun")


def test_one_string_is_no_list_of_origins() -> None:
    with pytest.raises(TypeError, match="not one string"):
        Agent("a", allowed_origins="http://localhost:*")


def test_prompt_variables_fill_once(call: Call) -> None:
    call.set_prompt_vars(NAME="{{SECRET}}", SECRET="x")
    assert call.prompt("I am {{NAME}}. {{MISSING}}") == "I am {{SECRET}}."


def test_the_pages_context_stands_below_the_prompt(call: Call) -> None:
    call.set_context("cart", "two combs")
    call.set_context("page", "checkout")
    assert call.prompt("Be brief.") == (
        "Be brief.\n\n## UI Context\n\n### cart\ntwo combs\n\n### page\ncheckout"
    )
    call.set_context("cart", None)
    call.set_context("page", None)
    assert call.prompt("Be brief.") == "Be brief."


async def _turn(agent: Agent, call: Call, text: str) -> list[TurnEvent]:
    return [event async for event in Conversation(agent, call).turn(text)]


async def test_history_holds_the_tool_call_with_its_result(call: Call) -> None:
    agent = Agent("a", brain=Scripted([Rule("time", tool="clock", about=str)], pace=0))

    @agent.tool
    def clock() -> str:
        return "noon"

    await _turn(agent, call, "the time please")
    identity = call.history[2].tool_call_id
    assert call.history == [
        Message("user", "the time please"),
        Message("assistant", "", tool_calls=[UseTool(identity, "clock", {})]),
        Message("tool", '"noon"', tool_call_id=identity, name="clock"),
        Message("assistant", "noon"),
    ]


@pytest.mark.parametrize("ephemeral", [False, True])
async def test_no_two_scripted_tool_calls_have_the_same_id(ephemeral: bool) -> None:
    agent = Agent("a", brain=Scripted([Rule("time", tool="clock", about=str)], pace=0))

    @agent.tool(ephemeral=ephemeral)
    def clock() -> str:
        return "noon"

    called: list[str] = []

    @agent.on("llm.tool_call")
    def note(_call: Call, calls: list[UseTool]) -> None:
        called.extend(use.id for use in calls)

    # A page that reconnects shows on what it saw in the session before.
    for _ in range(2):
        session = Call("1", "chat", _NoLine())
        for _ in range(2):
            await _turn(agent, session, "the time please")
    assert len(set(called)) == 4


async def test_an_ephemeral_result_leaves_the_history(call: Call) -> None:
    agent = Agent("a", brain=Scripted([Rule("pin", tool="pin", about=str)], pace=0))

    @agent.tool(ephemeral=True)
    def pin() -> str:
        return "1234"

    await _turn(agent, call, "my pin")
    assert call.history == [Message("user", "my pin"), Message("assistant", "1234")]


async def test_a_tool_that_is_not_there_is_an_error_for_the_brain(call: Call) -> None:
    agent = Agent("a", brain=Scripted([Rule("time", tool="clock")], pace=0))
    await _turn(agent, call, "time")
    assert call.history[2].text == '{"error": "there is no tool \'clock\'"}'
    assert call.history[3].text == "Sorry, that did not work."


async def test_a_brain_that_never_stops_calling_is_stopped(call: Call) -> None:
    class Restless:
        async def reply(self, turn: Any) -> Any:
            yield UseTool(f"call_{len(turn.messages)}", "clock", {})

    agent = Agent("a", brain=Restless())
    with pytest.raises(RuntimeError, match="8 times in one turn"):
        await _turn(agent, call, "go")
    asked = [use.id for message in call.history for use in message.tool_calls]
    answered = [message.tool_call_id for message in call.history if message.role == "tool"]
    assert asked == answered
