"""What the hub shows: the ways to an agent, and the form for whoever wants to be called."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from web_client.elements.hub.numbers import dialled, international
from web_client.elements.labels import Labels, problem_in
from web_client.elements.render import resource, template
from web_client.elements.settings import InvalidSetting
from web_client.elements.wording import Wording
from web_client.protocol import AgentInfo, Channel

TEMPLATE: Final = template("web_client.elements.hub")
PANEL: Final = template("web_client.elements.hub", "panel.html.j2")
PANEL_STYLE: Final = resource("web_client.elements", "panel.css")
STYLE: Final = resource("web_client.elements.hub", "panel.css")

Kind = Literal["talk", "write", "whatsapp", "phone"]

SWITCHES: Final[Mapping[str, Kind]] = {
    "no-call": "talk",
    "no-chat": "write",
    "no-whatsapp": "whatsapp",
    "no-phone": "phone",
}
"""The attributes that take a way off the card."""

_SPOKEN: Final[Mapping[Kind, str]] = {"talk": "webrtc", "write": "chat"}
"""The channel of each way that the hub's companions go (1-protocol, 1.5)."""

_WHATSAPP: Final = "WhatsApp"
_UNBROKEN: Final = "\u00a0"
_WHATSAPP_LINK: Final = "https://wa.me/"


@dataclass(frozen=True, slots=True)
class Form:
    """`phone`: the number that was sent, as it was written."""

    is_open: bool = False
    stage: Literal["writing", "sending", "agreed"] = "writing"
    phone: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """How the hub stands on the page.

    `found`: what is known of the agent's channels, `info` if they are `known`; `mistake` is the
    page's own, by which nothing can be asked. `without`: what the page has switched off.
    """

    is_open: bool = False
    found: Literal["", "asking", "known", "unknown"] = ""
    info: AgentInfo | None = None
    mistake: str = ""
    without: frozenset[Kind] = frozenset()
    avatar: str = ""
    can_call_back: bool = False
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True)
class Way:
    """One row. It `opens` a companion of the hub, or has an `href`."""

    kind: Kind
    title: str
    about: str
    opens: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class HubView:
    """`press` names the button on the page, `spoken` is what a screen reader announces."""

    is_open: bool
    press: str
    name: str
    avatar: str
    asking: bool
    ways: tuple[Way, ...]
    notice: str
    can_retry: bool
    can_call_back: bool
    about_calling_back: str
    form: Form
    will_call: str
    spoken: str
    labels: Labels

    @property
    def classes(self) -> tuple[str, ...]:
        more = {
            "open": self.is_open,
            "filling": self.form.is_open and self.can_call_back,
            self.form.stage: self.form.stage != "writing",
        }
        return ("hub", *(name for name, holds in more.items() if holds))


def hub_view(stand: Stand, wording: Wording) -> HubView:
    labels = wording.labels
    ways = _ways(stand, wording)
    notice = _notice(stand, ways, wording)
    asking = stand.found == "asking"
    found = ", ".join(way.title for way in ways)
    return HubView(
        is_open=stand.is_open,
        press=wording.say(wording.label or labels.contact),
        name=wording.name,
        avatar=stand.avatar,
        asking=asking,
        ways=ways,
        notice=notice,
        can_retry=stand.found == "unknown" and not stand.mistake,
        can_call_back=stand.can_call_back,
        about_calling_back=wording.say(labels.call_me_about),
        form=stand.form,
        will_call=wording.say(labels.will_call, phone=stand.form.phone.replace(" ", _UNBROKEN)),
        spoken=wording.say(labels.asking) if asking else notice or found,
        labels=labels,
    )


def closed_hub(wording: Wording) -> HubView:
    """The hub before anybody has touched it."""
    return hub_view(Stand(), wording)


def _ways(stand: Stand, wording: Wording) -> tuple[Way, ...]:
    """In the order in which a person would want them: at once, by writing, elsewhere."""
    if stand.mistake or stand.found not in ("known", "unknown"):
        return ()
    channels = stand.info.channels if stand.info else ()
    found = {channel.type: channel for channel in reversed(channels)}
    here = [way for way in _here(wording) if stand.info is None or _SPOKEN[way.kind] in found]
    ways = (*here, *_by_number(found, wording.labels))
    return tuple(way for way in ways if way.kind not in stand.without)


def _here(wording: Wording) -> tuple[Way, ...]:
    """Those that need nothing but the agent."""
    labels = wording.labels
    return (
        Way("talk", labels.talk_now, labels.talk_now_about, opens="modal"),
        Way("write", labels.write_now, wording.say(labels.write_now_about), opens="chat"),
    )


def _by_number(found: Mapping[str, Channel], labels: Labels) -> Iterator[Way]:
    for number in _numbers(found.get("whatsapp"), international):
        yield Way("whatsapp", _WHATSAPP, number, href=_WHATSAPP_LINK + international(number))
    for number in _numbers(found.get("phone"), dialled):
        yield Way("phone", labels.phone, number, href=f"tel:{dialled(number)}")


def _numbers(channel: Channel | None, digits: Callable[[str], str]) -> list[str]:
    """The first of a channel's numbers that is one, as it is written; or none."""
    if channel is None:
        return []
    written = (channel.phone or "", *channel.numbers)
    return [number.strip() for number in written if digits(number)][:1]


def _notice(stand: Stand, ways: tuple[Way, ...], wording: Wording) -> str:
    labels = wording.labels
    if stand.mistake:
        return problem_in(labels, InvalidSetting.code, stand.mistake, name=wording.name)
    if stand.found == "unknown":
        return wording.say(labels.not_found)
    if stand.found == "known" and not ways and not stand.can_call_back:
        return wording.say(labels.no_way)
    return ""
