"""The harness: `eval.py MODE CASEFILE` runs the entry on every case and writes what it found to POPCORN_FD.

Exit codes: 0 all well, 2 wrong usage, 110 no GPU or a CUDA call failed, 111 no POPCORN_FD, 112 the entry failed, 113 a case that
cannot be read. It shares the entry's process, so what it writes is the entry's own claim; boards show it as self-reported.

A call's time ends when the whole device has nothing left to do, by the host's clock: work on another stream counts, too.
"""

import base64
import math
import os
import re
import sys
import time
from dataclasses import dataclass

EXIT_USAGE, EXIT_CUDA, EXIT_NO_PIPE, EXIT_FAILED, EXIT_BAD_CASE = 2, 110, 111, 112, 113

MOST_REPEATS, FEWEST_REPEATS, WARM_UPS = 100, 3, 3
ENOUGH_RELATIVE_ERROR = 0.01
SECONDS_PER_BENCHMARK = {"benchmark": 10, "leaderboard": 20}

# Every repeat of a ranked run has an input of its own, so that no answer can be kept from one to the next.
SEED_STEP = 13

# More than the second-level cache of any GPU there is.
SWEEP_BYTES = 256 << 20

LONGEST_ERROR = 500


@dataclass(frozen=True)
class Case:
    line: str
    arguments: dict


class BadCase(Exception):
    """A case that this harness cannot read."""


class NoGpu(Exception):
    """This machine cannot hold the contest."""


class Verdict:
    """The lines that the judge reads."""

    def __init__(self, descriptor: int):
        self._pipe = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")

    def write(self, key: str, value: object, longest: int = LONGEST_ERROR) -> None:
        text = str(value).replace("\r", "").replace("\n", "\\n")[:longest]
        self._pipe.write(f"{key}: {text}\n")
        self._pipe.flush()


class Device:
    """The GPU, and what of PyTorch and of the contest is needed on it."""

    def __init__(self):
        try:
            import torch
        except ImportError as error:
            raise NoGpu("this contest needs PyTorch, and the device's Python has none") from error
        if not torch.cuda.is_available():
            raise NoGpu("this contest needs a GPU that PyTorch can use, and none can be used here")
        import reference
        self.torch, self.reference = torch, reference
        self._sweep = torch.empty(SWEEP_BYTES, dtype=torch.int8, device="cuda")

    def make_input(self, case: Case, step: int = 0):
        arguments = dict(case.arguments, seed=case.arguments["seed"] + SEED_STEP * step)
        try:
            return self.reference.generate_input(**arguments)
        except (TypeError, ValueError) as error:
            raise BadCase(f"{error} (case {case.line!r})") from error

    def timed_call(self, entry, data) -> tuple[int, object, str]:
        """Nanoseconds, answer, error."""
        try:
            self._sweep.zero_()
            self.torch.cuda.synchronize()
            start = time.perf_counter_ns()
            answer = entry(data)
            self.torch.cuda.synchronize()
            return time.perf_counter_ns() - start, answer, ""
        except BaseException as error:  # an entry may raise anything, SystemExit too
            return 0, None, f"the entry raised {described(error)}"

    def checked_call(self, entry, data, original) -> tuple[int, str]:
        """Nanoseconds, and what is wrong with the answer. `original` was made before: an entry may write into its data."""
        time_ns, answer, error = self.timed_call(entry, data)
        return time_ns, error or self.reference.check_implementation(self.reference.ref_kernel(original), answer)

    def one_call(self, entry, case: Case) -> str:
        data = self.make_input(case)
        return self.checked_call(entry, data, data.clone())[1]


