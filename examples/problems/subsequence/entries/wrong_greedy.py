#!POPCORN leaderboard subsequence
#!POPCORN gpu CPU
"""Fast and wrong: takes the next match it sees instead of the best one. Fails in the tests."""

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    first, second = data
    length = place = 0
    for letter in first:
        found = second.find(letter, place)
        if found >= 0:
            length += 1
            place = found + 1
    return length
