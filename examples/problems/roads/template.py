#!POPCORN leaderboard roads
#!POPCORN gpu CPU

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    """How far it is from place 0 to every place."""
    n, roads = data
    raise NotImplementedError