def described(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return "an error that cannot be shown"


def read_cases(path: str, seed: int | None) -> list[Case]:
    """One case a line, `name: value; name: value`."""
    with open(path, encoding="utf-8") as file:
        return [read_case(line.rstrip("\n"), seed) for line in file]


def read_case(line: str, seed: int | None) -> Case:
    arguments = {}
    for part in line.split(";"):
        match = re.fullmatch(r"\s*([a-z]+):\s*([0-9]+)\s*", part)
        if match is None:
            raise BadCase(f"cannot read {part.strip()!r} in the case {line!r}")
        arguments[match.group(1)] = int(match.group(2))
    if "seed" not in arguments:
        raise BadCase(f"a case needs a seed, which {line!r} has not")
    if seed is not None:
        both = arguments["seed"] + seed
        arguments["seed"] += both * (both + 1) // 2  # no other pair gives the same for this case
    return Case(line, arguments)


def load_entry():
    """The entry's function, and what is wrong if it cannot be had."""
    try:
        from submission import custom_kernel
        return custom_kernel, ""
    except BaseException as error:
        return None, f"submission.py cannot be loaded: {described(error)}"


def run_tests(device: Device, verdict: Verdict, cases: list[Case]) -> bool:
    entry, unloadable = load_entry()
    verdict.write("test-count", len(cases))
    passed = True
    for number, case in enumerate(cases):
        verdict.write(f"test.{number}.spec", case.line)
        error = unloadable or device.one_call(entry, case)
        verdict.write(f"test.{number}.status", "fail" if error else "pass")
        if error:
            verdict.write(f"test.{number}.error", error)
            passed = False
    return passed


def run_benchmarks(device: Device, verdict: Verdict, cases: list[Case], mode: str) -> bool:
    entry, error = load_entry()
    verdict.write("benchmark-count", len(cases))
    for number, case in enumerate(cases):
        verdict.write(f"benchmark.{number}.spec", case.line)
        times: list[int] = []
        if not error:
            times, error = measure(device, entry, case, mode)
        if error:
            verdict.write(f"benchmark.{number}.status", "fail")
            verdict.write(f"benchmark.{number}.error", error)
            return False
        for key, value in summary(times).items():
            verdict.write(f"benchmark.{number}.{key}", value)
    return not error


def measure(device: Device, entry, case: Case, mode: str) -> tuple[list[int], str]:
    """Times of calls whose answers were right, or the first error."""
    give_up = time.perf_counter() + SECONDS_PER_BENCHMARK[mode]
    for _ in range(WARM_UPS):  # the first call also compiles
        if error := device.one_call(entry, case):
            return [], error
    times: list[int] = []
    while len(times) < MOST_REPEATS:
        data = device.make_input(case, step=len(times) + 1 if mode == "leaderboard" else 0)
        time_ns, error = device.checked_call(entry, data, data.clone())
        if error:
            return [], error
        times.append(time_ns)
        if len(times) >= FEWEST_REPEATS and (time.perf_counter() >= give_up or is_enough(times)):
            break
    return times, ""


def is_enough(times: list[int]) -> bool:
    found = summary(times)
    return found["err"] <= ENOUGH_RELATIVE_ERROR * found["mean"]


def summary(times: list[int]) -> dict:
    """Nanoseconds; std with n - 1, err is the standard error of the mean."""
    count = len(times)
    mean = sum(times) / count
    std = math.sqrt(sum((one - mean) ** 2 for one in times) / (count - 1))
    return {
        "runs": count, "mean": mean, "std": std, "err": std / math.sqrt(count),
        "best": float(min(times)), "worst": float(max(times)),
    }


def run_profile(device: Device, verdict: Verdict, cases: list[Case]) -> bool:
    """One call of each case, watched by PyTorch's own profiler."""
    from torch.profiler import ProfilerActivity, profile

    entry, error = load_entry()
    verdict.write("benchmark-count", len(cases))
    for number, case in enumerate(cases):
        verdict.write(f"benchmark.{number}.spec", case.line)
        error = error or device.one_call(entry, case)
        if not error:
            with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as watched:
                error = device.timed_call(entry, device.make_input(case))[2]
        if error:
            verdict.write(f"benchmark.{number}.error", error)
            return False
        table = watched.key_averages().table(sort_by="cuda_time_total", row_limit=20)
        verdict.write(f"benchmark.{number}.report", base64.b64encode(table.encode()).decode(), longest=60_000)
    return not error


def run(mode: str, path: str, verdict: Verdict) -> bool:
    seed = os.environ.get("POPCORN_SEED")
    cases = read_cases(path, int(seed) if seed else None)
    device = Device()
    if mode == "test":
        return run_tests(device, verdict, cases)
    if mode == "profile":
        return run_profile(device, verdict, cases)
    return run_benchmarks(device, verdict, cases, mode)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("test", "benchmark", "leaderboard", "profile"):
        print("usage: eval.py test|benchmark|leaderboard|profile CASEFILE", file=sys.stderr)
        return EXIT_USAGE
    try:
        verdict = Verdict(int(os.environ["POPCORN_FD"]))
    except (KeyError, ValueError, OSError):
        print("POPCORN_FD must be the number of an open descriptor", file=sys.stderr)
        return EXIT_NO_PIPE
    try:
        passed = run(*arguments, verdict)
    except NoGpu as error:
        print(error, file=sys.stderr)
        return EXIT_CUDA
    except (BadCase, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CASE
    verdict.write("check", "pass" if passed else "fail")
    return 0 if passed else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
