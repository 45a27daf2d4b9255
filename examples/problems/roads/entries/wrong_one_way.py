#!POPCORN leaderboard roads
#!POPCORN gpu CPU
"""Fails in the tests: takes every road in one direction only."""

from heapq import heappop, heappush

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    n, roads = data
    ways = [[] for _ in range(n)]
    for start, end, length in roads:
        ways[start].append((end, length))
    distances = [-1] * n
    waiting = [(0, 0)]
    while waiting:
        distance, place = heappop(waiting)
        if distances[place] >= 0:
            continue
        distances[place] = distance
        for end, length in ways[place]:
            heappush(waiting, (distance + length, end))
    return distances
