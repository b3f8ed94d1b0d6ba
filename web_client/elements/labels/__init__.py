"""The words that an element says by itself, in four languages (3-elements).

`{name}` is the agent's name. The fields of `Labels` are the keys of the `labels` property, by
which a page words any of them anew; English is the default of each.

`error_` and a code is what is said of that error; an empty one leaves the session's own sentence,
which is English and names the reason. Where `{reason}` stands, that sentence is put in: words that
the page's `tokenProvider` wrote for the visitor are never lost. `server_error` has no label: it is
the server that speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final

from web_client.spelling import snake_keys

LANGUAGES: Final = ("en", "es", "de", "pt")


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
    boot_failed: str = "This could not be loaded. Check the connection, then press to try again."
    write: str = "Chat with {name}"
    conversation: str = "Conversation with {name}"
    close: str = "Close"
    placeholder: str = "Write a message"
    send: str = "Send"
    suggestions: str = "Suggestions"
    new_conversation: str = "New conversation"
    latest: str = "Newest messages"
    here: str = "Here for you"
    writing: str = "{name} is writing"
    offline: str = "Not connected"
    waiting: str = "Waiting to be sent"
    not_sent: str = "Not sent"
    try_again: str = "Try again"
    copy: str = "Copy"
    copied: str = "Copied"
    mute: str = "Mute the microphone"
    transcript: str = "Transcript"
    language: str = "Language"
    hold_to_talk: str = "Hold {key} to talk"
    hold: str = "Hold to talk"
    contact: str = "Get in touch with {name}"
    ways: str = "How would you like to get in touch?"
    asking: str = "Looking for the ways to reach {name}…"
    not_found: str = "Not all the ways to reach {name} could be looked up."
    no_way: str = "{name} can't be reached from here just now."
    talk_now: str = "Talk now"
    talk_now_about: str = "A call, right here in your browser"
    write_now: str = "Write"
    write_now_about: str = "A chat with {name}"
    phone: str = "Telephone"
    new_tab: str = "Opens in a new tab"
    call_me: str = "Call me"
    call_me_about: str = "{name} rings you"
    your_number: str = "Your telephone number"
    your_name: str = "Your name, if you like"
    no_number: str = "Please write a telephone number, with its area code."
    sending: str = "Sending…"
    will_call: str = "Thank you. {name} will call {phone}."
    other_number: str = "Another number"
    not_asked: str = "That didn't get through. Check the connection, then send it again."
    not_accepted: str = "That was not taken: {reason} Change it, then send it again."
    too_long: str = "That is too long for a call. Shorten it, then send it again."
    call: str = "Call {name}"
    call_with: str = "Call with {name}"
    back_to_call: str = "Back to the call with {name}"
    call_ended: str = "Call ended"
    speaking: str = "{name} is speaking"
    thinking: str = "{name} is thinking"
    spoken: str = "in the call"
    dictate: str = "Dictate a message"
    speak_now: str = "Speak now…"
    past: str = "Past conversations"
    forget: str = "Remove from the list"
    good: str = "Good answer"
    bad: str = "Bad answer"
    ring: str = "Ring"
    listen: str = "Listen"
    think: str = "Think"
    speak: str = "Speak"
    error_session_error: str = ""
    error_token_refused: str = ""
    error_token_without_server: str = ""
    error_microphone_failed: str = ""
    error_microphone_refused: str = ""
    error_microphone_missing: str = ""
    error_microphone_busy: str = ""
    error_insecure_page: str = ""
    error_recorder_blocked: str = ""
    error_offer_refused: str = ""
    error_ice_failed: str = ""
    error_connection_lost: str = ""
    error_timed_out: str = ""
    error_protocol_error: str = ""
    error_invalid_option: str = ""


ENGLISH: Final = Labels()


def labels_in(language: str) -> Labels:
    """The words of a language tag, `pt-BR` as `pt`; English for one that isn't spoken here."""
    code = language.lower().split("-")[0]
    if code == "en" or code not in LANGUAGES:
        return ENGLISH
    spoken: Labels = import_module(f"{__name__}.{code}").LABELS
    return spoken


def reworded(labels: Labels, words: Mapping[str, object]) -> Labels:
    """With the page's own words, keys in either spelling; None leaves ours. Raises ValueError on
    an unknown one."""
    told = {key: str(value) for key, value in snake_keys(words).items() if value is not None}
    try:
        return replace(labels, **told)
    except TypeError as error:
        raise ValueError(f"labels: {error}") from error


def fill(text: str, **values: object) -> str:
    """`text` with each `{key}` of `values` put in; other braces are left as they are."""
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def problem_in(labels: Labels, code: str | None, sentence: str, *, name: str) -> str:
    """What a person reads of an error with this code, of which the session says `sentence`."""
    words = getattr(labels, f"error_{code}", "")
    return fill(words, name=name, reason=sentence) if words else sentence
