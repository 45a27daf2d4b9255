#!POPCORN leaderboard roads
#!POPCORN gpu CPU
"""Nearest place first, out of a heap; one whole number holds distance and place, so that comparing is cheap."""

from heapq import heappop, heappush

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    n, roads = data
    ways = [[] for _ in range(n)]
    for start, end, length in roads:
        ways[start].append((end, length))
        ways[end].append((start, length))
    far = 1 << 60
    distances = [far] * n
    distances[0] = 0
    waiting = [0]
    while waiting:
        distance, place = divmod(heappop(waiting), n)
        if distance > distances[place]:
            continue
        for end, length in ways[place]:
            longer = distance + length
            if longer < distances[end]:
                distances[end] = longer
                heappush(waiting, longer * n + end)
    return [distance if distance < far else -1 for distance in distances]
