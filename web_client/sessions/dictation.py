"""`DictationSession`: speech to text over one WebSocket (1-protocol, 1.4).

The microphone is asked for inside `connect()` itself, which is the person's click, and what it
hears is recorded from then on; only then a token is asked for, so that none is spent on a refused
microphone. That the server comes later costs nothing: the tape keeps what is said meanwhile.

Sound never passes through the state. It goes in whole frames, ten a second, from the recorder to
the tape and on to the socket; the table only says when to begin and when all of it is there.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from web_client.errors import ConnectionLost, ServerError, TimedOut
from web_client.options import DictationOptions
from web_client.protocol import chat_token_url, decode_scribe, scribe_url
from web_client.sessions.devices import Devices
from web_client.sessions.hearing import Hearing
from web_client.sessions.life import Establish
from web_client.sessions.line import broken_off, open_socket
from web_client.sessions.listening import Listening
from web_client.sessions.ports import Ports, Recorder
from web_client.sessions.scope import Scope
from web_client.sessions.session import ENDED, Deeds
from web_client.sessions.tape import Tape
from web_client.sessions.tokens import obtain_token
from web_client.sessions.waits import late
from web_client.spelling import camel_twins, snake_keys
from web_client.state.dictation import DICTATION
from web_client.state.dictation_state import DictationState, dictation_core
from web_client.state.effects import EndRecording, SendRecording
from web_client.state.local import (
    CancelRequested,
    RecordingEnded,
    RecordingStarted,
    StopRequested,
)
from web_client.state.store import Store

_Finish = Callable[[], Coroutine[Any, Any, None]]
"""Ends the recording, once all of its sound is there."""

_TAKEN_BACK = "The dictation was cancelled before it was connected. Press to begin again."


@camel_twins
class DictationSession(Listening[DictationState]):
    """One person's speech, written down: `DictationSession(agent="florencia")`.

        await session.start()
        …                              # state.transcript grows
        text = await session.stop()

    Options are those of `DictationOptions`, in either spelling; raises pydantic's ValidationError
    for one that is wrong. `ports` is the world outside; the browser's own when not given.
    """

    def __init__(self, *, ports: Ports | None = None, **options: Any) -> None:
        chosen = DictationOptions(**snake_keys(options))
        super().__init__(chosen, Store(DICTATION, dictation_core(chosen.timeouts.done)), ports)
        self._language = chosen.language
        self._devices = Devices(chosen.audio, self._devices_changed)
        self._tape = Tape()
        self._hearing: Hearing | None = None
        self._finish: _Finish = _nothing_to_finish
        self._over: asyncio.Future[str] | None = None

    # What the page calls

    def connect(self) -> asyncio.Future[None]:
        """Begin a dictation, with an empty text; done when the server listens.

        What is said counts from `state.is_recording` on. While another one is finishing, that
        one ends at once, with what was heard. Else as `connect()` of every session.
        """
        self._check()
        if self.state.status == "finishing":
            self.disconnect()
        return super().connect()

    def start(self) -> asyncio.Future[None]:
        """The same as `connect`."""
        return self.connect()

    async def stop(self) -> str:
        """Release the microphone, wait until all that was said is written down, and give the
        text; `timeouts.done` seconds at most once the server has all of it.

        Never raises for what the network does: then it gives what was heard, and `state.error`
        says what went wrong.
        """
        self._check()
        over = self._over
        if self._life.call is None or over is None:
            return self.state.transcript
        if self.state.is_recording:
            self._feed(StopRequested())
        elif self.state.status != "finishing":
            self.disconnect()
        await asyncio.wait([over])
        return over.result()

    def cancel(self) -> None:
        """End at once, and take back what was heard: `state.text` is empty."""
        self._check()
        if self._over is not None and not self._over.done():
            self._over.set_result("")
        self._life.end(ConnectionLost(_TAKEN_BACK))
        self._feed(CancelRequested())

    @property
    def level(self) -> float:
        """How loud the microphone is now, RMS from 0 to 1: for a meter, once a frame."""
        return 0.0 if self._hearing is None else self._hearing.level()

    # The dictation

    def _call_begins(self, call: Scope) -> Establish:
        self._over = asyncio.get_running_loop().create_future()
        call.owns(partial(self._end, self._over))
        self._tape = Tape()
        sound, media = call.child(), self._world.media
        recorder = media.recorder(call.guarded(self._tape.record))
        sound.owns(recorder.close)
        hearing = self._hearing = self._devices.begin(sound, media, recorder.listen)
        self._finish = partial(self._finish_recording, sound, recorder)
        return partial(self._connect_once, hearing, recorder)

    def _end(self, over: asyncio.Future[str]) -> None:
        """Whoever waits for `stop()` gets what was heard; before anybody begins another one."""
        if not over.done():
            over.set_result(self.state.transcript)

    async def _connect_once(
        self,
        hearing: Hearing,
        recorder: Recorder,
        attempt: Scope,
        connected: asyncio.Future[None],
    ) -> None:
        limits, watch = self._options.timeouts, self._stopwatch()
        if not self.state.is_recording and self.state.status != "finishing":
            await self._record(hearing, recorder, attempt)
        obtained = obtain_token(self._options, self._world.network, chat_token_url)
        with watch.stage("token"):
            token = await attempt.timeout(limits.token, obtained, late("token", limits.token))
        self._hidden = token.hidden
        url = scribe_url(token.server, token.reveal(), self._language)
        network = self._world.network
        socket, opened = open_socket(attempt, network, url, self._heard, self._closed)
        self._put = socket.send
        self._tape.aim(socket.send)
        attempt.owns(self._tape.pause)
        with watch.stage("socket"):
            await attempt.timeout(limits.socket, opened, late("socket", limits.socket))
        with watch.stage("ready"):
            await attempt.timeout(limits.ready, connected, late("ready", limits.ready))

    async def _record(self, hearing: Hearing, recorder: Recorder, attempt: Scope) -> None:
        limits = self._options.timeouts
        unanswered = late("microphone", limits.microphone)
        microphone = await attempt.timeout(limits.microphone, hearing.asked, unanswered)
        listening = recorder.listen(microphone)
        await attempt.timeout(limits.recording, listening, late("recording", limits.recording))
        self._feed(RecordingStarted())

    def _heard(self, text: str) -> None:
        self._hear(decode_scribe(text))

    def _closed(self, code: int, reason: str) -> None:
        core: Any = self._store.core
        if core.is_all_sent:
            # All that could be had from this server was heard.
            self._hang_up(ServerError(ENDED), "server")
            return
        self._life.broken(broken_off("The dictation broke off", code, self._hidden(reason)))

    def _deeds(self) -> Deeds:
        own: Deeds = {SendRecording: self._send_recording, EndRecording: self._end_recording}
        return {**super()._deeds(), **own}

    def _send_recording(self, effect: SendRecording) -> None:
        self._tape.run()
        self._life.connected()

    def _end_recording(self, effect: EndRecording) -> None:
        if self._life.call is not None:
            self._life.call.task(self._finish())

    async def _finish_recording(self, sound: Scope, recorder: Recorder) -> None:
        limit = self._options.timeouts.done
        # A recorder that is stuck has told what it had: that much is to be written down.
        with suppress(TimedOut):
            await sound.timeout(limit, recorder.finish(), late("recording", limit))
        sound.close()
        self._feed(RecordingEnded())


async def _nothing_to_finish() -> None:
    """Before the first dictation."""
