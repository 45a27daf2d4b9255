"""Makes the inputs, knows the answers, compares."""

import heapq
import random

from task import input_t, output_t

LONGEST = 1000


def generate_input(n: int, roads: int, kind: str, seed: int) -> input_t:
    """A map of n places; the same arguments always give the same map."""
    if not (0 < n <= 100_000 and 0 <= roads <= 1_000_000):
        raise ValueError("n must be 1 to 100000, roads at most 1000000")
    chance = random.Random(seed)
    if kind == "random":
        return n, [_road(chance, _below(chance, n), _below(chance, n)) for _ in range(roads)]
    if kind == "grid":
        return n, _grid(chance, n)[:roads]
    if kind == "chain":
        chain = [_road(chance, place, place + 1) for place in range(n - 1)]
        return n, chain[:roads] + [_shortcut(chance, n) for _ in range(roads - len(chain))]
    if kind == "islands":
        half = n // 2
        return n, [_road(chance, _below(chance, half), _below(chance, half)) for _ in range(roads)]
    raise ValueError(f"no kind of map is called {kind}")


def ref_kernel(data: input_t) -> output_t:
    """Dijkstra's algorithm: the nearest place that is not settled yet is settled next."""
    n, roads = data
    ways = [[] for _ in range(n)]
    for start, end, length in roads:
        ways[start].append((end, length))
        ways[end].append((start, length))
    distances = [-1] * n
    waiting = [(0, 0)]
    while waiting:
        distance, place = heapq.heappop(waiting)
        if distances[place] >= 0:
            continue
        distances[place] = distance
        for end, length in ways[place]:
            if distances[end] < 0:
                heapq.heappush(waiting, (distance + length, end))
    return distances


def check_implementation(expected: output_t, got: object) -> str:
    """What is wrong with an answer; empty if nothing is."""
    # Exactly a list of ints: an object of a class of the entry's own could claim to equal anything.
    if type(got) is not list or len(got) != len(expected):
        return f"the answer must be a list of {len(expected)} whole numbers"
    for place, (right, claimed) in enumerate(zip(expected, got)):
        if type(claimed) is not int:
            return f"the distance of place {place} must be an int, not {type(claimed).__name__}"
        if claimed != right:
            shown = claimed if claimed.bit_length() < 64 else "a number of more than 64 bits"
            return f"place {place} is {right} away, not {shown}"
    return ""


# Of all methods only random() is promised to give the same numbers in every version of Python.
def _below(chance: random.Random, limit: int) -> int:
    return int(chance.random() * limit)


def _road(chance: random.Random, start: int, end: int) -> tuple[int, int, int]:
    return start, end, 1 + _below(chance, LONGEST)


def _shortcut(chance: random.Random, n: int) -> tuple[int, int, int]:
    start = _below(chance, n)
    return _road(chance, start, min(n - 1, start + 2 + _below(chance, 20)))


def _grid(chance: random.Random, n: int) -> list[tuple[int, int, int]]:
    width = max(1, round(n ** 0.5))
    roads = []
    for place in range(n):
        if place % width + 1 < width and place + 1 < n:
            roads.append(_road(chance, place, place + 1))
        if place + width < n:
            roads.append(_road(chance, place, place + width))
    return roads
