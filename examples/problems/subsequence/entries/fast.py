#!POPCORN leaderboard subsequence
#!POPCORN gpu CPU
"""Correct and fast: a whole row of the table is one big integer.

Neighbours in a row differ by 0 or 1, so a row can be kept as bits: a 0 stands where the length grows. One addition
moves the whole row on by one letter, because its carries run exactly as far as a match moves the growth to the left
(bit-parallel longest common subsequence: Crochemore, Iliopoulos, Pinzon and Reid, 2001; Hyyro, 2004).
"""

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    first, second = data
    places: dict[str, int] = {}
    bit = 1
    for letter in second:
        places[letter] = places.get(letter, 0) | bit
        bit <<= 1

    mask = bit - 1
    row = mask
    for letter in first:
        matches = row & places.get(letter, 0)
        if matches:
            row = ((row + matches) | (row - matches)) & mask
    return len(second) - row.bit_count()
