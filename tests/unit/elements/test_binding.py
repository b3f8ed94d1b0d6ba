"""`bind`: once a frame, only what changed, and nothing left at the end."""

import asyncio
import gc
import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest
from jinja2 import TemplateSyntaxError

from tests.sessions.loop import other_tasks, settled
from web_client import ChatSession, SessionDestroyed, bind
from web_client.state import ChatState
from web_client.testing import FakePage, FakePorts

TEMPLATE = """
{% block presence %}{{ view.status }}{% endblock %}
{% block typing %}{{ "…" if view.typing }}{% endblock %}
{% block message %}<li>{{ message.text }}</li>{% endblock %}
"""


@pytest.fixture
def session(ports: FakePorts) -> ChatSession:
    return ChatSession(agent="mara", ports=ports)


@pytest.fixture
def page() -> FakePage:
    return FakePage()


def says(ports: FakePorts, event: str, **members: object) -> None:
    ports.network.sockets[-1].receive({"event": event, **members})


class TestAFunction:
    def test_it_is_called_with_the_state_before_the_next_frame(
        self, session: ChatSession, page: FakePage
    ) -> None:
        drawn: list[ChatState] = []
        bind(session, drawn.append, page=page)
        assert drawn == []
        page.paint()
        assert drawn == [session.state]
        page.paint()
        assert len(drawn) == 1

    def test_many_changes_of_one_frame_are_drawn_once(
        self, session: ChatSession, page: FakePage
    ) -> None:
        drawn: list[ChatState] = []
        bind(session, drawn.append, page=page)
        for text in ("one", "two", "three"):
            session.send(text)
        page.paint()
        assert drawn == [session.state]
        assert len(drawn[0].messages) == 3

    def test_what_is_drawn_may_be_a_view_of_the_state(
        self, session: ChatSession, page: FakePage
    ) -> None:
        drawn: list[object] = []
        bind(session, drawn.append, view=lambda state: state.queued, page=page)
        session.send("one")
        page.paint()
        assert drawn == [1]

    def test_draw_asks_for_a_frame_also_from_within(
        self, session: ChatSession, page: FakePage
    ) -> None:
        drawn: list[ChatState] = []

        def meters(state: ChatState) -> None:
            drawn.append(state)
            binding.draw()

        binding = bind(session, meters, page=page)
        binding.draw()
        assert page.waiting == 1
        for _ in range(3):
            page.paint()
        assert len(drawn) == 3

    def test_one_that_raises_is_logged_and_called_again(
        self, session: ChatSession, page: FakePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        drawn: list[int] = []

        def render(state: ChatState) -> None:
            drawn.append(len(state.messages))
            raise ValueError("in the page")

        with caplog.at_level(logging.ERROR):
            bind(session, render, page=page)
            page.paint()
            session.send("one")
            page.paint()
        assert drawn == [0, 1]
        assert caplog.text.count("ValueError: in the page") == 2


class TestAnAsyncFunction:
    async def test_it_is_not_called_again_before_it_has_ended(
        self, session: ChatSession, page: FakePage
    ) -> None:
        begun: list[int] = []
        go_on = asyncio.Event()

        async def render(state: ChatState) -> None:
            begun.append(len(state.messages))
            await go_on.wait()

        bind(session, render, page=page)
        page.paint()
        for text in ("one", "two"):
            session.send(text)
            page.paint()
            await settled()
        assert begun == [0]
        go_on.set()
        await settled()
        page.paint()
        await settled()
        assert begun == [0, 2]
        assert page.waiting == 0

    async def test_one_that_raises_is_logged_and_called_again(
        self, session: ChatSession, page: FakePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def render(state: ChatState) -> None:
            raise ValueError(f"with {len(state.messages)}")

        with caplog.at_level(logging.ERROR):
            bind(session, render, page=page)
            page.paint()
            await settled()
            session.send("one")
            page.paint()
            await settled()
            gc.collect()
        assert "with 0" in caplog.text
        assert "with 1" in caplog.text

    async def test_it_is_cancelled_at_the_close(self, session: ChatSession, page: FakePage) -> None:
        async def render(state: ChatState) -> None:
            await asyncio.Event().wait()

        binding = bind(session, render, page=page)
        page.paint()
        await settled()
        binding.close()
        await settled()
        assert other_tasks() == set()

    async def test_one_that_closes_its_own_binding_goes_on(
        self, session: ChatSession, page: FakePage
    ) -> None:
        ended: list[bool] = []

        async def render(state: ChatState) -> None:
            binding.close()
            await asyncio.sleep(0)
            ended.append(True)

        binding = bind(session, render, page=page)
        page.paint()
        await settled()
        assert ended == [True]


class TestTheEnd:
    def test_nothing_is_drawn_after_close(self, session: ChatSession, page: FakePage) -> None:
        drawn: list[ChatState] = []
        binding = bind(session, drawn.append, page=page)
        binding.close()
        binding.close()
        session.send("one")
        binding.draw()
        page.paint()
        assert drawn == []
        assert page.waiting == 0

    def test_it_ends_with_the_session(self, session: ChatSession, page: FakePage) -> None:
        drawn: list[ChatState] = []
        binding = bind(session, drawn.append, page=page)
        session.destroy()
        assert page.waiting == 0
        binding.draw()
        page.paint()
        assert drawn == []

    def test_also_where_the_session_is_destroyed_by_a_listener(
        self, session: ChatSession, page: FakePage
    ) -> None:
        drawn: list[ChatState] = []
        session.subscribe(session.destroy)
        bind(session, drawn.append, page=page)
        session.send("one")
        page.paint()
        assert drawn == []
        assert page.waiting == 0

    def test_a_destroyed_session_is_not_bound(self, session: ChatSession, page: FakePage) -> None:
        session.destroy()
        with pytest.raises(SessionDestroyed):
            bind(session, print, page=page)

    def test_two_bindings_of_one_session_know_nothing_of_each_other(
        self, session: ChatSession, page: FakePage
    ) -> None:
        first: list[object] = []
        second: list[object] = []
        bind(session, first.append, page=page).close()
        bind(session, second.append, page=page)
        page.paint()
        assert (first, second) == ([], [session.state])


class TestATemplate:
    async def test_only_what_changed_is_replaced(
        self, session: ChatSession, page: FakePage, ports: FakePorts
    ) -> None:
        bind(session, TEMPLATE, page=page)
        page.paint()
        assert page.regions == {"presence": "idle", "typing": ""}
        await session.connect()
        session.send("one")
        page.paint()
        assert page.regions == {"presence": "connected", "typing": "…"}
        assert list(page.rows.values()) == ["<li>one</li>"]

        changes = page.changes
        says(ports, "chat.token", message_id="m1", text="<b>")
        page.paint()
        assert page.changes == changes + 1
        assert list(page.rows.values()) == ["<li>one</li>", "<li>&lt;b&gt;</li>"]
        session.destroy()

    async def test_rows_stand_in_the_order_of_the_list(
        self, session: ChatSession, page: FakePage, ports: FakePorts
    ) -> None:
        bind(session, TEMPLATE, page=page)
        await session.connect()
        session.send("one")
        session.send("two")
        page.paint()
        says(ports, "chat.token", message_id="m1", text="Well")
        page.paint()
        assert list(page.rows.values()) == ["<li>one</li>", "<li>Well</li>", "<li>two</li>"]
        session.destroy()

    def test_a_message_of_which_nothing_is_made_keeps_its_place(
        self, session: ChatSession, page: FakePage
    ) -> None:
        only_long = "{% block message %}{% if message.text|length > 3 %}<li>{{ message.text }}</li>"
        bind(session, only_long + "{% endif %}{% endblock %}", page=page)
        for text in ("four", "two", "three"):
            session.send(text)
            page.paint()
        four, two, three = page.rows.values()
        assert (four, three) == ("<li>four</li>", "<li>three</li>")
        assert two == "<template></template>"

    def test_who_reads_back_is_left_there(self, session: ChatSession, page: FakePage) -> None:
        binding = bind(session, TEMPLATE, page=page)
        page.paint()
        page.at_end = False
        followed = page.followed
        session.send("one")
        page.paint()
        assert page.followed == followed
        binding.follow()
        assert page.at_end

    def test_the_rows_of_another_binding_are_taken_away(
        self, session: ChatSession, page: FakePage, ports: FakePorts
    ) -> None:
        first = bind(session, TEMPLATE, page=page)
        session.send("one")
        page.paint()
        first.close()
        bind(ChatSession(agent="mara", ports=ports), TEMPLATE, page=page)
        page.paint()
        assert page.rows == {}

    def test_equal_messages_of_a_view_are_not_drawn_again(
        self, session: ChatSession, page: FakePage
    ) -> None:
        def view(state: ChatState) -> SimpleNamespace:
            said = [SimpleNamespace(id=m.id, text=m.text) for m in state.messages]
            return SimpleNamespace(status="", typing=False, messages=said)

        binding = bind(session, TEMPLATE, view=view, page=page)
        session.send("one")
        page.paint()
        changes = page.changes
        binding.draw()
        page.paint()
        assert page.changes == changes

    def test_a_misspelt_field_is_logged_and_ends_nothing(
        self, session: ChatSession, page: FakePage, caplog: pytest.LogCaptureFixture
    ) -> None:
        binding = bind(session, "{% block a %}{{ view.statsu }}{% endblock %}", page=page)
        with caplog.at_level(logging.ERROR):
            page.paint()
        assert "statsu" in caplog.text
        binding.draw()
        assert page.waiting == 1

    def test_a_template_that_can_t_be_read_is_refused(
        self, session: ChatSession, page: FakePage
    ) -> None:
        with pytest.raises(TemplateSyntaxError):
            bind(session, "{% block %}", page=page)


def test_who_draws_by_a_function_loads_no_template_engine() -> None:
    ask = "import sys, web_client; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
