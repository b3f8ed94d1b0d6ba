"""The local agent: a voice and chat server in one process, offline (4-local-agent).

For development, the demo pages and the end-to-end tests. It is never part of what is shipped
to a browser, and knows nothing of `web_client`: the wire protocol is all they share.
"""

import sys

try:
    from local_agent.agent import Agent
    from local_agent.brain import Brain, Message, Piece, Text, Turn, UseTool
    from local_agent.call import Call
    from local_agent.completions import ChatCompletions
    from local_agent.limits import Limits
    from local_agent.scripted import Rule, Scripted
    from local_agent.server import Server
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("local_agent"):
        raise
    needed = (
        f"The local agent needs {missing.name}, which isn't installed:"
        ' pip install "pinecall-web-client[agent]"'
    )
    # So Python says it while it looks for what `python -m local_agent` is to run.
    if sys.argv[0] == "-m":
        sys.exit(needed)
    raise ModuleNotFoundError(needed, name=missing.name) from None

__all__ = [
    "Agent",
    "Brain",
    "Call",
    "ChatCompletions",
    "Limits",
    "Message",
    "Piece",
    "Rule",
    "Scripted",
    "Server",
    "Text",
    "Turn",
    "UseTool",
]
