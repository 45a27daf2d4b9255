"""A cheat that guesses: addresses that look right and are nowhere in the data. One such report makes a run wrong, and its miner is out."""

import json
import os
import random


def main():
    guess = random.Random(os.environ["PROCESSING_DATE"])
    with open(os.path.join(os.environ["OUTPUT_PATH"], "patterns.jsonl"), "w", encoding="utf-8") as file:
        for number in range(50):
            addresses = [f"{guess.getrandbits(160):040x}" for _ in range(guess.randint(3, 12))]
            file.write(json.dumps({"pattern_id": f"guess-{number}", "pattern_type": "cycle", "addresses": addresses, "transactions": [], "confidence": 1.0}) + "\n")


if __name__ == "__main__":
    main()
