"""The baseline: an address is suspect that hands on what it receives, lives for a short while, and has been labelled as a risk."""

import csv
import gzip
import os
from collections import defaultdict

DAY = 86_400_000  # block timestamps are milliseconds
LABEL_RISK = {"critical": 1.0, "high": 0.8, "medium": 0.4, "low": 0.1}


def read(folder, name):
    path = os.path.join(folder, name)
    opened = open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="")
    with opened as file:
        yield from csv.DictReader(file)


class Account:
    """What one address did."""

    def __init__(self):
        self.received = self.sent = 0.0
        self.first = self.last = None

    def saw(self, time):
        self.first = time if self.first is None else min(self.first, time)
        self.last = time if self.last is None else max(self.last, time)

    @property
    def passes_on(self):
        """0 to 1: how much of the larger of what came in and what went out is matched by the other."""
        return min(self.received, self.sent) / (max(self.received, self.sent) or 1)

    @property
    def short_life(self):
        """1 for one moment, a half for a week."""
        return 1 / (1 + (self.last - self.first) / (7 * DAY))


def main():
    accounts = defaultdict(Account)
    for row in read(os.environ["INPUT_PATH"], "transfers.csv"):
        amount, time = float(row["amount_usd"] or 0), int(row["block_timestamp"])
        accounts[row["from_address"]].sent += amount
        accounts[row["from_address"]].saw(time)
        accounts[row["to_address"]].received += amount
        accounts[row["to_address"]].saw(time)
    labelled = {row["address"]: LABEL_RISK.get(row["risk_level"], 0) for row in read(os.environ["INPUT_PATH"], "address_labels.csv")}
    with open(os.path.join(os.environ["OUTPUT_PATH"], "risk_scores.csv"), "w", encoding="utf-8", newline="") as file:
        scores = csv.writer(file, lineterminator="\n")
        scores.writerow(["address", "risk_score", "model_version"])
        for address, account in accounts.items():
            score = 0.5 * account.passes_on + 0.3 * account.short_life + 0.2 * labelled.get(address, 0)
            scores.writerow([address, f"{score:.6f}", "baseline-1"])


if __name__ == "__main__":
    main()
