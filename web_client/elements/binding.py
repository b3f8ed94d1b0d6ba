"""`bind`: keep a page as the session's state says, for user interfaces of one's own.

What is drawn is drawn once a frame, however often the state changed since the last: a function
called with the state, or a Jinja2 template of which only that is replaced which has changed. It
ends by itself with the session, and leaves no listener, no frame and no task behind.

Drawing is the page's own code. If it raises, that is logged, and the next change draws again.
"""

import inspect
import logging
from asyncio import Future
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from web_client.elements.page import Page
from web_client.sessions.tasks import Tasks

if TYPE_CHECKING:
    from web_client.sessions.ports import Cancel

_log = logging.getLogger(__name__)


class Bound(Protocol):
    """A session, as far as a binding goes: any of ours."""

    @property
    def state(self) -> Any: ...

    def subscribe(self, listener: Callable[[], object], /) -> Callable[[], None]: ...


class Binding:
    """One session on one page, until `close()` or the session's end. `bind` makes it."""

    def __init__(self, session: Bound, render: Callable[[], object], page: Page) -> None:
        self._session = session
        self._render = render
        self._page = page
        self._frame: Cancel | None = None
        self._tasks = Tasks()
        self._rendering: Future[object] | None = None
        self._outdated = False
        self._closed = False
        self._leave = session.subscribe(self._changed)
        self.draw()

    def draw(self) -> None:
        """Draw before the next frame, also where it is not the session that has changed."""
        if self._frame is None and not self._closed:
            self._frame = self._page.on_frame(self._draw)

    def follow(self) -> None:
        """Go to the end of the conversation: who writes wants to see what comes."""
        if not self._closed:
            self._page.follow()

    def close(self) -> None:
        """Draw no more. A second call does nothing."""
        self._closed = True
        self._leave()
        self._tasks.cancel()
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None

    def _changed(self) -> None:
        if self._session.state.status == "destroyed":
            self.close()
        else:
            self.draw()

    def _draw(self) -> None:
        self._frame = None
        if self._rendering is not None:
            self._outdated = True
            return
        try:
            rendered = self._render()
        except Exception:
            _log.exception("A page could not be drawn")
            return
        if inspect.isawaitable(rendered):
            self._rendering = self._tasks.run(rendered, "An async drawing of a page")
            self._rendering.add_done_callback(self._rendered)

    def _rendered(self, _rendering: Future[object]) -> None:
        """An async drawing is over: what changed meanwhile is drawn now, once."""
        self._rendering = None
        if self._outdated:
            self._outdated = False
            self.draw()


def bind(
    session: Bound,
    render: Callable[[Any], object] | str,
    *,
    view: Callable[[Any], object] | None = None,
    into: str = "body",
    page: Page | None = None,
) -> Binding:
    """Draw `session` from now on, at most once a frame.

    `render` is a function, plain or async, called with the state; an async one is not called
    again before it has ended. Or it is the text of a Jinja2 template, whose blocks are the
    regions of the page: `{% block presence %}` is what stands in the node
    `data-region="presence"`, and is replaced when its HTML has become another. The block
    `message`, if there is one, is a row of `data-region="messages"`: one for each `message` of
    the state, drawn again when that message changes; one element, or nothing. What the person
    types in and scrolls stays as it is, as long as it stands in no region; a node with
    `data-follow` is kept at its end, unless the reader has scrolled back. Text is escaped; a
    template names its state `view`.

    `view` makes of the state what is rendered, if that is to be something else. With a block
    `message` it has `messages`, each with an `id`. `into` is the CSS selector of the part of the
    page that is drawn; `page` the page itself, the browser's when not given.

    Raises SessionDestroyed; for a template, jinja2.TemplateSyntaxError; LookupError where the
    page has no `into`.
    """
    part: Page = import_module("web_client.runtime").page(into) if page is None else page
    draw = _drawing(render, part) if isinstance(render, str) else render
    shown = _same if view is None else view
    return Binding(session, lambda: draw(shown(session.state)), part)


def _drawing(template: str, page: Page) -> Callable[[Any], object]:
    # Only here: who draws by a function needs no Jinja2.
    from web_client.elements.drawing import Drawing

    return Drawing(template, page).draw


def _same(state: object) -> object:
    return state
