"""Makes the inputs, knows the answers, compares."""

import torch

from task import input_t, output_t

# A float has 24 bits; sums of thousands of them lose a few.
RELATIVE, ABSOLUTE = 1e-4, 1e-7


def generate_input(rows: int, columns: int, spread: int, seed: int) -> input_t:
    """Numbers around 0, `spread` wide; the same arguments always give the same ones on the same device."""
    if not (0 < rows <= 65536 and 0 < columns <= 65536 and 0 < spread <= 1000):
        raise ValueError("rows and columns must be 1 to 65536, spread 1 to 1000")
    generator = torch.Generator(device="cuda").manual_seed(seed % 2**63)
    return torch.randn(rows, columns, device="cuda", generator=generator) * spread


def ref_kernel(data: input_t) -> output_t:
    """In double precision: what is right, whatever it costs."""
    return torch.softmax(data.double(), dim=1)


def check_implementation(expected: output_t, got: object) -> str:
    """What is wrong with an answer; empty if nothing is."""
    # Exactly a tensor: a class of the entry's own could claim to be close to anything.
    if type(got) is not torch.Tensor:
        return f"the answer must be a tensor, not {type(got).__name__}"
    if got.shape != expected.shape or got.dtype != torch.float32 or got.device != expected.device:
        return f"the answer must be {tuple(expected.shape)} of float32 on {expected.device}, not {tuple(got.shape)} of {got.dtype} on {got.device}"
    # Written so that NaN is never close.
    wrong = ~((got.double() - expected).abs() <= ABSOLUTE + RELATIVE * expected.abs())
    if not bool(wrong.any()):
        return ""
    row, column = (int(place) for place in wrong.nonzero()[0])
    return f"{int(wrong.sum())} numbers are wrong; row {row}, column {column} is {float(got[row, column]):.8g}, not {float(expected[row, column]):.8g}"
