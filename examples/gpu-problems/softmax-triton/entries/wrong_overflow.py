#!POPCORN leaderboard softmax-triton
#!POPCORN gpu H100
"""Fails in the tests: without the row's largest number taken off, exp of a large number is infinite."""

import torch

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    powers = torch.exp(data)
    return powers / powers.sum(dim=1, keepdim=True)
