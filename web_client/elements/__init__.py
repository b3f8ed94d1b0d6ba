"""The elements of a page, as views of a session (3-elements).

They read state and call sessions, and reach the page through `host.Host` alone, so that all of
this runs and is tested without a browser.
"""

from web_client.elements.idle import Idle, prerender

__all__ = ["Idle", "prerender"]
