"""The harness: `eval.py MODE CASEFILE` runs the entry on every case and writes what it found to POPCORN_FD.

Exit codes: 0 all well, 2 wrong usage, 111 no POPCORN_FD, 112 the entry failed, 113 a case that cannot be read.
It shares the entry's process, so what it writes is the entry's own claim; boards show it as self-reported.
"""

import base64
import cProfile
import gc
import io
import math
import os
import pstats
import re
import sys
import time
from dataclasses import dataclass

from reference import check_implementation, generate_input, ref_kernel

EXIT_USAGE, EXIT_NO_PIPE, EXIT_FAILED, EXIT_BAD_CASE = 2, 111, 112, 113

MOST_REPEATS, FEWEST_REPEATS = 100, 3
ENOUGH_RELATIVE_ERROR = 0.001

# Seconds for one benchmark, checks included: three of them stay below 2 s and 3 s.
SECONDS_PER_BENCHMARK = {"benchmark": 0.5, "leaderboard": 0.8}

# Every repeat of a ranked run has an input of its own, so that no answer can be kept from one to the next.
SEED_STEP = 13

LONGEST_ERROR = 500
MOST_PROFILE_LINES = 40

clock = time.perf_counter_ns


@dataclass(frozen=True)
class Case:
    line: str
    arguments: dict


class BadCase(Exception):
    """A case that this harness cannot read."""


class Verdict:
    """The lines that the judge reads."""

    def __init__(self, descriptor: int):
        self._pipe = os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")

    def write(self, key: str, value: object) -> None:
        text = str(value).replace("\r", "").replace("\n", "\\n")[:LONGEST_ERROR]
        self._pipe.write(f"{key}: {text}\n")
        self._pipe.flush()

    def write_report(self, key: str, profiler: cProfile.Profile) -> None:
        """Where the time went, as base64 of text."""
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(MOST_PROFILE_LINES)
        self._pipe.write(f"{key}: {base64.b64encode(text.getvalue().encode()).decode()}\n")
        self._pipe.flush()


def read_cases(path: str, seed: int | None) -> list[Case]:
    """One case a line, `name: value; name: value`."""
    with open(path, encoding="utf-8") as file:
        return [read_case(line.rstrip("\n"), seed) for line in file]


def read_case(line: str, seed: int | None) -> Case:
    arguments: dict = {}
    for part in line.split(";"):
        match = re.fullmatch(r"\s*([a-z]+):\s*(-?[0-9]+|[a-z]+)\s*", part)
        if match is None:
            raise BadCase(f"cannot read {part.strip()!r} in the case {line!r}")
        name, value = match.groups()
        arguments[name] = value if value.isalpha() else int(value)
    if "seed" not in arguments:
        raise BadCase(f"a case needs a seed, which {line!r} has not")
    if seed is not None:
        arguments["seed"] = mixed(arguments["seed"], seed)
    return Case(line, arguments)


def mixed(case_seed: int, run_seed: int) -> int:
    """One number from two: no other pair gives the same for this case."""
    return case_seed + (case_seed + run_seed) * (case_seed + run_seed + 1) // 2


def make_input(case: Case, step: int = 0):
    arguments = dict(case.arguments, seed=case.arguments["seed"] + SEED_STEP * step)
    try:
        return generate_input(**arguments)
    except (TypeError, ValueError) as error:
        raise BadCase(f"{error} (case {case.line!r})") from error


def load_entry():
    """The entry's function, and what is wrong if it cannot be had."""
    try:
        from submission import custom_kernel
        return custom_kernel, ""
    except BaseException as error:  # an entry may raise anything, SystemExit too
        return None, f"submission.py cannot be loaded: {described(error)}"


def timed_call(entry, data) -> tuple[int, object, str]:
    """Nanoseconds, answer, error."""
    gc.collect()
    gc.disable()
    try:
        start = clock()
        answer = entry(data)
        return clock() - start, answer, ""
    except BaseException as error:
        return 0, None, f"the entry raised {described(error)}"
    finally:
        gc.enable()


