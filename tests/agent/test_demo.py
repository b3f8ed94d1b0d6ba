"""Mara at her desk: a free hour, a phone number, an appointment; each person their own."""

from typing import Any

import pytest

from local_agent import Agent, Call, Server
from tests.agent.chatter import Frame, Socket, ask, chatting, reply, serving

ADA = {"userId": "ada", "userName": "Ada"}


def result(frames: list[Frame], tool: str) -> Any:
    return next(
        f["result"] for f in frames if f["event"] == "chat.tool_result" and f["name"] == tool
    )


async def writes(socket: Socket, key: str, value: str | None) -> None:
    await socket.send_json({"event": "set_context", "key": key, "value": value})


@pytest.mark.parametrize(
    "asked",
    [
        "Do you have anything free on Friday?",
        "are you free on friday",
        "anything free\non friday?",
        "Friday, please",
        "friday",
    ],
)
async def test_an_appointment_from_the_question_to_its_end(server: Server, asked: str) -> None:
    async with serving(server) as client, chatting(client, token(server)) as socket:
        slots = await ask(socket, asked)
        assert result(slots, "get_available_slots")["slots"] == ["nine", "eleven", "two", "four"]
        form = await ask(socket, "The one at eleven, please.")
        wanted = {"day": "friday", "time": "eleven", "taken": False, "name": "Ada", "phone": ""}
        assert result(form, "ask_for_contact") == wanted

        assert await reply(socket, "Yes, please.") == (
            "I still need your phone number. Please write it in the form."
        )
        await writes(socket, "phone", " 555\n0123 ")
        booked = await ask(socket, "yes please")
        appointment = {"day": "friday", "time": "eleven", "name": "Ada", "phone": "555 0123"}
        assert result(booked, "book_appointment") == appointment
        assert booked[-1]["text"] == "You are booked, Ada: Friday at eleven. See you then!"

        again = await ask(socket, "What is free on Friday?")
        assert result(again, "get_available_slots")["slots"] == ["nine", "two", "four"]
        assert await reply(socket, "at eleven") == (
            "Friday at eleven is not free. Another time, perhaps?"
        )
        assert await reply(socket, "Please cancel my appointment.") == (
            "Friday at eleven is cancelled. Shall I find you another hour?"
        )
        assert "no appointment yet" in await reply(socket, "When is my appointment?")


def token(server: Server, **person: str) -> str:
    return server.create_token("chat", "mara", person or ADA)


async def test_a_day_and_a_time_may_come_in_one_sentence(server: Server) -> None:
    async with serving(server) as client, chatting(client, token(server)) as socket:
        form = await ask(socket, "Book me on Monday at two.")
        assert result(form, "ask_for_contact")["day"] == "monday"
        assert await reply(socket, "eleven") == (
            "Monday at eleven, then. Please write your number in the form. Shall I book it?"
        )


async def test_what_is_lacking_is_asked_for(server: Server) -> None:
    async with serving(server) as client, chatting(client, token(server)) as socket:
        assert await reply(socket, "I would like an appointment") == "For which day?"
        assert await reply(socket, "eleven please") == "For which day?"
        assert await reply(socket, "yes please") == "Which day and time would you like?"
        assert await reply(socket, "Sunday") == "We are closed on Sunday. Another day, perhaps?"
        assert "on Saturday I have nine, eleven and two" in (
            await reply(socket, "saturday please")
        ).replace("On", "on")


async def test_an_appointment_is_its_owner_s_in_every_session(server: Server) -> None:
    async with serving(server) as client:
        async with chatting(client, token(server)) as socket:
            await writes(socket, "phone", "1")
            await ask(socket, "Friday at nine, say at nine")
            await ask(socket, "yes")
        async with chatting(client, token(server)) as socket:
            assert await reply(socket, "When is my appointment?") == "You come on Friday at nine."
        async with chatting(client, token(server, userId="eve", userName="Eve")) as socket:
            assert "no appointment yet" in await reply(socket, "When is my appointment?")


async def test_what_a_guest_claims_to_be_opens_nobody_s_diary(server: Server, mara: Agent) -> None:
    async with serving(server) as client, chatting(client, token(server)) as socket:
        await writes(socket, "phone", "1")
        await ask(socket, "friday at nine")
        await ask(socket, "yes")
    ada = Call("1", "webrtc", Silent(), sealed=ADA)
    guest = Call("2", "webrtc", Silent(), browser=ADA)
    appointment = mara.tools["get_appointment"]
    assert (await appointment.run({}, ada))["name"] == "Ada"
    assert await appointment.run({}, guest) == {"missing": "appointment"}


class Silent:
    """A `Line` on which nothing is ever said."""

    async def say(self, text: str) -> None: ...

    async def hang_up(self) -> None: ...

    async def report(self, event: str, **members: object) -> None: ...


async def test_she_goes_on_where_another_conversation_ended(server: Server) -> None:
    async with serving(server) as client, chatting(client, token(server)) as socket:
        assert await reply(socket, "What did I say?") == "We have only just begun to talk."
        await writes(socket, "conversation", "user: Are you open?\nbot: We are.\nuser: Good.")
        assert await reply(socket, "What did we talk about?") == "Before, you said: Good."
        assert await reply(socket, "What do you see?") == "I see nothing on your page."
        await writes(socket, "phone", "555")
        assert await reply(socket, "What do you see?") == "I see phone: 555."
