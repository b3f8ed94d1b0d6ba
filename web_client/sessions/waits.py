"""How long each step of connecting may take, and what the person reads when it took longer."""

from web_client.errors import Step, TimedOut

_LATE: dict[Step, str] = {
    "token": "The login for this conversation took too long. Check the connection and try again.",
    "microphone": (
        "Nobody answered the browser's question for the microphone. "
        "Allow the microphone in the address bar, then press again."
    ),
    "ice-servers": "The list of relay servers took too long. Try again in a moment.",
    "offer": "The voice server did not answer in time. Try again in a moment.",
    "ice": (
        "No way for sound to the voice server was found in time. A firewall may block it: "
        "try another network, then press again."
    ),
    "socket": "The server could not be reached in time. Check the connection and try again.",
    "chat.connected": "The chat server did not begin the chat in time. Try again in a moment.",
    "recording": "The browser did not begin to record. Touch the page, then try again.",
    "ready": "The server did not begin to listen in time. Try again in a moment.",
}


def late(step: Step, seconds: float) -> TimedOut:
    """The error for a step that took longer than `seconds`."""
    return TimedOut(step, seconds, _LATE[step])
