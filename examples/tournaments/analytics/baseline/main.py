"""The baseline: cycles, fan-ins and fan-outs among the transfers of one dataset. Written to be read; what it lacks is left to miners."""

import csv
import gzip
import json
import os
from bisect import bisect_right
from collections import defaultdict
from itertools import takewhile

HOUR = 3_600_000  # block timestamps are milliseconds
STAR_WITHIN = 24 * HOUR
STAR_PARTNERS = 6
CYCLE_WITHIN = 72 * HOUR
CYCLE_LENGTHS = range(3, 9)
FORWARDED = (0.7, 1.01)  # what comes in, less fees and a share kept, goes on
NEXT_HOPS = 8
WAYS = 500  # tried from one transfer on; round an exchange there is no end of them


def read_transfers(folder):
    """(time, from, to, amount in USD) of every transfer, in the order of time."""
    path = os.path.join(folder, "transfers.csv")
    opened = open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="")
    with opened as file:
        return sorted(
            (int(row["block_timestamp"]), row["from_address"], row["to_address"], float(row["amount_usd"] or 0))
            for row in csv.DictReader(file) if row["from_address"] != row["to_address"])


def stars(transfers, hub, partner):
    """Addresses that meet many different others within a day: (hub, partners); hub and partner are columns."""
    by_hub = defaultdict(list)
    for transfer in transfers:
        by_hub[transfer[hub]].append(transfer)
    for centre, own in by_hub.items():
        best = set()
        for first, (begin, *_) in enumerate(own):
            day = takewhile(lambda row: row[0] - begin <= STAR_WITHIN, own[first:])
            partners = {row[partner] for row in day}
            if len(partners) > len(best):
                best = partners
        if len(best) >= STAR_PARTNERS:
            yield centre, sorted(best)


def cycles(transfers):
    """Rings along which nearly the same amount is handed on: lists of addresses in order, each ring once."""
    sent = defaultdict(list)
    for transfer in transfers:
        sent[transfer[1]].append(transfer)
    seen = set()
    for begin in transfers:
        ways, tried = [[begin]], 0
        while ways and tried < WAYS:
            way = ways.pop()
            tried += 1
            time, _, at, amount = way[-1]
            later = sent[at][bisect_right(sent[at], time, key=lambda hop: hop[0]):]
            hops = [hop for hop in takewhile(lambda hop: hop[0] <= begin[0] + CYCLE_WITHIN, later) if FORWARDED[0] * amount <= hop[3] <= FORWARDED[1] * amount]
            for hop in hops[:NEXT_HOPS]:
                ring = [step[1] for step in way] + [hop[1]]
                if hop[2] == begin[1] and len(ring) in CYCLE_LENGTHS:
                    if frozenset(ring) not in seen:
                        seen.add(frozenset(ring))
                        yield ring
                elif hop[2] not in ring and len(ring) < CYCLE_LENGTHS[-1]:
                    ways.append(way + [hop])


def patterns(transfers):
    for ring in cycles(transfers):
        yield "cycle", ring, list(zip(ring, ring[1:] + ring[:1])), 0.9
    for hub, senders in stars(transfers, hub=2, partner=1):
        yield "motif_fanin", [hub] + senders, [(sender, hub) for sender in senders], 0.6
    for hub, receivers in stars(transfers, hub=1, partner=2):
        yield "motif_fanout", [hub] + receivers, [(hub, receiver) for receiver in receivers], 0.6


def main():
    transfers = read_transfers(os.environ["INPUT_PATH"])
    with open(os.path.join(os.environ["OUTPUT_PATH"], "patterns.jsonl"), "w", encoding="utf-8") as file:
        for number, (kind, addresses, pairs, confidence) in enumerate(patterns(transfers), 1):
            file.write(json.dumps({
                "pattern_id": f"{kind}-{number}",
                "pattern_type": kind,
                "addresses": addresses,
                "transactions": [{"from_address": sender, "to_address": receiver} for sender, receiver in pairs],
                "confidence": confidence,
            }) + "\n")


if __name__ == "__main__":
    main()
