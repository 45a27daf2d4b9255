#!POPCORN leaderboard roads
#!POPCORN gpu CPU
"""Correct and plain: whatever became nearer is looked at again, until nothing becomes nearer."""

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    n, roads = data
    ways = [[] for _ in range(n)]
    for start, end, length in roads:
        ways[start].append((end, length))
        ways[end].append((start, length))
    distances = [-1] * n
    distances[0] = 0
    nearer = {0}
    while nearer:
        changed = set()
        for place in sorted(nearer, reverse=True):
            for end, length in ways[place]:
                distance = distances[place] + length
                if distances[end] < 0 or distance < distances[end]:
                    distances[end] = distance
                    changed.add(end)
        nearer = changed
    return distances