def described(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return "an error that cannot be shown"


def run_tests(verdict: Verdict, cases: list[Case]) -> bool:
    entry, trouble = load_entry()
    verdict.write("test-count", len(cases))
    passed = True
    for number, case in enumerate(cases):
        verdict.write(f"test.{number}.spec", case.line)
        data = make_input(case)
        error = trouble
        if not error:
            _, answer, error = timed_call(entry, data)
            error = error or check_implementation(ref_kernel(data), answer)
        verdict.write(f"test.{number}.status", "fail" if error else "pass")
        if error:
            verdict.write(f"test.{number}.error", error)
            passed = False
    return passed


def run_benchmarks(verdict: Verdict, cases: list[Case], mode: str) -> bool:
    entry, error = load_entry()
    verdict.write("benchmark-count", len(cases))
    if cases and not error:
        error = warm_up(entry, cases[0])
    for number, case in enumerate(cases):
        verdict.write(f"benchmark.{number}.spec", case.line)
        times: list[int] = []
        if not error:
            times, error = measure(entry, case, mode)
        if error:
            verdict.write(f"benchmark.{number}.status", "fail")
            verdict.write(f"benchmark.{number}.error", error)
            return False
        for key, value in summary(times).items():
            verdict.write(f"benchmark.{number}.{key}", value)
    return not error


def run_profile(verdict: Verdict, cases: list[Case]) -> bool:
    """One call of each case, watched by Python's own profiler."""
    entry, error = load_entry()
    verdict.write("benchmark-count", len(cases))
    for number, case in enumerate(cases):
        verdict.write(f"benchmark.{number}.spec", case.line)
        data = make_input(case)
        profiler = cProfile.Profile()
        if not error:
            profiler.enable()
            _, answer, error = timed_call(entry, data)
            profiler.disable()
        error = error or check_implementation(ref_kernel(data), answer)
        if error:
            verdict.write(f"benchmark.{number}.error", error)
            return False
        verdict.write_report(f"benchmark.{number}.report", profiler)
    return not error


def warm_up(entry, case: Case) -> str:
    data = make_input(case)
    _, answer, error = timed_call(entry, data)
    return error or check_implementation(ref_kernel(data), answer)


def measure(entry, case: Case, mode: str) -> tuple[list[int], str]:
    """Times of calls whose answers were right, or the first error. Every answer is checked, in both modes."""
    give_up = clock() + int(SECONDS_PER_BENCHMARK[mode] * 1e9)
    data = make_input(case)
    expected = ref_kernel(data)
    times: list[int] = []
    while len(times) < MOST_REPEATS:
        if mode == "leaderboard":
            data = make_input(case, step=len(times) + 1)
            expected = ref_kernel(data)
        time_ns, answer, error = timed_call(entry, data)
        error = error or check_implementation(expected, answer)
        if error:
            return [], error
        times.append(time_ns)
        if len(times) >= FEWEST_REPEATS and (clock() >= give_up or is_enough(times)):
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


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("test", "benchmark", "leaderboard", "profile"):
        print("usage: eval.py test|benchmark|leaderboard|profile CASEFILE", file=sys.stderr)
        return EXIT_USAGE
    try:
        verdict = Verdict(int(os.environ["POPCORN_FD"]))
    except (KeyError, ValueError, OSError):
        print("POPCORN_FD must be the number of an open descriptor", file=sys.stderr)
        return EXIT_NO_PIPE

    mode, path = arguments
    try:
        seed = os.environ.get("POPCORN_SEED")
        cases = read_cases(path, int(seed) if seed else None)
        if mode == "test":
            passed = run_tests(verdict, cases)
        elif mode == "profile":
            passed = run_profile(verdict, cases)
        else:
            passed = run_benchmarks(verdict, cases, mode)
    except (BadCase, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_CASE
    verdict.write("check", "pass" if passed else "fail")
    return 0 if passed else EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
