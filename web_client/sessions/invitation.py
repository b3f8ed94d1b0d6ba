"""The HTTP part of a call: ICE servers, offer and answer (1-protocol, 1.3)."""

from web_client.errors import OfferRefused, ProtocolError
from web_client.protocol import (
    Offer,
    decode_answer,
    decode_ice_servers,
    encode_offer,
    ice_servers_url,
    offer_url,
)
from web_client.sessions.ports import HttpResponse, IceServer, Network, NetworkFailed
from web_client.sessions.tokens import Token, refusal

PUBLIC_STUN = IceServer(("stun:stun.l.google.com:19302",))
"""What there is when the server names none in time."""


async def ice_servers(network: Network, server: str) -> tuple[IceServer, ...]:
    """What the server recommends; one public STUN server if it fails to."""
    try:
        response = await network.request("GET", ice_servers_url(server))
        if not response.ok:
            return (PUBLIC_STUN,)
        entries = decode_ice_servers(response.text)
    except (NetworkFailed, ValueError):
        return (PUBLIC_STUN,)
    return tuple(IceServer(entry.urls, entry.username, entry.credential) for entry in entries)


async def answer_to(network: Network, server: str, offer: Offer, token: Token) -> str:
    """Post the offer; the answer's SDP. The token is used up by it.

    Raises OfferRefused or ProtocolError.
    """
    try:
        response = await network.request("POST", offer_url(server), json=encode_offer(offer))
    except NetworkFailed as error:
        raise OfferRefused(
            "The voice server could not be reached. Check the connection, then press again."
        ) from error
    if not response.ok:
        # Hidden before anything is shortened: half a token is one too.
        told = HttpResponse(response.status, token.hidden(response.text))
        raise OfferRefused(
            f"The voice server refused the call (HTTP {told.status}): {refusal(told)} "
            "Press again, or come back later.",
            status=told.status,
            detail=told.text,
        )
    try:
        return decode_answer(response.text).sdp
    except ValueError as error:
        raise ProtocolError(
            "The voice server's answer can't be used. Try again in a moment."
        ) from error
