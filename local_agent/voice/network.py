"""Candidates: the addresses that browser and server offer each other (5-facts, 5.1)."""

import re

import aioice.ice

_MDNS = re.compile(r"^a=candidate:\S+ \d+ \S+ \d+ \S+\.local .*\r?\n", re.MULTILINE)
_LOOPBACK = "127.0.0.1"

_host_addresses = aioice.ice.get_host_addresses


def without_mdns(sdp: str) -> str:
    """The offer without its `.local` candidates, for each of which aioice would wait a second.

    The browser's own checks show its address anyway. Where no candidate is left the offer must
    not say that there are no more to come, or the connection fails at once.
    """
    stripped = _MDNS.sub("", sdp)
    if stripped != sdp and "a=candidate:" not in stripped:
        stripped = re.sub(r"^a=end-of-candidates\r?\n", "", stripped, flags=re.MULTILINE)
    return stripped


def offer_loopback() -> None:
    """Let the server offer 127.0.0.1 too, which aioice leaves out.

    For a server bound to loopback: its host may have no other address. aioice has no option
    for it, so this replaces its list of addresses, for the whole process.
    """
    aioice.ice.get_host_addresses = _with_loopback


def _with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    addresses: list[str] = _host_addresses(use_ipv4, use_ipv6)
    return addresses if _LOOPBACK in addresses else [*addresses, _LOOPBACK]
