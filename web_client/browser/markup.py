"""Markup on its way into a page that demands Trusted Types (5-facts, 5.4).

What is drawn comes from a template with autoescape on; such a page wants to be told so, by a
policy. An element gets its markup in by the shell's (loader/seam.js), `bind` by this one. A page
that also names its policies (`trusted-types`) names `pinecall-bind`.
"""

from functools import cache
from typing import Any

import js

from web_client.browser.bridge import plain

POLICY = "pinecall-bind"


def trusted(html: str) -> Any:
    """The same markup, as something that any page takes."""
    policy = _policy()
    return policy.createHTML(html) if policy else html


@cache
def _policy() -> Any:
    """The page's one; None where the browser knows of no policies. String is the function that
    gives back what it gets."""
    types = getattr(js.globalThis, "trustedTypes", None)
    return types.createPolicy(POLICY, plain({"createHTML": js.String})) if types else None
