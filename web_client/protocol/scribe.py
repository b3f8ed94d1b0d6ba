"""What the server says on the dictation socket (1-protocol, 1.4)."""

from typing import Annotated, Literal

from pydantic import Field

from web_client.protocol.wire import ErrorText, Unusable, Wire


class ScribeReady(Wire):
    """Start sending audio."""

    event: Literal["ready"] = "ready"


class ScribePartial(Wire):
    """The running segment; it replaces the last partial."""

    event: Literal["partial"] = "partial"
    text: str


class ScribeFinal(Wire):
    """A committed segment."""

    event: Literal["final"] = "final"
    text: str


class ScribeDone(Wire):
    """Everything that was said has been sent."""

    event: Literal["done"] = "done"


class ScribeError(Wire):
    """Dictation failed."""

    event: Literal["error"] = "error"
    error: ErrorText = ""


_Said = ScribeReady | ScribePartial | ScribeFinal | ScribeDone | ScribeError
ScribeWire = Annotated[_Said, Field(discriminator="event")]
ScribeEvent = _Said | Unusable
