"""What the baseline finds, in a fraction of its time: three columns read, one pass over each address, no way tried twice."""

import csv
import gzip
import json
import os
import sys
from bisect import bisect_right
from collections import Counter, defaultdict

HOUR = 3_600_000
STAR_WITHIN = 24 * HOUR
STAR_PARTNERS = 6
CYCLE_WITHIN = 72 * HOUR
CYCLE_LENGTHS = range(3, 9)
LEAST, MOST = 0.7, 1.01
NEXT_HOPS = 8
WAYS = 500


def read_transfers(folder):
    path = os.path.join(folder, "transfers.csv")
    opened = open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="")
    with opened as file:
        rows = csv.reader(file)
        header = next(rows)
        time, sender, receiver, amount = map(header.index, ("block_timestamp", "from_address", "to_address", "amount_usd"))
        # Interned, addresses compare by identity.
        name = sys.intern
        return sorted((int(row[time]), name(row[sender]), name(row[receiver]), float(row[amount] or 0)) for row in rows if row[sender] != row[receiver])


def stars(by_hub, partner):
    """A window of one day slides over the transfers of a hub; the count of each partner says when it leaves."""
    for centre, own in by_hub.items():
        if len(own) < STAR_PARTNERS:
            continue
        inside, begin, best, best_at = Counter(), 0, 0, (0, 0)
        for end, row in enumerate(own):
            inside[row[partner]] += 1
            while row[0] - own[begin][0] > STAR_WITHIN:
                left = own[begin][partner]
                inside[left] -= 1
                if not inside[left]:
                    del inside[left]
                begin += 1
            if len(inside) > best:
                best, best_at = len(inside), (begin, end + 1)
        partners = {row[partner] for row in own[best_at[0]:best_at[1]]}
        if len(partners) >= STAR_PARTNERS:
            yield centre, sorted(partners)


def cycles(transfers, sent):
    times = {address: [row[0] for row in rows] for address, rows in sent.items()}
    receives = {row[2] for row in transfers}
    seen = set()
    for begin in transfers:
        start, last = begin[1], begin[0] + CYCLE_WITHIN
        if start not in receives or begin[2] not in sent:
            continue
        ways, tried = [(begin, (start,))], 0
        while ways and tried < WAYS:
            (time, _, at, amount), way = ways.pop()
            tried += 1
            rows = sent.get(at)
            if not rows:
                continue
            way += (at,)
            low, high, found = LEAST * amount, MOST * amount, 0
            for position in range(bisect_right(times[at], time), len(rows)):
                hop = rows[position]
                if hop[0] > last or found == NEXT_HOPS:
                    break
                if not low <= hop[3] <= high:
                    continue
                found += 1
                if hop[2] == start:
                    if len(way) in CYCLE_LENGTHS and frozenset(way) not in seen:
                        seen.add(frozenset(way))
                        yield list(way)
                elif len(way) < CYCLE_LENGTHS[-1] and hop[2] not in way:
                    ways.append((hop, way))


def main():
    transfers = read_transfers(os.environ["INPUT_PATH"])
    sent, received = defaultdict(list), defaultdict(list)
    for row in transfers:
        sent[row[1]].append(row)
        received[row[2]].append(row)
    found = [("cycle", ring, zip(ring, ring[1:] + ring[:1]), 0.9) for ring in cycles(transfers, sent)]
    found += [("motif_fanin", [hub] + others, [(other, hub) for other in others], 0.6) for hub, others in stars(received, partner=1)]
    found += [("motif_fanout", [hub] + others, [(hub, other) for other in others], 0.6) for hub, others in stars(sent, partner=2)]
    with open(os.path.join(os.environ["OUTPUT_PATH"], "patterns.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps({
            "pattern_id": f"{kind}-{number}",
            "pattern_type": kind,
            "addresses": addresses,
            "transactions": [{"from_address": sender, "to_address": receiver} for sender, receiver in pairs],
            "confidence": confidence,
        }) + "\n" for number, (kind, addresses, pairs, confidence) in enumerate(found, 1))


if __name__ == "__main__":
    main()
