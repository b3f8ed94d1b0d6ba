"""The words that an element says by itself. `{name}` is the agent's name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """One set of words, for the person who looks at the page."""

    name: str = "Agent"
    you: str = "You"
    talk: str = "Talk to {name}"
    cancel: str = "Cancel the call to {name}"
    hang_up: str = "Hang up on {name}"
    retry: str = "Try again to talk to {name}"
    hear: str = "Let {name} be heard"
    loading: str = "Getting ready…"
    connecting: str = "Connecting…"
    reconnecting: str = "The line broke. Reconnecting…"
    listening: str = "{name} is listening"
    muted: str = "Your microphone is muted"
    blocked: str = "Press to turn on the sound"
    still_there: str = "Still there? The call ends in {seconds} s"
    ended_idle_timeout: str = "The call ended: nobody spoke"
    ended_max_duration: str = "The call ended: its time was up"
    ended_server: str = "{name} ended the call"
    failed: str = "Something went wrong. Press to try again."
    boot_failed: str = (
        "The voice client could not be loaded. Check the connection, then press to try again."
    )


def fill(text: str, **values: object) -> str:
    """`text` with each `{key}` of `values` put in; other braces are left as they are."""
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text
