"""A chat box as a person and its server use it."""

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.markup import Markup
from web_client.elements.chat.element import ChatElement
from web_client.testing import FakePorts


async def written(box: ChatElement, text: str = "Hello") -> None:
    box.submit(text)
    await settled()


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.network.sockets[-1].receive({"event": event, **members})


def shown(host: FakeHost) -> list[str]:
    host.paint()
    return [" ".join(Markup(host.rows[number]).words.split()) for number in host.order]


async def calling(box: ChatElement) -> None:
    """In a call, once it is up."""
    box.act("talk", "")
    await settled()


def hears(ports: FakePorts, event: str, **members: object) -> None:
    """What the server of the call says."""
    ports.peer.made[-1].receive({"event": event, **members})


def say_in_call(ports: FakePorts, asked: str, answer: str, name: str = "v1") -> None:
    """One turn of the call, from the first word to the last."""
    hears(ports, "user.message", text=asked)
    hears(ports, "bot.speaking", message_id=name, text=answer)
    for index, word in enumerate(answer.split()):
        hears(ports, "bot.word", message_id=name, word=word, word_index=index)
    hears(ports, "bot.finished", message_id=name, text=answer)


def contexts(frames: list[dict[str, object]]) -> list[object]:
    """What an agent was told of the conversation, over one connection."""
    return [frame["value"] for frame in frames if frame.get("key") == "conversation"]


async def answered(box: ChatElement, ports: FakePorts, text: str, answer: str) -> None:
    """One turn of the chat."""
    await written(box, text)
    says(ports, "chat.done", message_id=f"c-{text}", text=answer)


def statuses(host: FakeHost) -> list[object]:
    """What the page was told of the call."""
    return [detail["status"] for name, detail in host.events if name == "pinecall:call"]
