"""How long to wait before the next try: exponential, full jitter (2-sessions, 2.2).

Full jitter spreads the clients of a server that came back over the whole interval, instead of
letting them knock all at once.
"""

from web_client.options import Reconnect
from web_client.sessions.ports import Random


def delay(reconnect: Reconnect, tries: int, random: Random) -> float:
    """Seconds to wait after `tries` (≥ 0) tries have failed."""
    # 2**63 seconds is beyond any `longest`; an unbounded power would overflow the float.
    return random.fraction() * min(reconnect.longest, reconnect.first * 2.0 ** min(tries, 63))
