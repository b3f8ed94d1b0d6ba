"""The agent's voice, as the person has it: how loud, from which speaker, and whether at all.

The volume and the speaker outlive a connection: a call that reconnects sounds as it did. A hush
does not.
"""

from collections.abc import Callable
from functools import partial

from web_client.sessions.ports import AutoplayRefused, Media, Playback, RemoteTrack
from web_client.sessions.scope import Scope, log_without_values


class Speaker:
    """Plays one track at a time. `blocked` is told when the browser refuses to sound it, and
    when it no longer does. `device_id`: the chosen speaker; None: the system's own."""

    def __init__(self, device_id: str | None, blocked: Callable[[bool], None]) -> None:
        self.device_id = device_id
        self._volume = 1.0
        self._hushed = False
        self._blocked = blocked
        self._playback: Playback | None = None

    def play(self, attempt: Scope, media: Media, track: RemoteTrack) -> None:
        """Sound this track until the attempt is over."""
        if self._playback is not None:
            self._playback.close()
        self._hushed = False
        self._blocked(False)
        playback = self._playback = media.play(track, attempt.guarded(partial(self._blocked, True)))
        attempt.owns(partial(self._close, playback))
        playback.set_volume(self._volume)
        if self.device_id is not None:
            attempt.task(self._route(playback, self.device_id))

    def _close(self, playback: Playback) -> None:
        if self._playback is playback:
            self._playback = None
        playback.close()

    async def _route(self, playback: Playback, device_id: str) -> None:
        try:
            await playback.set_output_device(device_id)
        except Exception as error:
            # The speaker of last time may be gone: the system's own is better than no call.
            log_without_values("The chosen speaker can't be used", error)

    async def unlock(self) -> None:
        """Sound what was refused, from inside a touch."""
        playback = self._playback
        if playback is None:
            return
        try:
            await playback.unlock()
        except AutoplayRefused:
            return
        if playback is self._playback:
            self._blocked(False)

    async def fall_back(self) -> None:
        """Through the system's own speaker, since the chosen one is gone."""
        self.device_id = None
        if self._playback is not None:
            await self._route(self._playback, "")

    async def set_device(self, device_id: str | None) -> None:
        """Raises what the browser says of it; then the one before goes on."""
        asked: Playback | None = None
        # Of a connection made anew meanwhile, what sounds has begun with the one before.
        while self._playback is not asked:
            asked = self._playback
            if asked is not None:
                try:
                    await asked.set_output_device(device_id or "")
                except Exception:
                    if asked is self._playback:
                        raise
        self.device_id = device_id or None

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._playback is not None and not self._hushed:
            self._playback.set_volume(volume)

    def hush(self, hushed: bool) -> None:
        """Let nothing be heard of what is still on its way, or let it be heard again."""
        self._hushed = hushed
        if self._playback is not None:
            self._playback.set_volume(0.0 if hushed else self._volume)

    def level(self) -> float:
        return 0.0 if self._playback is None or self._hushed else self._playback.level()
