"""The silence of a chat (2-sessions, 2.2): a turn that never ends, a connection that is none.

Silence for `turn_timeout` ends a turn, with an error that the user sees, and the queue moves on.

The server may have vanished without a close, and nothing in the protocol finds that out: a page
can send no ping, there is no frame that a server has to answer but a message, and to send a
message twice would say it twice. So a connection is trusted until there is reason for **doubt**:

- the network, or the page, was away and is back. From then on a turn has only `doubt_timeout`,
  and one that runs has that long to show a sign of life;
- a turn has ended by silence. The next one has its usual time.

Any word for a turn ends the doubt: who answers is there. A connection in doubt over which a turn
is silent to the end of its time is renewed. The message of that turn may have arrived or not, as
with any drop: it is marked, so that the user can send it again.
"""

from web_client.errors import TimedOut
from web_client.state.chat_state import ChatCore
from web_client.state.chat_turn import end_turn, patience, send_next
from web_client.state.common import fail
from web_client.state.effects import Renew, StartTimer
from web_client.state.local import CameBack, TimerFired
from web_client.state.renew import replace
from web_client.state.table import Effects

_Step = tuple[ChatCore, Effects]


def came_back(core: ChatCore, event: CameBack, now: float) -> _Step:
    if core.state.status != "connected":
        return core, ()
    core = replace(core, doubt=core.doubt_timeout)
    if not core.in_turn:
        return core, ()
    return replace(core, heard_at=now), (StartTimer("turn", patience(core)),)


def timer_fired(core: ChatCore, event: TimerFired, now: float) -> _Step:
    if event.name != "turn" or not core.in_turn:
        return core, ()
    left = core.heard_at + patience(core) - now
    if left > 0:
        return core, (StartTimer("turn", left),)
    return (core, (Renew(),)) if core.doubt is not None else _turn_over(core, now)


def _turn_over(core: ChatCore, now: float) -> _Step:
    core, ended = end_turn(replace(core, doubt=core.turn_timeout))
    seconds = f"{core.turn_timeout:g}"
    core, raised = fail(core, TimedOut.code, f"No answer came within {seconds} seconds. Ask again.")
    core, sent = send_next(core, now)
    return core, ended + raised + sent
