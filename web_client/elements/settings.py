"""The page's own mistakes, as sentences for whoever looks at the page."""

from typing import Final

from pydantic import ValidationError


class InvalidSetting(ValueError):
    """Attributes and properties with which no session can be made."""

    code: Final = "invalid_option"


def invalid_setting(error: TypeError | ValueError) -> InvalidSetting:
    """What a session's constructor raised. Never the value: a page may pass secrets there."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return InvalidSetting(f"This page's setting {field!r} can't be used: {first['msg']}.")
    return InvalidSetting(f"This page's config or metadata can't be sent: {error}.")
