"""The list of messages: a sequence that nobody can change, and that is cheap to change.

Every event of a streaming reply makes a new snapshot, so a new list. A tuple would be copied
whole each time; here a change copies one block of 64 and the list of blocks, and all else is
shared with the list before. Readers see a tuple: length, index, slice, iteration, ==, repr.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress, count
from operator import is_not
from typing import Generic, Protocol, TypeVar, overload

_BLOCK = 64


class Numbered(Protocol):
    """A message, by the number that the session gave it."""

    @property
    def id(self) -> int: ...


_Item = TypeVar("_Item")
_Numbered = TypeVar("_Numbered", bound=Numbered)


class Messages(Sequence[_Item], Generic[_Item]):
    """An immutable sequence; `append`, `insert` and `replace` give a new one."""

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: tuple[tuple[_Item, ...], ...] = ()) -> None:
        """Of blocks of 64, the last one maybe shorter; `Messages.of` takes any items."""
        self._blocks = blocks
        self._length = _BLOCK * (len(blocks) - 1) + len(blocks[-1]) if blocks else 0

    @classmethod
    def of(cls, items: Iterable[_Item]) -> "Messages[_Item]":
        """Of these, in their order."""
        return cls(_cut(items))

    @property
    def blocks(self) -> tuple[tuple[_Item, ...], ...]:
        """The items by 64; lists that came of one another share most of these."""
        return self._blocks

    def append(self, item: _Item) -> "Messages[_Item]":
        """With `item` at the end."""
        if self._length % _BLOCK == 0:
            return Messages((*self._blocks, (item,)))
        return Messages((*self._blocks[:-1], (*self._blocks[-1], item)))

    def replace(self, index: int, item: _Item) -> "Messages[_Item]":
        """With `item` at `index` (0 ≤ index < len)."""
        number, place = divmod(index, _BLOCK)
        blocks = list(self._blocks)
        block = list(blocks[number])
        block[place] = item
        blocks[number] = tuple(block)
        return Messages(tuple(blocks))

    def insert(self, index: int, item: _Item) -> "Messages[_Item]":
        """With `item` before what is at `index` (0 ≤ index ≤ len); cheap near the end."""
        number, place = divmod(index, _BLOCK)
        moved = list(chain.from_iterable(self._blocks[number:]))
        moved.insert(place, item)
        return Messages((*self._blocks[:number], *_cut(moved)))

    def last(self, wanted: Callable[[_Item], bool]) -> int | None:
        """The index of the last item that `wanted` says yes to; what is near the end is cheap."""
        index = self._length
        for block in reversed(self._blocks):
            for item in reversed(block):
                index -= 1
                if wanted(item):
                    return index
        return None

    def found(self: "Messages[_Numbered]", number: int) -> tuple[int, _Numbered]:
        """The item of this id, behind its index; what is near the end is cheap.

        Raises KeyError for an id that none has.
        """
        index = self._length
        if index and (item := self._blocks[-1][-1]).id == number:
            return index - 1, item
        for block in reversed(self._blocks):
            for item in reversed(block):
                index -= 1
                if item.id == number:
                    return index, item
        raise KeyError(number)

    def shared(self, before: "Messages[_Item]") -> int:
        """How many items at the beginning are the very same as in `before`; what stands in
        blocks that both lists have is not looked at."""
        place = _same(self._blocks, before.blocks)
        count = place * _BLOCK
        for one, other in zip(self._blocks[place:], before.blocks[place:], strict=False):
            same = _same(one, other)
            count += same
            if same < _BLOCK:
                break
        return min(count, self._length)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_Item, ...]: ...
    def __getitem__(self, index: int | slice) -> _Item | tuple[_Item, ...]:
        if isinstance(index, slice):
            return self._part(index)
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError("message index out of range")
        return self._blocks[place // _BLOCK][place % _BLOCK]

    def _part(self, part: slice) -> tuple[_Item, ...]:
        start, stop, step = part.indices(self._length)
        if step != 1:
            return tuple(self)[part]
        first = start // _BLOCK
        blocks = self._blocks[first : -(-stop // _BLOCK)]
        held = blocks[0] if len(blocks) == 1 else tuple(chain.from_iterable(blocks))
        return held[start - first * _BLOCK : stop - first * _BLOCK]

    def __iter__(self) -> Iterator[_Item]:
        return chain.from_iterable(self._blocks)

    def __reversed__(self) -> Iterator[_Item]:
        return chain.from_iterable(reversed(block) for block in reversed(self._blocks))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Messages):
            return self._blocks == other._blocks
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def _same(some: Sequence[object], others: Sequence[object]) -> int:
    """How many at the beginning are the very same."""
    different = compress(count(), map(is_not, some, others))
    return next(different, min(len(some), len(others)))


def _cut(items: Iterable[_Item]) -> tuple[tuple[_Item, ...], ...]:
    whole = tuple(items)
    starts = range(0, len(whole), _BLOCK)
    return tuple(whole[start : start + _BLOCK] for start in starts)
