"""Tools, in a call's table (2-sessions, 2.3)."""

from tests.unit.calling import UP, calls, result
from tests.unit.play import voice
from web_client.state import PENDING, MessageChanged, ToolCall, ToolDismissed


class TestTools:
    def test_a_call_and_its_result(self) -> None:
        play = voice(*UP, calls(("t1", "slots")))
        assert play.fields("role", "text", "tool_call_id") == [("system", "🔧 Using slots…", "t1")]
        assert play.state.tool_calls == (ToolCall("t1", "slots", {"n": 1}, PENDING, 1000.0),)
        play = play.then(result("t1", {"free": [9]}))
        assert play.texts == ["✓ slots"]
        assert play.effects == (MessageChanged(1),)
        assert play.state.tool_calls[0].result == {"free": [9]}

    def test_null_is_a_result(self) -> None:
        play = voice(*UP, calls(("t1", "slots")), result("t1", None))
        assert play.state.tool_calls[0].result is None
        assert not PENDING
        assert repr(PENDING) == "PENDING"

    def test_each_call_is_shown_once(self) -> None:
        play = voice(*UP, calls(("t1", "slots")))
        assert play.then(calls(("t1", "slots"))).core is play.core

    def test_only_tracked_tools_join_tool_calls(self) -> None:
        play = voice(*UP, calls(("t1", "slots"), ("t2", "book")), tracked_tools=["book"])
        assert [call.name for call in play.state.tool_calls] == ["book"]
        assert len(play.texts) == 2
        play = play.then(result("t1", 1, "slots"), result("t2", 2))
        assert [call.result for call in play.state.tool_calls] == [2]
        assert play.texts == ["✓ slots", "✓ book"]

    def test_a_result_before_its_call_is_kept(self) -> None:
        play = voice(*UP, result("t1", 5))
        assert play.texts == []
        play = play.then(calls(("t1", "slots")))
        assert (play.texts, play.state.tool_calls[0].result) == (["✓ slots"], 5)
        assert play.effects == (MessageChanged(1),)

    def test_only_the_last_results_before_their_calls_are_kept(self) -> None:
        play = voice(*UP, *(result(f"t{n}", n) for n in range(101)), result("t100", 7))
        assert len(play.core.early) == 100
        play = play.then(calls(("t0", "slots"), ("t1", "book")))
        assert play.texts == ["🔧 Using slots…", "✓ book"]

    def test_each_call_is_answered_once(self) -> None:
        play = voice(*UP, result("t1", 5), result("t1", 6), calls(("t1", "slots")))
        assert play.state.tool_calls[0].result == 5
        assert play.then(result("t1", 7, "other")).state is play.state

    def test_dismissing_one(self) -> None:
        play = voice(*UP, calls(("t1", "a"), ("t2", "b")), ToolDismissed("t1"))
        assert [call.tool_call_id for call in play.state.tool_calls] == ["t2"]
        play = play.then(result("t1", 1))
        assert [call.tool_call_id for call in play.state.tool_calls] == ["t2"]
        assert play.then(ToolDismissed("t9")).state is play.state
