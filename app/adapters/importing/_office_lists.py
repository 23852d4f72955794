"""How deep lists stand: one list by its levels, different lists by how far they are set in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

SAME_PLACE = 120  # twentieths of a point: two millimetres are no new depth


@dataclass(frozen=True)
class _Open:
    name: str
    level: int
    indent: int


@dataclass
class OpenLists:
    """The lists that are open, the outermost first."""

    _open: list[_Open] = field(default_factory=list)
    _used: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def begin_section(self) -> None:
        """No list goes on under a heading."""
        self._open.clear()
        self._used.clear()

    def enter(self, name: str, level: int, indent: int) -> int:
        """How deep an item stands (1 is the outermost) that has that level in the list of that name."""
        place = next(
            (at for at, one in enumerate(self._open) if (one.name, one.level) == (name, level)), None
        )
        if place is not None:
            del self._open[place + 1 :]
        else:
            while self._open and self._is_beside(self._open[-1], name, level, indent):
                self._open.pop()
            if not self._open:
                # The list goes on after a paragraph: what it stood below still is above it.
                above = sorted(used for used in self._used[name] if used < level)
                self._open += [_Open(name, used, indent) for used in above]
            self._open.append(_Open(name, level, indent))
        self._used[name].add(level)
        return len(self._open)

    def go_on(self, indent: int) -> int:
        """How deep a paragraph without a number stands: in the item before it when set in as far."""
        while self._open and (indent <= 0 or self._open[-1].indent > indent + SAME_PLACE):
            self._open.pop()
        return len(self._open)

    @staticmethod
    def _is_beside(other: _Open, name: str, level: int, indent: int) -> bool:
        if other.name == name:
            return other.level >= level
        return other.indent >= indent - SAME_PLACE
