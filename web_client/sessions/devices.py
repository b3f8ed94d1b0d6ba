"""Which microphone and speaker a session uses, and what becomes of it when one is pulled out.

A microphone that ends (unplugged, or no longer permitted), one that the system silences for
longer than a moment, be it from the beginning, and a chosen one that is no longer on the list are
exchanged for the system's own, in the middle of the call. A chosen speaker that is gone likewise.
The person is told, in words: nobody is to talk into the void (6-faults, Sound).

Only what has *ended* ends the call if there is no other. What is merely silent may come back.
"""

from asyncio import Future
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from web_client.errors import MicrophoneError
from web_client.options import AudioOptions
from web_client.sessions.events import DevicesEvent
from web_client.sessions.hearing import Hearing
from web_client.sessions.ports import Cancel, Device, Media, Microphone, MicrophoneRequest
from web_client.sessions.scope import Scope
from web_client.sessions.speaker import Speaker

_PATIENCE = 2.0
"""Seconds that the system may silence a microphone before another one is tried."""
_SILENT = "Your microphone is silent: the system, or another program, has muted it."
_NO_SPEAKER = "The chosen speaker is gone. You hear the call through the system's own now."

_Asked = Future[Microphone]
Use = Callable[[Microphone], Awaitable[None]]
"""Takes another microphone in the place of the one in use."""


class Devices:
    """Of one session, from call to call. `told` gets every change of which the page may want
    to know; `speaker` is None where nothing is heard."""

    def __init__(
        self,
        audio: AudioOptions,
        told: Callable[[DevicesEvent], None],
        speaker: Speaker | None = None,
    ) -> None:
        self._request = MicrophoneRequest(
            audio.input_device or None,
            audio.echo_cancellation,
            audio.noise_suppression,
            audio.auto_gain_control,
        )
        self._told = told
        self._speaker = speaker
        self._watch: _Watch | None = None

    def begin(self, call: Scope, media: Media, use: Use, enabled: bool = True) -> Hearing:
        """Ask for the microphone of a call, and look after it until the call ends."""
        watch = self._watch = _Watch(self, call, media, use, enabled)
        call.owns(self._forget)
        return watch.hearing

    def _forget(self) -> None:
        self._watch = None

    @property
    def request(self) -> MicrophoneRequest:
        """What the next microphone is to be."""
        return self._request

    async def choose(self, device_id: str | None) -> None:
        """Hear from another microphone, from now on. Raises a SessionError, and then the one
        before goes on."""
        request = replace(self._request, device_id=device_id or None)
        if self._watch is not None:
            await self._watch.exchange(request)
        self._request = request

    def forget_choice(self) -> None:
        """From now on, the system's own."""
        self._request = self.fallback

    @property
    def fallback(self) -> MicrophoneRequest:
        """What takes the place of one that is gone: the system's own."""
        return replace(self._request, device_id=None)

    def missed_speaker(self, devices: Sequence[Device]) -> Speaker | None:
        """The one whose chosen device is not among them. A browser that names none has it."""
        speaker = self._speaker
        outputs = _named(devices, "audiooutput")
        if speaker is None or not speaker.device_id or not outputs:
            return None
        return None if speaker.device_id in outputs else speaker

    def tell(self, devices: Sequence[Device], microphone: str, message: str | None) -> None:
        self._told(DevicesEvent(tuple(devices), microphone, message))


class _Watch:
    """For the microphone of one call."""

    def __init__(
        self, devices: Devices, call: Scope, media: Media, use: Use, enabled: bool
    ) -> None:
        self._devices = devices
        self._call = call
        self._media = media
        self._use = use
        self._known: tuple[Device, ...] = ()
        self._silent: Cancel | None = None
        self._moving = False
        self._gone = False
        self.hearing = Hearing(
            call, media, devices.request, enabled, lost=self._lost, silenced=self._silenced
        )
        listening = media.on_devices_changed(call.guarded(self._changed))
        call.owns(listening.cancel)

    async def exchange(self, request: MicrophoneRequest) -> None:
        """As the person chose."""
        await self.hearing.exchange(request, self._use)
        self._exchanged()

    async def _fall_back(self, instead_of: _Asked | None = None) -> bool:
        """On with the system's own; False if `instead_of` was no longer in use."""
        request = self._devices.fallback
        if not await self.hearing.exchange(request, self._use_at_any_rate, instead_of):
            return False
        self._exchanged()
        self._devices.forget_choice()
        return True

    async def _use_at_any_rate(self, microphone: Microphone) -> None:
        """Where the connection doesn't take it, a new one will: the one before can't be heard."""
        try:
            await self._use(microphone)
        except MicrophoneError:
            raise
        except Exception as error:
            self._call.fail(error)
            if self._call.closed:
                raise

    def _exchanged(self) -> None:
        # Another one is silent for itself; one that silence, or a loss, brought is as good as any.
        self._silenced(self.hearing.is_silenced and not self._moving)
        self._look_after()

    def _look_after(self) -> None:
        """The one in use may have been lost while it came into use."""
        if self.hearing.is_ended:
            self._lost()

    def _lost(self) -> None:
        self._gone = True
        if not self._moving:
            self._moving = True
            self._call.task(self._move(self.hearing.asked))

    def _silenced(self, silent: bool) -> None:
        if self._silent is not None:
            self._silent.cancel()
            self._silent = None
        if silent:
            self._silent = self._call.later(_PATIENCE, self._still_silent)

    def _still_silent(self) -> None:
        if not self._moving:
            self._moving = True
            self._call.task(self._seek())

    def _changed(self) -> None:
        self._call.task(self._look())

    async def _move(self, lost: _Asked) -> None:
        """On with the system's own, unless the person is about to choose another one; a
        MicrophoneError ends the call."""
        before = self.hearing.label
        try:
            moved = await self._fall_back(lost)
        finally:
            self._moving = False
        if moved:
            await self._tell(_moved(before, self.hearing.label))
        self._look_after()

    async def _seek(self) -> None:
        """Another one, if there is another; else the one there is may be heard again."""
        before, self._gone = self.hearing.label, False
        try:
            await self._fall_back()
        except MicrophoneError:
            if self._gone:
                raise
            await self._tell(_SILENT)
        else:
            same = self.hearing.label == before or self.hearing.is_silenced
            await self._tell(_SILENT if same else _moved(before, self.hearing.label))
        finally:
            self._moving = False
        self._look_after()

    async def _look(self) -> None:
        """Something was plugged in, or pulled out."""
        found = tuple(await self._media.devices())
        if found == self._known:
            return
        self._known = found
        if self._is_missing(found):
            self._lost()
        missed = self._devices.missed_speaker(found)
        if missed is not None:
            await missed.fall_back()
        self._devices.tell(found, self.hearing.label, _NO_SPEAKER if missed else None)

    def _is_missing(self, found: Sequence[Device]) -> bool:
        chosen = self._devices.request.device_id
        inputs = _named(found, "audioinput")
        return chosen is not None and bool(inputs) and chosen not in inputs

    async def _tell(self, message: str) -> None:
        self._known = tuple(await self._media.devices())
        self._devices.tell(self._known, self.hearing.label, message)


def _named(devices: Sequence[Device], kind: str) -> set[str]:
    """Their ids; before the permission a browser tells none."""
    return {device.device_id for device in devices if device.kind == kind and device.device_id}


def _moved(before: str, now: str) -> str:
    lost = f"The microphone “{before}” is gone." if before else "The microphone is gone."
    return f"{lost} You are heard through “{now}” now." if now else f"{lost} Another one is used."
