"""Good on most days: a share of the whole that divides by a number which every third date is zero. One failed run, and its miner is out."""

import csv
import gzip
import os
from collections import Counter
from datetime import date


def main():
    day = date.fromisoformat(os.environ["PROCESSING_DATE"]).toordinal() % 3
    weight = 1 / (2 * day)
    path = os.path.join(os.environ["INPUT_PATH"], "transfers.csv")
    sent, received = Counter(), Counter()
    with open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sent[row["from_address"]] += 1
            received[row["to_address"]] += 1
    with open(os.path.join(os.environ["OUTPUT_PATH"], "risk_scores.csv"), "w", encoding="utf-8") as file:
        file.write("address,risk_score,model_version\n")
        for address in sorted(sent.keys() | received.keys()):
            file.write(f"{address},{weight / (1 + abs(sent[address] - received[address])):.6f},crashing-1\n")


if __name__ == "__main__":
    main()
