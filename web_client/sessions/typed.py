"""What the user types into a call, and what becomes of it (2-sessions, 2.3)."""

from typing import Any

from web_client.options import SessionOptions
from web_client.protocol import InjectText, SetVoiceContext, fits_channel
from web_client.sessions.conversation import Conversation, context_text, words
from web_client.sessions.ports import Ports
from web_client.state.local import TextRetried, TextsTakenOver, UserSent
from web_client.state.store import Store
from web_client.state.voice_state import UnsentTexts, VoiceState


class Typed(Conversation[VoiceState]):
    """A call that can be typed into. Nothing typed is lost: what no connection took is `unsent`."""

    def __init__(
        self, options: SessionOptions, store: Store[VoiceState], ports: Ports | None
    ) -> None:
        super().__init__(options, store, ports)
        self._unsent = UnsentTexts()
        self._taken: list[UnsentTexts] = []

    def set_context(self, key: str, value: Any) -> None:
        """As in a chat. Raises ValueError as well for what is too long for a call: no message of
        its channel has more than 64 KiB."""
        self._check()
        refuse_long(key, value)
        super().set_context(key, value)

    def send_text(self, text: str) -> None:
        """As if the user had said it (2-sessions, 2.3). Kept until the channel opens, and sent
        again on the next connection where nobody may have heard it. What still waits when the
        call ends has failed: `unsent` has it, and `retry` says it. Raises ValueError for a text
        without a word in it, and for one of more than 64 KiB, which no channel carries; TypeError
        for what is no text."""
        self._check()
        said = words(text)
        if not fits_channel(InjectText(said)):
            raise ValueError("This text is too long for a call: shorten it.")
        self._feed(UserSent(said))

    def retry(self, text: str) -> None:
        """Say a text that is in `unsent.failed`: now, or as soon as there is a call. Does nothing
        for any other."""
        self._check()
        self._feed(TextRetried(text))

    @property
    def unsent(self) -> UnsentTexts:
        """What the user typed and nobody has heard: to be shown, or for a session that takes
        this one's place: the same object until it changes. Also after `destroy()`."""
        core: Any = self._store.core
        unsent = UnsentTexts(core.texts, core.failed)
        if unsent != self._unsent:
            self._unsent = unsent
        return self._unsent

    def take_over(self, unsent: UnsentTexts) -> None:
        """Go on with what another session could not say: what waited is said as soon as the
        session is up, what failed waits for `retry`. Does nothing with an `unsent` that
        it took before."""
        self._check()
        # By identity: two sessions may have been told the same words, and both are to be said.
        if not any(unsent is taken for taken in self._taken):
            self._taken.append(unsent)
            self._feed(TextsTakenOver(unsent.queued, unsent.failed))


def refuse_long(key: str, value: Any) -> None:
    """Raises ValueError for a context that no channel of a call carries, and TypeError or
    ValueError for what JSON has no form of."""
    if not fits_channel(SetVoiceContext(key, context_text(value))):
        raise ValueError(f"The context {key!r} is too long for a call: shorten it.")
