"""The local agent: a voice and chat server in one process, offline (4-local-agent).

For development, the demo pages and the end-to-end tests. It is never part of what is shipped
to a browser, and knows nothing of `web_client`: the wire protocol is all they share.
"""

from local_agent.agent import Agent
from local_agent.brain import Brain, Message, Piece, Text, Turn, UseTool
from local_agent.call import Call
from local_agent.completions import ChatCompletions
from local_agent.limits import Limits
from local_agent.scripted import Rule, Scripted
from local_agent.server import Server

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
