"""The shapes of this contest's data, for the entry and the harness."""

from typing import TypedDict

# Two strings of capital letters.
input_t = tuple[str, str]

# The length of their longest common subsequence.
output_t = int


class TestSpec(TypedDict):
    n: int
    m: int
    alphabet: int
    kind: str
    seed: int
