"""The README's example of an agent, as it stands there."""

import re
from pathlib import Path

import local_agent
from local_agent import Server
from local_agent.agent_file import load_agents
from tests.agent.chatter import chatting, reply, serving

README = Path(local_agent.__file__).with_name("README.md")


async def test_the_readmes_agent_answers(tmp_path: Path) -> None:
    example = re.search(r"```python\n(# agent\.py\n.*?)```", README.read_text(), re.DOTALL)
    assert example
    (tmp_path / "agent.py").write_text(example[1])
    server = Server(load_agents(tmp_path / "agent.py"), recognisers=0)
    async with serving(server) as client:
        for metadata in ({"userName": "Ada"}, None):
            async with chatting(client, server.create_token("chat", "mara", metadata)) as socket:
                answer = await reply(socket, "What is free on Friday?")
            assert answer == "I have 10:00 and 15:30."
