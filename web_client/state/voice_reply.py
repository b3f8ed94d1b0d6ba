"""The agent's side of a call (2-sessions, 2.3): its replies, as they are heard.

A reply is known from its `bot.speaking` on and has a bubble from its first word on: a turn that
goes straight to a tool would leave an empty one. What is heard of it is in voice_words. The
floor is the bubble being spoken now; a late word of an older reply does not take it, and the end
of another reply does not end it. After its end nothing changes a reply any more.

An interrupted reply is hushed: the server has stopped, but a browser holds back up to half a
second of sound against the network's unrest, and would go on playing that. The hush ends with
the next reply, or by itself.
"""

from web_client.protocol import BotFinished, BotInterrupted, BotSpeaking, BotWord
from web_client.state.common import add, edit, remembered, show
from web_client.state.effects import Hush, MessageChanged, StartTimer, StopTimer
from web_client.state.renew import renewal, replace
from web_client.state.table import Effects
from web_client.state.voice_state import VoiceCore, VoiceMessage, VoiceState
from web_client.state.voice_typed import answered
from web_client.state.voice_words import Reply, caption, hear, intend

_Step = tuple[VoiceCore, Effects]
_OPEN = 8
"""How many replies without an end are kept in mind."""
_TAIL = 1.0
"""Seconds after which nothing of an interrupted reply is on its way any more."""

_heard = renewal(VoiceCore, "replies", "state")
_speaking = renewal(VoiceState, "messages")
_written = renewal(VoiceMessage, "text")


def bot_speaking(core: VoiceCore, event: BotSpeaking, now: float) -> _Step:
    if event.message_id in core.ended:
        return core, ()
    reply = _reply(core, event.message_id) or Reply(event.message_id)
    renewed = intend(reply, event.text)
    # Whoever replies has heard what was typed.
    core, sounding = let_sound(_kept(answered(core), reply, renewed))
    if reply.id is None:
        return core, sounding
    core, written = edit(core, reply.id, text=caption(renewed))
    return core, sounding + written


def bot_word(core: VoiceCore, event: BotWord, now: float) -> _Step:
    word = event.word.strip()
    if event.message_id in core.ended or not word:
        return core, ()
    core, reply = _begun(core, event.message_id)
    heard = hear(reply, word, event.word_index)
    if heard.id is not None and heard.id == core.floor:
        # It has the floor already, and who has that isn't hushed: only its caption grows.
        return _goes_on(core, reply, heard, heard.id)
    if heard.id is None:
        heard = replace(heard, id=core.next_id)
        core, written = add(core, _bubble(core, heard, caption(heard)))
        core = _kept(core, reply, heard)
    else:
        core, written = _goes_on(core, reply, heard, heard.id)
    core, taken = _take_floor(core, heard)
    core, sounding = let_sound(core)
    return core, sounding + (tuple(dict.fromkeys(written + taken)) if taken else written)


def bot_finished(core: VoiceCore, event: BotFinished, now: float) -> _Step:
    if event.message_id in core.ended:
        return core, ()
    core, reply = _begun(core, event.message_id)
    text = event.text.strip() or reply.intended or caption(reply)
    core = _ended(core, reply)
    if reply.id is not None:
        return edit(core, reply.id, text=text, speaking=False)
    return add(core, _bubble(core, reply, text)) if text else (core, ())


def bot_interrupted(core: VoiceCore, event: BotInterrupted, now: float) -> _Step:
    if event.message_id in core.ended:
        return core, ()
    reply = _reply(core, event.message_id) or Reply(event.message_id)
    core = _ended(core, reply)
    if reply.id is None:
        return core, ()
    core, written = edit(core, reply.id, speaking=False, interrupted=True)
    if core.floor is not None:
        return core, written
    return replace(core, hushed=True), (Hush(True), StartTimer("hush", _TAIL), *written)


def fall_silent(core: VoiceCore) -> _Step:
    """The connection is gone: nothing is heard any more, and what was heard stays."""
    core, quiet = (core, ()) if core.floor is None else edit(core, core.floor, speaking=False)
    core, sounding = let_sound(replace(core, replies=(), floor=None, ended=()))
    return show(core, agent_speaking=False), quiet + sounding


def let_sound(core: VoiceCore) -> _Step:
    """The agent is to be heard again, if it was hushed."""
    if not core.hushed:
        return core, ()
    return replace(core, hushed=False), (Hush(False), StopTimer("hush"))


def _bubble(core: VoiceCore, reply: Reply, text: str) -> VoiceMessage:
    return VoiceMessage(core.next_id, "bot", text, message_id=reply.message_id)


def _reply(core: VoiceCore, message_id: str | None) -> Reply | None:
    """The open reply of this name; without a name, the last one."""
    for reply in reversed(core.replies):
        if message_id is None or message_id == reply.message_id:
            return reply
    return None


def _begun(core: VoiceCore, message_id: str | None) -> tuple[VoiceCore, Reply]:
    """The open reply of this name, or a new one: who replies has heard what was typed."""
    reply = _reply(core, message_id)
    return (answered(core), Reply(message_id)) if reply is None else (core, reply)


def _kept(core: VoiceCore, old: Reply, new: Reply) -> VoiceCore:
    """With the reply as it is now."""
    return replace(core, replies=_replies(core, old, new))


def _goes_on(core: VoiceCore, old: Reply, new: Reply, number: int) -> _Step:
    """With the reply as it is now, also in its bubble."""
    state, text = core.state, caption(new)
    index, message = state.messages.found(number)
    if text == message.text:
        return _kept(core, old, new), ()
    state = _speaking(state, state.messages.replace(index, _written(message, text)))
    return _heard(core, _replies(core, old, new), state), (MessageChanged(number),)


def _replies(core: VoiceCore, old: Reply, new: Reply) -> tuple[Reply, ...]:
    replies = core.replies
    if replies and replies[-1] is old:
        return (*replies[:-1], new)
    if old in replies:
        return tuple(new if reply is old else reply for reply in replies)
    return (*replies, new)[-_OPEN:]


def _take_floor(core: VoiceCore, reply: Reply) -> _Step:
    quiet: Effects = ()
    if reply.id is None or (core.floor is not None and reply.id <= core.floor):
        return core, quiet
    if core.floor is not None and reply.id > core.floor:
        core, quiet = edit(core, core.floor, speaking=False)
    core, heard = edit(replace(core, floor=reply.id), reply.id, speaking=True)
    return show(core, agent_speaking=True, phase="speaking"), quiet + heard


def _ended(core: VoiceCore, reply: Reply) -> VoiceCore:
    """Without this reply; the agent is silent if nobody else has the floor."""
    replies = tuple(other for other in core.replies if other is not reply)
    core = replace(core, replies=replies, ended=remembered(core.ended, reply.message_id))
    if core.floor not in (None, reply.id):
        return core
    return show(replace(core, floor=None), agent_speaking=False, phase="listening")
