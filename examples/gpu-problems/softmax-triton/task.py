"""The shapes of this contest's data, for the entry and the harness."""

from typing import TypedDict

import torch

# A matrix of 32-bit floats on the GPU.
input_t = torch.Tensor

# A new matrix of the same shape, on the GPU.
output_t = torch.Tensor


class TestSpec(TypedDict):
    rows: int
    columns: int
    spread: int
    seed: int
