"""What the user types into a call, and what becomes of it (2-sessions, 2.3)."""

from typing import Any

from web_client.sessions.conversation import Conversation
from web_client.state.local import TextRetried, TextsTakenOver
from web_client.state.voice_state import UnsentTexts, VoiceState


class Typed(Conversation[VoiceState]):
    """A call that can be typed into. Nothing typed is lost: what no connection took is `unsent`."""

    def send_text(self, text: str) -> None:
        """As if the user had said it (2-sessions, 2.3). Kept until the channel opens, and sent
        again on the next connection where nobody may have heard it. What still waits when the
        call ends has failed: `unsent` has it, and `retry` says it. Raises ValueError for a text
        without a word in it."""
        self._say(text)

    def retry(self, text: str) -> None:
        """Say a text that is in `unsent.failed`: now, or as soon as there is a call. Does nothing
        for any other."""
        self._check()
        self._feed(TextRetried(text))

    @property
    def unsent(self) -> UnsentTexts:
        """What the user typed and nobody has heard: to be shown, or for a session that takes
        this one's place. Also after `destroy()`."""
        core: Any = self._store.core
        return UnsentTexts(core.texts, core.failed)

    def take_over(self, unsent: UnsentTexts) -> None:
        """Go on with what another session could not say: what waited is said as soon as the
        session is up, what failed waits for `retry`."""
        self._check()
        self._feed(TextsTakenOver(unsent.queued, unsent.failed))
