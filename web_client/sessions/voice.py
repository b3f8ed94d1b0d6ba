"""`VoiceSession`: a call over WebRTC (1-protocol, 1.3; 2-sessions, 2.3).

The microphone is asked for inside `connect()` itself, which is the person's click, and held for
the whole call, so that a reconnect asks nobody twice. A call is connected when speech **and**
the channel are usable.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from web_client.errors import ServerError
from web_client.options import VoiceOptions
from web_client.protocol import Offer, decode_voice
from web_client.sessions.connection import Connection
from web_client.sessions.conversation import json_object
from web_client.sessions.devices import Devices
from web_client.sessions.events import DevicesEvent, PhaseEvent
from web_client.sessions.hearing import Hearing
from web_client.sessions.invitation import answer_to
from web_client.sessions.life import Establish
from web_client.sessions.line import PeerLine, PeerOwner
from web_client.sessions.listening import Listening
from web_client.sessions.ports import IceServer, Microphone, Peer, Ports
from web_client.sessions.preparation import Preparation
from web_client.sessions.scope import Scope
from web_client.sessions.session import ENDED, Deeds, Named
from web_client.sessions.speaker import Speaker
from web_client.sessions.stopwatch import Stopwatch
from web_client.sessions.tokens import Token
from web_client.sessions.typed import Typed
from web_client.sessions.waits import late
from web_client.spelling import camel_twins, snake_keys
from web_client.state.effects import Hush, SetMicrophone
from web_client.state.local import (
    AudioBlocked,
    ConfigureRequested,
    MuteSet,
    Noticed,
    PeerConnected,
    PushToTalkSet,
    TalkHeld,
    ToolDismissed,
)
from web_client.state.store import Store
from web_client.state.voice import VOICE
from web_client.state.voice_state import Kept, VoiceState, voice_core

NOTICE_SECONDS = 10.0
"""How long `state.notice` says that another device is in use."""
_SILENT = "The line is silent. Waiting for the network…"


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud it is, RMS from 0 to 1: `input` the microphone, `output` the agent."""

    input: float = 0.0
    output: float = 0.0


