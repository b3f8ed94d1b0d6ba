"""Who looks at the page of a test: it is left and comes back as the test says."""

from collections.abc import Callable


class _Held:
    """One thing that somebody holds, until it is cancelled."""

    def __init__(self, holders: "list[_Held]", callback: Callable[[], None]) -> None:
        self._holders = holders
        self.callback = callback
        holders.append(self)

    def cancel(self) -> None:
        if self in self._holders:
            self._holders.remove(self)


class FakePresence:
    """`leave()` and `come_back()` are what the person does; `awake` counts who holds the screen."""

    def __init__(self) -> None:
        self.locks: list[_Held] = []
        self.leave_listeners: list[_Held] = []
        self.return_listeners: list[_Held] = []

    @property
    def awake(self) -> int:
        return len(self.locks)

    @property
    def listeners(self) -> int:
        return len(self.leave_listeners) + len(self.return_listeners)

    def keep_awake(self) -> _Held:
        return _Held(self.locks, lambda: None)

    def on_leave(self, callback: Callable[[], None]) -> _Held:
        return _Held(self.leave_listeners, callback)

    def on_return(self, callback: Callable[[], None]) -> _Held:
        return _Held(self.return_listeners, callback)

    def leave(self) -> None:
        for listener in tuple(self.leave_listeners):
            listener.callback()

    def come_back(self) -> None:
        for listener in tuple(self.return_listeners):
            listener.callback()
