"""The addresses of a server (1-protocol).

A server may be written with http, https, ws or wss, with or without a trailing slash, and with
a path before the routes. Requests go to http(s), sockets to ws(s); every value is
percent-encoded.
"""

from urllib.parse import quote, urlencode, urlsplit

_SECURE = {"http": False, "ws": False, "https": True, "wss": True}


def http_base(server: str) -> str:
    """`wss://host/` → `https://host`. Raises ValueError if `server` is no such URL."""
    secure, rest = _split(server)
    return ("https://" if secure else "http://") + rest


def ws_base(server: str) -> str:
    """`https://host/` → `wss://host`. Raises ValueError if `server` is no such URL."""
    secure, rest = _split(server)
    return ("wss://" if secure else "ws://") + rest


def chat_socket_url(server: str, token: str, thread: str | None = None) -> str:
    return f"{ws_base(server)}/chat/ws?{_query(token=token, thread=thread)}"


def scribe_url(server: str, token: str, language: str | None = None) -> str:
    return f"{ws_base(server)}/api/scribe/ws?{_query(token=token, lang=language)}"


def chat_token_url(server: str, agent: str) -> str:
    return f"{http_base(server)}/chat/token?{_query(agent_id=agent)}"


def voice_token_url(server: str, agent: str) -> str:
    return f"{http_base(server)}/webrtc/token?{_query(agent_id=agent)}"


def ice_servers_url(server: str) -> str:
    return f"{http_base(server)}/webrtc/ice-servers"


def offer_url(server: str) -> str:
    return f"{http_base(server)}/webrtc/offer"


def agent_info_url(server: str, agent: str) -> str:
    return f"{http_base(server)}/api/sdk/agent-info/{quote(agent, safe='')}"


def _split(server: str) -> tuple[bool, str]:
    parts = urlsplit(server.strip())
    if parts.scheme not in _SECURE or not parts.hostname:
        raise ValueError("a server is a URL that begins with https://, http://, wss:// or ws://")
    return _SECURE[parts.scheme], (parts.netloc + parts.path).rstrip("/")


def _query(**values: str | None) -> str:
    given = {name: value for name, value in values.items() if value}
    return urlencode(given, quote_via=quote, safe="")
