#!POPCORN leaderboard softmax-triton
#!POPCORN gpu H100
"""One Triton program a row, which is read once, kept on the chip, and written once."""

import torch
import triton
import triton.language as tl

from task import input_t, output_t


@triton.jit
def softmax_rows(source, target, columns, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    places = tl.arange(0, BLOCK)
    inside = places < columns
    numbers = tl.load(source + row * columns + places, mask=inside, other=-float("inf"))
    powers = tl.exp(numbers - tl.max(numbers, axis=0))
    tl.store(target + row * columns + places, powers / tl.sum(powers, axis=0), mask=inside)


def custom_kernel(data: input_t) -> output_t:
    data = data.contiguous()
    rows, columns = data.shape
    answer = torch.empty_like(data)
    block = triton.next_power_of_2(columns)
    softmax_rows[(rows,)](data, answer, columns, BLOCK=block, num_warps=min(16, max(1, block // 256)))
    return answer
