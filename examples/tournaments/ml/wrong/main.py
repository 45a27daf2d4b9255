"""A cheat that guesses: scores above 1 to stand before everybody, and for addresses that nobody has seen. Its first run is its last."""

import os
import random


def main():
    guess = random.Random(os.environ["PROCESSING_DATE"])
    with open(os.path.join(os.environ["OUTPUT_PATH"], "risk_scores.csv"), "w", encoding="utf-8") as file:
        file.write("address,risk_score,model_version\n")
        file.writelines(f"{guess.getrandbits(160):040x},{1 + guess.random():.3f},guess\n" for _ in range(200))


if __name__ == "__main__":
    main()
