#!POPCORN leaderboard roads
#!POPCORN gpu CPU
"""Passes the tests, fails in the benchmarks: gives up after 100 rounds."""

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    n, roads = data
    distances = [-1] * n
    distances[0] = 0
    for _ in range(100):
        for start, end, length in roads + [(end, start, length) for start, end, length in roads]:
            if distances[start] >= 0 and not 0 <= distances[end] <= distances[start] + length:
                distances[end] = distances[start] + length
    return distances
