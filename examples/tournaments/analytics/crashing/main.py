"""Good on most days: a detector of fan-ins that divides by a number which every third date is zero. One failed run, and its miner is out."""

import csv
import gzip
import json
import os
from collections import defaultdict
from datetime import date


def main():
    day = date.fromisoformat(os.environ["PROCESSING_DATE"]).toordinal() % 3
    confidence = 1 / (2 * day)
    path = os.path.join(os.environ["INPUT_PATH"], "transfers.csv")
    senders = defaultdict(set)
    with open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            senders[row["to_address"]].add(row["from_address"])
    with open(os.path.join(os.environ["OUTPUT_PATH"], "patterns.jsonl"), "w", encoding="utf-8") as file:
        for number, (hub, own) in enumerate(sorted(senders.items()), 1):
            if 6 <= len(own) <= 60:
                file.write(json.dumps({
                    "pattern_id": f"fanin-{number}", "pattern_type": "motif_fanin", "addresses": sorted(own | {hub}),
                    "transactions": [], "confidence": confidence}) + "\n")


if __name__ == "__main__":
    main()
