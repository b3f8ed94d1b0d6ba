"""The brain over HTTP, against an endpoint that speaks the API over a real socket."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from local_agent import Agent, ChatCompletions, Server
from tests.agent import model
from tests.agent.chatter import Frame, ask, chatting, serving
from tests.agent.model import KEY, Model


def _agent(model: Model, **options: Any) -> Agent:
    agent = Agent("a", prompt="You are {{NAME}}.", brain=model.brain(**options))

    @agent.on("call.preparing")
    def name(call: Any) -> None:
        call.set_prompt_vars(NAME="Ada")

    @agent.tool
    def double(number: int) -> int:
        """Twice the number."""
        return number * 2

    return agent


async def _chat(agent: Agent, *texts: str) -> list[list[Frame]]:
    server = Server([agent], recognisers=0)
    token = server.create_token("chat", "a")
    async with serving(server) as client, chatting(client, token) as socket:
        await socket.send_json({"event": "set_context", "key": "cart", "value": "two combs"})
        return [await ask(socket, text) for text in texts]


async def test_a_reply_streams_and_the_next_turn_knows_it() -> None:
    async with Model(model.says("¡Ho", "la! ", "😀"), model.says("Again.")).serving() as ada:
        first, second = await _chat(_agent(ada, temperature=0.5), "hello", "and now?")
    assert [frame["text"] for frame in first] == ["¡Ho", "¡Hola! ", "¡Hola! 😀", "¡Hola! 😀"]
    assert second[-1]["text"] == "Again."
    assert ada.keys == [f"Bearer {KEY}"] * 2
    asked, again = ada.asked
    assert (asked["model"], asked["stream"], asked["temperature"]) == ("tiny", True, 0.5)
    system = "You are Ada.\n\n## UI Context\n\n### cart\ntwo combs"
    assert again["messages"] == [
        {"role": "system", "content": system},
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "¡Hola! 😀"},
        {"role": "user", "content": "and now?"},
    ]


async def test_tools_are_described_called_and_answered() -> None:
    asks = [
        *model.calls("double", '{"num', 'ber": 21}'),
        *model.calls("double", "{}", index=1, call="call_b"),
    ]
    async with Model(asks, model.says("It is 42.")).serving() as ada:
        ((called, first, second, *_, done),) = await _chat(_agent(ada), "double 21")
    assert [call["name"] for call in called["tool_calls"]] == ["double", "double"]
    assert called["tool_calls"][0]["arguments"] == {"number": 21}
    assert first["result"] == 42
    assert second["result"] == {"error": "number: Field required"}
    assert done["text"] == "It is 42."
    (described,) = ada.asked[0]["tools"]
    assert described["type"] == "function"
    assert described["function"]["name"] == "double"
    assert described["function"]["description"] == "Twice the number."
    assert described["function"]["parameters"]["required"] == ["number"]
    *_, asking, answer, error = ada.asked[1]["messages"]
    assert asking["role"] == "assistant"
    assert asking["content"] is None
    assert asking["tool_calls"][0] == {
        "id": "call_a",
        "type": "function",
        "function": {"name": "double", "arguments": '{"number": 21}'},
    }
    assert answer == {"role": "tool", "tool_call_id": "call_a", "content": "42"}
    assert error["tool_call_id"] == "call_b"


@pytest.mark.parametrize("index", [{}, {"index": 0}])
async def test_calls_that_are_not_counted_are_told_apart_by_their_ids(
    index: dict[str, int],
) -> None:
    def part(**members: object) -> dict[str, Any]:
        return {"tool_calls": [{**index, **members}]}

    asks = [
        part(id="call_a", function={"name": "double", "arguments": '{"number":'}),
        part(function={"arguments": " 21}"}),
        part(id="call_b", function={"name": "double", "arguments": ""}),
        part(id="call_b", function={"arguments": '{"number": '}),
        part(id="", function={"arguments": "4"}),
        part(id="part_7", function={"arguments": "}"}),
    ]
    async with Model(asks, model.says("Done.")).serving() as ada:
        ((called, first, second, *_),) = await _chat(_agent(ada), "double 21 and 4")
    assert [call["id"] for call in called["tool_calls"]] == ["call_a", "call_b"]
    assert (first["result"], second["result"]) == (42, 8)


@pytest.mark.parametrize("arguments", ['{"number":', "[21]", '"21"', "[" * 5000])
async def test_arguments_that_are_none_are_an_error_for_the_model(arguments: str) -> None:
    asks = model.calls("double", arguments)
    async with Model(asks, model.says("Sorry.")).serving() as ada:
        ((_, result, *_, done),) = await _chat(_agent(ada), "double")
    assert "error" in result["result"]
    assert done["text"] == "Sorry."


@pytest.mark.parametrize(
    "answer",
    ["data: {\n\n", "data: []\n\n", 'data: {"error": {"message": "overloaded"}}\n\n', "data: \xff"],
)
async def test_nonsense_costs_the_turn_and_not_the_session(answer: str) -> None:
    async with Model(answer, model.says("Better.")).serving() as ada:
        failed, good = await _chat(_agent(ada), "hello", "hello")
    assert failed == [{"event": "chat.error", "error": "The agent could not reply."}]
    assert good[-1]["text"] == "Better."


async def test_a_refusal_names_the_status_and_no_key(caplog: pytest.LogCaptureFixture) -> None:
    async with Model("Incorrect API key: " + KEY, status=401).serving() as ada:
        ((frame,),) = await _chat(_agent(ada), "hello")
    assert frame["event"] == "chat.error"
    assert "answered 401 Unauthorized" in caplog.text
    assert KEY not in caplog.text


async def test_an_endpoint_that_breaks_off_or_is_not_there() -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'data: {"choices":[]}\n')
        assert request.transport
        request.transport.abort()
        return response

    app = web.Application()
    app.router.add_post("/chat/completions", break_off)
    async with TestServer(app) as server:
        brain = ChatCompletions(url=str(server.make_url("")), model="tiny")
        ((broken,),) = await _chat(Agent("a", brain=brain), "hello")
    assert broken["event"] == "chat.error"
    ((gone,),) = await _chat(Agent("a", brain=brain), "hello")
    assert gone["event"] == "chat.error"


async def test_leaving_in_mid_reply_leaves_nothing_behind() -> None:
    waiting = asyncio.Event()

    async def stall(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        waiting.set()
        await asyncio.Event().wait()
        return response

    app = web.Application()
    app.router.add_post("/chat/completions", stall)
    async with TestServer(app) as endpoint:
        brain = ChatCompletions(url=str(endpoint.make_url("")), model="tiny")
        server = Server([Agent("a", brain=brain)], recognisers=0)
        token = server.create_token("chat", "a")
        async with serving(server) as client, chatting(client, token) as socket:
            await socket.send_json({"event": "message", "text": "hello"})
            await asyncio.wait_for(waiting.wait(), 5)
        assert not server.chats


def test_the_environment_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_MODEL", raising=False)
    with pytest.raises(ValueError, match="OPENAI_BASE_URL and OPENAI_MODEL"):
        ChatCompletions()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1/")
    monkeypatch.setenv("OPENAI_MODEL", "tiny")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    brain = ChatCompletions()
    assert (brain._url, brain._model, brain._key) == ("http://localhost:1/v1", "tiny", KEY)
    assert KEY not in repr(brain)
