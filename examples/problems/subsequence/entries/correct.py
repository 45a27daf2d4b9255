#!POPCORN leaderboard subsequence
#!POPCORN gpu CPU
"""Correct and plain: one step for each pair of letters, two rows of the table at a time."""

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    first, second = data
    above = [0] * (len(second) + 1)
    for letter in first:
        row = [0]
        for column, other in enumerate(second):
            if letter == other:
                row.append(above[column] + 1)
            else:
                row.append(max(above[column + 1], row[column]))
        above = row
    return above[-1]
