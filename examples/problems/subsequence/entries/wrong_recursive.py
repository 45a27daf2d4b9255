#!POPCORN leaderboard subsequence
#!POPCORN gpu CPU
"""Right on small inputs only: it calls itself once for each letter, and Python ends it with a RecursionError.
Passes the tests, fails in the benchmarks.
"""

from functools import cache

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    first, second = data

    @cache
    def length(i: int, j: int) -> int:
        if i == 0 or j == 0:
            return 0
        if first[i - 1] == second[j - 1]:
            return length(i - 1, j - 1) + 1
        return max(length(i - 1, j), length(i, j - 1))

    return length(len(first), len(second))
