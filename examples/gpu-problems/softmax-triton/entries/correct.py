#!POPCORN leaderboard softmax-triton
#!POPCORN gpu H100
"""Correct and plain: each step reads and writes the whole matrix."""

import torch

from task import input_t, output_t


def custom_kernel(data: input_t) -> output_t:
    powers = torch.exp(data - data.max(dim=1, keepdim=True).values)
    return powers / powers.sum(dim=1, keepdim=True)
