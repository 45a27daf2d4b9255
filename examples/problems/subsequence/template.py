#!POPCORN leaderboard subsequence
#!POPCORN gpu CPU

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    """The length of the longest common subsequence of two strings."""
    first, second = data
    raise NotImplementedError