@camel_twins
class VoiceSession(Typed, Listening[VoiceState]):
    """A call with one agent: `VoiceSession(agent="florencia", token_provider=fetch_token)`.

    Options are those of `VoiceOptions`, in either spelling; raises pydantic's ValidationError
    for one that is wrong, TypeError or ValueError for a `config` or `metadata` that JSON has no
    form of. `ports` is the world outside; the browser's own when not given.

    `metadata` and `set_context` are set by the client and forgeable: what the agent authorises
    on is sealed in the token by the site's backend.
    """

    _aliases: ClassVar[Mapping[str, str]] = {"audio.metrics": "level"}

    def __init__(self, *, ports: Ports | None = None, **options: Any) -> None:
        chosen = VoiceOptions(**snake_keys(options))
        core = voice_core(chosen.tracked_tools, chosen.start_muted, chosen.push_to_talk)
        super().__init__(chosen, Store(VOICE, core), ports)
        self._config = json_object(chosen.config)
        self._metadata = json_object(chosen.metadata)
        self._speaker = Speaker(chosen.audio.output_device or None, self._audio_blocked)
        self._devices = Devices(chosen.audio, self._devices_changed, self._speaker)
        self._hearing: Hearing | None = None
        self._connection = Connection()

    # What the page calls

    def toggle_mute(self) -> None:
        """Mute, or unmute (2-sessions, 2.3)."""
        self.set_muted(not self.state.is_muted)

    def set_muted(self, muted: bool) -> None:
        """Silence the microphone and tell the server; before a call, for when it begins.

        With push-to-talk, who is not muted is heard while the button is held.
        """
        self._check()
        self._feed(MuteSet(muted))

    def push_to_talk(self, on: bool = True) -> None:
        """Be heard only while the button is held, or, with False, always; also before a call.

        `state.push_to_talk` tells the mode, `state.is_muted` whether anything is heard now.
        """
        self._check()
        self._feed(PushToTalkSet(on))

    def press_to_talk(self) -> None:
        """The button of push-to-talk is down: the user is heard, unless muted by `set_muted`.

        Does nothing without push-to-talk. Valid before the connection.
        """
        self._check()
        self._feed(TalkHeld(True))

    def release_to_talk(self) -> None:
        """The button is up: the last syllable still goes (0.3 s), then silence.

        The end of a call lets go of the button, too.
        """
        self._check()
        self._feed(TalkHeld(False))

    def configure(self, config: Mapping[str, Any]) -> None:
        """Change `voice`, `language`, `stt`, `tts`… in the middle of the call.

        Raises ValueError for the key `action`, TypeError or ValueError for what JSON has no
        form of.
        """
        self._check()
        if "action" in config:
            raise ValueError("A config has no key `action`: it would be another command.")
        self._feed(ConfigureRequested(json_object(config)))

    def update_options(
        self,
        *,
        config: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Other `config` or `metadata` for the next `connect()`; both forgeable."""
        self._check()
        if config is not None:
            self._config = json_object(config)
        if metadata is not None:
            self._metadata = json_object(metadata)

    @property
    def kept(self) -> Kept:
        """What the session was told and keeps for its next connection, for one that takes its
        place (2-sessions, 2.3)."""
        core: Any = self._store.core
        return Kept(core.silenced, core.config)

    def dismiss_tool(self, tool_call_id: str) -> None:
        """Take a call out of `state.tool_calls`; does nothing where there is none of that id."""
        self._check()
        self._feed(ToolDismissed(tool_call_id))

    async def set_output_device(self, device_id: str | None) -> None:
        """Sound from another speaker, also in mid-call; None: the system's choice.

        Raises a SessionError if it can't be used, and then the one before goes on.
        """
        self._check()
        await self._speaker.set_device(device_id)

    def set_volume(self, volume: float) -> None:
        """How loud the agent is, 0 (silent) to 1, in this call and those to come. Raises
        ValueError beyond."""
        self._check()
        if not 0 <= volume <= 1:
            raise ValueError("A volume is a number from 0 to 1.")
        self._speaker.set_volume(volume)

    @property
    def levels(self) -> Levels:
        """How loud both sides are now: for meters, to be read once a frame."""
        hearing = self._hearing
        return Levels(0.0 if hearing is None else hearing.level(), self._speaker.level())

    async def stats(self) -> Mapping[str, float | str]:
        """`round_trip_time`, `jitter` (seconds), `packets_lost`, `packets_received`, `codec`;
        empty without a call."""
        self._check()
        return await self._connection.stats()

    async def unlock_audio(self) -> None:
        """Sound what the browser refused to, from inside a touch; `state.audio_blocked` tells."""
        self._check()
        await self._speaker.unlock()

    # The call

    def _call_begins(self, call: Scope) -> Establish:
        call.owns(self._forget_call)
        media, enabled = self._world.media, not self.state.is_muted
        use = self._connection.speak_into
        hearing = self._hearing = self._devices.begin(call, media, use, enabled)
        call.owns(self._world.presence.keep_awake().cancel)
        return partial(self._connect_once, hearing)

    def _forget_call(self) -> None:
        self._hearing = None

    async def _connect_once(
        self, hearing: Hearing, attempt: Scope, connected: asyncio.Future[None]
    ) -> None:
        limits, watch = self._options.timeouts, self._stopwatch()
        preparation = Preparation(self._options, self._world, attempt, watch)
        token, servers = await preparation.done(hearing)
        self._hidden = token.hidden
        # Not the microphone of back then: another may have been chosen while the token came.
        peer = self._peer(attempt, watch, servers, await hearing.asked)
        seconds = limits.gathering + limits.offer
        await attempt.timeout(seconds, self._invite(peer, token, watch), late("offer", seconds))
        await attempt.timeout(limits.ice, connected, late("ice", limits.ice))

    def _peer(
        self,
        attempt: Scope,
        watch: Stopwatch,
        servers: tuple[IceServer, ...],
        microphone: Microphone,
    ) -> Peer:
        def usable() -> None:
            line.feel(peer)
            self._feed(PeerConnected())

        owner = PeerOwner(
            usable=usable,
            reached=watch.end,
            heard=lambda text: self._hear(decode_voice(text)),
            sounds=partial(self._speaker.play, attempt, self._world.media),
            falters=self._falters,
            lost=self._life.broken,
            hung_up=partial(self._hang_up, ServerError(ENDED), "server"),
        )
        limits = self._options.timeouts
        line = PeerLine(attempt, owner, limits.silence, limits.healing)
        peer = self._world.peer(servers, microphone, line)
        self._connection.hold(attempt, peer)
        self._put = peer.send
        return peer

    async def _invite(self, peer: Peer, token: Token, watch: Stopwatch) -> None:
        with watch.stage("gathering"):
            sdp = await peer.offer(self._options.timeouts.gathering)
        offer = Offer(sdp=sdp, token=token.reveal(), config=self._config, metadata=self._metadata)
        with watch.stage("offer"):
            answer = await answer_to(self._world.network, token.server, offer, token)
        watch.begin("ice", "channel")
        await peer.accept(answer)

    def _falters(self, falters: bool) -> None:
        self._feed(Noticed(_SILENT if falters else None))

    def _changes(self, before: VoiceState, after: VoiceState) -> Sequence[Named]:
        if after.phase == before.phase:
            return ()
        return [("phase", PhaseEvent(after.phase, before.phase))]

    def _deeds(self) -> Deeds:
        own: Deeds = {Hush: self._hush, SetMicrophone: self._set_microphone}
        return {**super()._deeds(), **own}

    # Sound

    def _hush(self, effect: Hush) -> None:
        self._speaker.hush(effect.hushed)

    def _set_microphone(self, effect: SetMicrophone) -> None:
        if self._hearing is not None:
            self._hearing.set_enabled(effect.enabled)

    def _audio_blocked(self, blocked: bool) -> None:
        self._feed(AudioBlocked(blocked))

    def _devices_changed(self, event: DevicesEvent) -> None:
        if event.message is not None:
            self._feed(Noticed(event.message, NOTICE_SECONDS))
        super()._devices_changed(event)
