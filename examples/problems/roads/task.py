"""The shapes of this contest's data, for the entry and the harness."""

from typing import TypedDict

# How many places there are, and the roads: from, to, length. Every road leads both ways.
input_t = tuple[int, list[tuple[int, int, int]]]

# The distance from place 0 to every place; -1 where no road leads.
output_t = list[int]


class TestSpec(TypedDict):
    n: int
    roads: int
    kind: str
    seed: int
