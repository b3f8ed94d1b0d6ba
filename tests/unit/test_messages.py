"""The list of messages against the list it stands for."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from web_client.state import Messages

numbers = st.integers()
lists = st.lists(numbers, max_size=300)


@given(lists, numbers, st.integers(-400, 400), st.slices(300))
def test_it_reads_like_a_tuple(items: list[int], item: int, index: int, part: slice) -> None:
    messages = Messages.of(items)
    same = tuple(items)
    assert (len(messages), tuple(messages), tuple(reversed(messages))) == (
        len(same),
        same,
        same[::-1],
    )
    assert messages == same
    assert messages == Messages.of(same)
    assert hash(messages) == hash(same)
    assert repr(messages) == repr(same)
    assert messages[part] == same[part]
    assert (item in messages) == (item in same)
    if -len(same) <= index < len(same):
        assert messages[index] == same[index]
    else:
        with pytest.raises(IndexError):
            messages[index]


@given(lists, numbers)
def test_it_differs_where_a_tuple_does(items: list[int], item: int) -> None:
    messages = Messages.of(items)
    assert messages != (*items, item)
    assert messages != Messages.of([*items, item])
    assert messages != items


@dataclass(frozen=True)
class Line:
    id: int


class Changes(RuleBasedStateMachine):
    """Any appends, insertions and replacements; what was made before never changes."""

    def __init__(self) -> None:
        super().__init__()
        self.model: tuple[int, ...] = ()
        self.messages: Messages[int] = Messages()
        self.before: list[tuple[Messages[int], tuple[int, ...]]] = []

    def _next(self, messages: Messages[int], model: tuple[int, ...]) -> None:
        self.before.append((self.messages, self.model))
        self.messages, self.model = messages, model

    @rule(items=st.lists(numbers, min_size=1, max_size=70))
    def append(self, items: list[int]) -> None:
        for item in items:
            self._next(self.messages.append(item), (*self.model, item))

    @rule(item=numbers, data=st.data())
    def insert(self, item: int, data: Any) -> None:
        index = data.draw(st.integers(0, len(self.model)))
        changed = (*self.model[:index], item, *self.model[index:])
        self._next(self.messages.insert(index, item), changed)

    @precondition(lambda self: bool(self.model))
    @rule(item=numbers, data=st.data())
    def replace(self, item: int, data: Any) -> None:
        index = data.draw(st.integers(0, len(self.model) - 1))
        changed = (*self.model[:index], item, *self.model[index + 1 :])
        self._next(self.messages.replace(index, item), changed)

    @rule(item=numbers)
    def last(self, item: int) -> None:
        places = [place for place, other in enumerate(self.model) if other == item]
        assert self.messages.last(lambda other: other == item) == (places[-1] if places else None)

    @rule(item=numbers)
    def found(self, item: int) -> None:
        lines = Messages.of(Line(number) for number in self.model)
        if item in self.model:
            place, line = lines.found(item)
            assert place == max(p for p, other in enumerate(self.model) if other == item)
            assert line is lines[place]
        else:
            with pytest.raises(KeyError):
                lines.found(item)

    @invariant()
    def shared(self) -> None:
        for before, _ in self.before[-3:]:
            count = self.messages.shared(before)
            assert tuple(self.messages)[:count] == tuple(before)[:count]
            assert count in (len(before), len(self.messages)) or (
                self.messages[count] is not before[count]
            )

    @invariant()
    def same(self) -> None:
        assert self.messages == self.model
        assert all(messages == model for messages, model in self.before[-3:])


TestChanges = Changes.TestCase


def test_what_is_the_very_same_is_shared_also_across_new_blocks() -> None:
    line = Line(1)
    before = Messages.of([line] * 65)
    assert before.insert(0, line).shared(before) == 65
    assert before.shared(before) == 65
