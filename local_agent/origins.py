"""Which pages may ask for a token without a login (4-local-agent, 4.1).

An allowed origin is exact (`https://shop.example`), any subdomain (`https://*.example.com`,
which doesn't include `https://example.com`), or any port (`http://localhost:*`).
"""

import re
from collections.abc import Iterable


def origin_allowed(origin: str, allowed: Iterable[str]) -> bool:
    """Whether `origin`, as a browser sends it, matches one of the patterns."""
    return any(_pattern(pattern).fullmatch(origin) for pattern in allowed)


def _pattern(allowed: str) -> re.Pattern[str]:
    pattern = re.escape(allowed.rstrip("/").lower())
    pattern = pattern.replace(r"://\*\.", r"://(?:[a-z0-9-]+\.)+")
    pattern = re.sub(r":\\\*$", r"(?::\\d{1,5})?", pattern)
    return re.compile(pattern)
