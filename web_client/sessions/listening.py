"""What a call and a dictation have in common: a microphone, and the choice of it."""

from collections.abc import Sequence

from web_client.sessions.devices import Devices
from web_client.sessions.events import DevicesEvent
from web_client.sessions.ports import Device
from web_client.sessions.session import Session, StateT


class Listening(Session[StateT]):
    """A session that hears somebody (2-sessions, 2.3)."""

    _devices: Devices

    async def devices(self) -> Sequence[Device]:
        """Microphones and speakers; without labels before the first permission."""
        self._check()
        return await self._world.media.devices()

    async def set_input_device(self, device_id: str | None) -> None:
        """Hear from another microphone, in the middle of it without a gap; None: the system's
        choice.

        Raises a MicrophoneError, or a SessionError where the connection doesn't take it, and
        then the one before goes on.
        """
        self._check()
        await self._devices.choose(device_id)

    def _devices_changed(self, event: DevicesEvent) -> None:
        self._emitter.emit([("devices", event)])
