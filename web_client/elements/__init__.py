"""The elements of a page, and bindings for pages that draw themselves (3-elements).

They read state and call sessions, and reach the page through `host.Host` and `page.Page` alone,
so that all of this runs and is tested without a browser.
"""
