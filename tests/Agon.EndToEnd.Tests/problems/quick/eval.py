"""A small harness: about a third of a second a phase, so that a kill has something to hit."""
import os
import sys
import time


def main():
    mode, case_file = sys.argv[1:3]
    numbers = [int(line.split(":")[1]) for line in open(case_file, encoding="utf-8").read().splitlines()]
    with os.fdopen(int(os.environ["POPCORN_FD"]), "w", encoding="utf-8") as verdict:
        from submission import twice

        passed, kind = True, "test" if mode == "test" else "benchmark"
        print(f"{kind}-count: {len(numbers)}", file=verdict)
        for index, number in enumerate(numbers):
            start = time.perf_counter_ns()
            while time.perf_counter_ns() - start < 300_000_000 // len(numbers):
                right = twice(number) == 2 * number
            print(f"{kind}.{index}.spec: number: {number}", file=verdict)
            if kind == "benchmark":
                print(f"benchmark.{index}.runs: 1\nbenchmark.{index}.mean: {time.perf_counter_ns() - start}", file=verdict)
            print(f"{kind}.{index}.status: {'pass' if right else 'fail'}", file=verdict, flush=True)
            passed = passed and right
        print(f"check: {'pass' if passed else 'fail'}", file=verdict)
    return 0 if passed else 112


sys.exit(main())
