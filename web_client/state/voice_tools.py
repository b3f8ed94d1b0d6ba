"""Tool calls in a call (2-sessions, 2.3): each shown once for its id, answered once.

A result that comes before its call is kept for it; a second result of a call changes nothing.
"""

from web_client.protocol import LlmToolCall, LlmToolResult, ToolCallEntry, ToolResultEntry
from web_client.state.common import EARLY, add, edit, show, tool_answered, tool_begun
from web_client.state.local import ToolDismissed
from web_client.state.renew import replace
from web_client.state.table import Effects
from web_client.state.voice_state import PENDING, ToolCall, VoiceCore, VoiceMessage
from web_client.state.voice_typed import answered

_Step = tuple[VoiceCore, Effects]


def tool_call(core: VoiceCore, event: LlmToolCall, now: float) -> _Step:
    effects: Effects = ()
    for call in event.tool_calls:
        if call.id not in core.tools:
            core, shown = _begun(core, call, now)
            effects += shown
    return core, effects


def tool_result(core: VoiceCore, event: LlmToolResult, now: float) -> _Step:
    effects: Effects = ()
    for result in event.results:
        if result.tool_call_id in core.tools:
            core, shown = _answered(core, result)
            effects += shown
        else:
            core = _kept(core, result)
    return core, effects


def tool_dismissed(core: VoiceCore, event: ToolDismissed, now: float) -> _Step:
    dismissed = event.tool_call_id
    calls = tuple(call for call in core.state.tool_calls if call.tool_call_id != dismissed)
    return show(core, tool_calls=calls), ()


def _kept(core: VoiceCore, result: ToolResultEntry) -> VoiceCore:
    early = {**core.early}
    early.setdefault(result.tool_call_id, result)
    return replace(core, early=dict(list(early.items())[-EARLY:]))


def _begun(core: VoiceCore, call: ToolCallEntry, now: float) -> _Step:
    core = replace(answered(core), tools={**core.tools, call.id: (core.next_id, call.name)})
    if core.tracked_tools is None or call.name in core.tracked_tools:
        tracked = ToolCall(call.id, call.name, call.arguments, PENDING, now)
        core = show(core, tool_calls=(*core.state.tool_calls, tracked))
    text = tool_begun(call.name)
    core, shown = add(core, VoiceMessage(core.next_id, "system", text, tool_call_id=call.id))
    early = core.early.get(call.id)
    return (core, shown) if early is None else (_answered(core, early)[0], shown)


def _answered(core: VoiceCore, result: ToolResultEntry) -> _Step:
    bubble, name = core.tools[result.tool_call_id]
    calls = tuple(
        replace(call, result=result.result)
        if call.tool_call_id == result.tool_call_id and call.result is PENDING
        else call
        for call in core.state.tool_calls
    )
    return edit(show(core, tool_calls=calls), bubble, text=tool_answered(name))
