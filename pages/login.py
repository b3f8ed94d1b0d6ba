"""Who is signed in on this page: the form, the button, and the site's own backend.

The browser never sees an API key. The backend knows by a cookie who is logged in, mints a token
for that person, and seals in it who they are.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from pyodide.ffi import create_proxy
from pyodide.http import pyfetch
from pyscript import document

from web_client.errors import TokenError

UNREACHABLE = "This site can't be reached. Check the connection."
SIGNED_OUT_HERE = (
    "You are signed out on this page, but the site could not be told. Close the browser."
)

tasks: set[asyncio.Future[Any]] = set()


def run(work: Coroutine[Any, Any, None]) -> None:
    """Go on with `work` by itself. asyncio forgets a task that nobody holds."""
    task = asyncio.ensure_future(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def refused(status: int) -> TokenError:
    """What the site answered, for the person at the screen."""
    if status == 401:
        return TokenError("Your login has ended. Sign in again.", status=401)
    return TokenError("This site couldn't do that. Try again.", status=status)


async def post(path: str, body: dict[str, str]) -> Any:
    """One request to the site's own backend, with its cookie. Raises TokenError."""
    headers = {"Content-Type": "application/json"}
    try:
        response = await pyfetch(path, method="POST", headers=headers, body=json.dumps(body))
    except OSError as error:
        raise TokenError(UNREACHABLE) from error
    if not response.ok:
        raise refused(response.status)
    return await response.json()


class Login:
    """`name` is empty while nobody is signed in; `problem` is what the site could not do.

    `welcome` is called when somebody has come; `forget` to let go of whoever was there, and of
    all they said; `draw` when there is something else to show.
    """

    def __init__(
        self, welcome: Callable[[], None], forget: Callable[[], None], draw: Callable[[], None]
    ) -> None:
        self.name = ""
        self.problem = ""
        self._welcome, self._forget, self._draw = welcome, forget, draw
        self._form = document.getElementById("sign-in")
        self._button = self._form.querySelector("button")
        self._form.addEventListener("submit", create_proxy(self._submit))

    def ready(self) -> None:
        """From now on somebody may sign in."""
        self._button.disabled = False

    def show(self, error_code: str | None) -> None:
        """The form is there for whoever isn't signed in, or not any more."""
        self._form.hidden = bool(self.name) and error_code != "token_refused"

    def _submit(self, event: Any) -> None:
        # A plain function: an async one would begin too late to keep the form from being sent.
        event.preventDefault()
        run(self._sign_in(document.getElementById("name").value.strip()))

    async def _sign_in(self, name: str) -> None:
        try:
            person = await post("/api/login", {"name": name})
        except TokenError as error:
            self.problem = str(error)
            self._draw()
            return
        if self.name != person["userName"]:
            self._leave()
        self.name, self.problem = person["userName"], ""
        self._welcome()
        self._draw()

    async def sign_out(self) -> None:
        """First on this page, whatever becomes of the request: nothing is left for the next.

        Nobody signs in meanwhile, or the late answer would end the login of the wrong one.
        """
        self._leave()
        self._button.disabled = True
        try:
            await post("/api/logout", {})
        except TokenError:
            self.problem = SIGNED_OUT_HERE
        self._button.disabled = False
        self._draw()

    def _leave(self) -> None:
        self.name = self.problem = ""
        self._form.reset()
        self._forget()
