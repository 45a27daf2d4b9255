"""Makes the inputs, knows the answers, compares. Slow and plain on purpose: it is what is right."""

import random

from task import input_t, output_t

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def generate_input(n: int, m: int, alphabet: int, kind: str, seed: int) -> input_t:
    """Two strings of n and m letters; the same arguments always give the same strings."""
    if not (0 < n <= 5000 and 0 < m <= 5000 and 2 <= alphabet <= len(LETTERS)):
        raise ValueError("n and m must be 1 to 5000, alphabet 2 to 26")
    chance = random.Random(seed)
    if kind == "random":
        return _text(chance, n, alphabet), _text(chance, m, alphabet)
    if kind == "equal":
        text = _text(chance, max(n, m), alphabet)
        return text[:n], text[:m]
    if kind == "disjoint":
        half = alphabet // 2
        return _text(chance, n, half), _text(chance, m, alphabet - half, skipped=half)
    if kind == "related":
        text = _text(chance, n, alphabet)
        return text, _changed(chance, text, m, alphabet)
    raise ValueError(f"no kind of input is called {kind}")


def ref_kernel(data: input_t) -> output_t:
    """Row by row through the table of all prefixes, as in every textbook."""
    first, second = data
    row = [0] * (len(second) + 1)
    for letter in first:
        above_left = 0
        for column, other in enumerate(second, start=1):
            above = row[column]
            if letter == other:
                row[column] = above_left + 1
            elif row[column - 1] > above:
                row[column] = row[column - 1]
            above_left = above
    return row[-1]


def check_implementation(expected: output_t, got: object) -> str:
    """What is wrong with an answer; empty if nothing is."""
    # Exactly an int: an object of a class of the entry's own could claim to equal anything.
    if type(got) is not int:
        return f"the answer must be an int, not {type(got).__name__}"
    if got == expected:
        return ""
    # Python refuses to write out a number of thousands of digits.
    return f"the answer is {expected}, not {got if got.bit_length() < 64 else 'a number of more than 64 bits'}"


def _text(chance: random.Random, length: int, alphabet: int, skipped: int = 0) -> str:
    # Of all methods only random() is promised to give the same numbers in every version of Python.
    return "".join(LETTERS[skipped + int(chance.random() * alphabet)] for _ in range(length))


def _changed(chance: random.Random, text: str, length: int, alphabet: int) -> str:
    letters = []
    for letter in text:
        what = chance.random() * 9
        if what >= 1:
            letters.append(letter if what >= 2 else _text(chance, 1, alphabet))
        if what >= 8:
            letters.append(_text(chance, 1, alphabet))
    changed = "".join(letters)[:length]
    return changed + _text(chance, length - len(changed), alphabet)
