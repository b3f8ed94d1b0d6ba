"""What the user types into a call (2-sessions, 2.3; 6-faults, Lost words).

A text waits for the channel. On the wire it is in doubt: a network that is gone takes all that
is put into it. The doubt ends with the text's own `user.message`; from a server that has sent none
yet, with what only an agent who goes on says (a reply begins, a tool is called, the model has
answered), which may be the answer to something before; or when the connection has stood half a
minute since: it takes half of that to find out that one is gone (5-facts, 5.1).
What is in doubt at the end of a connection is sent once more over the next one, and nothing else
is said twice.

What still waits when a call was hung up, by whomever, has *failed*, as in a chat (chat_turn): the
next call doesn't begin with the words of another one, but they are there to be said again. After
an error the next call is the same one, tried once more: there what waits goes on waiting.
"""

from web_client.protocol import InjectText, LlmResponse
from web_client.state.effects import Send
from web_client.state.local import TextRetried, TextsTakenOver, UserSent
from web_client.state.renew import changed, replace
from web_client.state.table import Effects
from web_client.state.voice_state import VoiceCore
from web_client.state.voice_user import user_stirred

_Step = tuple[VoiceCore, Effects]
_DOUBT = 30
"""Seconds that a connection has to stand for what went over it to be sure to have arrived. Ticks
of the clock, for a laptop that slept has not waited."""


def user_sent(core: VoiceCore, event: UserSent, now: float) -> _Step:
    core, stopped = user_stirred(core)
    if core.state.status != "connected":
        return replace(core, texts=(*core.texts, event.text)), stopped
    core = replace(core, asked=(*core.asked, (event.text, 0)))
    return core, (*stopped, Send(InjectText(event.text)))


def text_retried(core: VoiceCore, event: TextRetried, now: float) -> _Step:
    if event.text not in core.failed:
        return core, ()
    place = core.failed.index(event.text)
    core = replace(core, failed=core.failed[:place] + core.failed[place + 1 :])
    return user_sent(core, UserSent(event.text), now)


def texts_taken_over(core: VoiceCore, event: TextsTakenOver, now: float) -> _Step:
    core = changed(core, failed=core.failed + event.failed)
    effects: Effects = ()
    for text in event.queued:
        core, said = user_sent(core, UserSent(text), now)
        effects += said
    return core, effects


def llm_response(core: VoiceCore, event: LlmResponse, now: float) -> _Step:
    return answered(core), ()


def put_on_wire(core: VoiceCore) -> VoiceCore:
    """What waited goes first over the new connection, and is no part of a turn before it."""
    if not core.texts:
        return core
    asked = tuple((text, 0) for text in core.texts)
    return replace(core, texts=(), asked=asked, joins_from=core.next_id)


def take_back(core: VoiceCore) -> VoiceCore:
    """What is in doubt is to be sent once more, before what waits."""
    doubtful = tuple(text for text, _ in core.asked)
    return replace(core, texts=doubtful + core.texts, asked=())


def give_up(core: VoiceCore) -> VoiceCore:
    """The call is over: what is in doubt, and what waits, nobody says unasked any more."""
    core = take_back(core)
    return replace(core, texts=(), failed=core.failed + core.texts)


def answered(core: VoiceCore) -> VoiceCore:
    """The agent went on: it has heard what was typed, unless it would have said so."""
    return core if core.echoes else changed(core, asked=())


def stood(core: VoiceCore) -> VoiceCore:
    """The connection stands, a second more."""
    older = ((text, seconds + 1) for text, seconds in core.asked)
    return changed(core, asked=tuple(asked for asked in older if asked[1] < _DOUBT))
