"""Request bodies: JSON objects of a known shape, or a clear refusal."""

import asyncio
import json
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from local_agent.access import Refused

TIME_LIMIT = 10.0
"""Seconds within which a body must have arrived."""

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: web.Request, shape: type[Body]) -> Body:
    """The JSON body as `shape`. Raises Refused with 400, 408 or 415.

    Only `application/json` is read: a form on a foreign page can't send that.
    """
    if request.content_type != "application/json":
        raise Refused(415, "The body must be application/json.")
    try:
        async with asyncio.timeout(TIME_LIMIT):
            text = await request.text()
        return shape.model_validate(json.loads(text))
    except TimeoutError:
        raise Refused(408, "The body did not arrive in time.") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the body"
        raise Refused(400, f"{where}: {problem['msg']}.") from None
    except (ValueError, RecursionError, LookupError):
        # LookupError: the Content-Type names a charset that there is none of.
        raise Refused(400, "The body is not JSON.") from None
