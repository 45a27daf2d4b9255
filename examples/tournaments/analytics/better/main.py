"""Finds more than the baseline: chains, layers between two hubs, amounts below a limit, trade to and fro, what follows a long silence."""

import csv
import gzip
import json
import os
import sys
from bisect import bisect_right
from collections import Counter, defaultdict

HOUR = 3_600_000
DAY = 24 * HOUR
LIMITS = ((8_500, 10_000), (13_000, 15_000), (14_000, 16_500))  # below 10,000 USD, and below 15,000 EUR at what it may be worth


class Ledger:
    """The transfers in the order of time, and those of each address; a transfer is (time, from, to, amount in USD)."""

    def __init__(self, folder):
        path = os.path.join(folder, "transfers.csv")
        opened = open(path, encoding="utf-8", newline="") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8", newline="")
        with opened as file:
            rows = csv.reader(file)
            header = next(rows)
            time, sender, receiver, amount = map(header.index, ("block_timestamp", "from_address", "to_address", "amount_usd"))
            name = sys.intern
            self.rows = sorted((int(row[time]), name(row[sender]), name(row[receiver]), float(row[amount] or 0)) for row in rows if row[sender] != row[receiver])
        self.sent, self.received, self.partners = defaultdict(list), defaultdict(list), defaultdict(set)
        for row in self.rows:
            self.sent[row[1]].append(row)
            self.received[row[2]].append(row)
            self.partners[row[1]].add(row[2])
            self.partners[row[2]].add(row[1])
        self.times = {address: [row[0] for row in own] for address, own in self.sent.items()}

    def after(self, address, time, within):
        """What the address sends after the moment, at most so much later."""
        own = self.sent.get(address, [])
        for position in range(bisect_right(self.times.get(address, []), time), len(own)):
            if own[position][0] > time + within:
                return
            yield own[position]


def busiest_window(own, partner, within):
    """The transfers of the window in which an address meets most different partners."""
    inside, begin, best, at = Counter(), 0, 0, (0, 0)
    for end, row in enumerate(own):
        inside[row[partner]] += 1
        while row[0] - own[begin][0] > within:
            left = own[begin][partner]
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
            begin += 1
        if len(inside) > best:
            best, at = len(inside), (begin, end + 1)
    return own[at[0]:at[1]]


def stars(ledger):
    """Many to one and one to many, within an hour, six hours, a day: the wider windows catch the slow, the narrower ones leave strangers out."""
    for by_hub, partner, kind in ((ledger.received, 1, "motif_fanin"), (ledger.sent, 2, "motif_fanout")):
        for hub, own in by_hub.items():
            for within in (HOUR, 6 * HOUR, DAY, 4 * DAY):
                rows = busiest_window(own, partner, within)
                partners = {row[partner] for row in rows}
                if len(partners) >= 4:
                    yield kind, [hub, *sorted(partners)], rows


def hourglasses(ledger):
    """Many to one to many: the fan-out of a hub that has had a fan-in."""
    for hub in ledger.received.keys() & ledger.sent.keys():
        incoming = busiest_window(ledger.received[hub], 1, DAY)
        outgoing = busiest_window(ledger.sent[hub], 2, DAY)
        before, behind = {row[1] for row in incoming}, {row[2] for row in outgoing}
        if len(before) >= 3 and len(behind) >= 3:
            yield "smurfing_network", [hub, *sorted(before | behind)], incoming + outgoing


def layers(ledger):
    """One sender, many between, one receiver: smurfs and sybils."""
    for source, own in ledger.sent.items():
        if not 3 <= len({row[2] for row in own}) <= 200:
            continue
        between = defaultdict(list)
        for row in own:
            for onward in ledger.after(row[2], row[0], 4 * DAY):
                between[onward[2]].append((row, onward))
        for target, pairs in between.items():
            middle = {onward[1] for _, onward in pairs} - {source, target}
            if len(middle) >= 3 and target != source:
                yield "smurfing_network", [source, *sorted(middle), target], [row for pair in pairs for row in pair if row[1] != target]


def chains(ledger):
    """The same amount, less a share, handed from one to the next: along its main way, and with what was peeled off on it."""
    used = set()
    for begin in ledger.rows:
        if begin in used:
            continue
        way, own = [begin[1], begin[2]], [begin]
        while len(way) < 60:
            time, _, at, amount = own[-1]
            onward = next((hop for hop in ledger.after(at, time, 2 * DAY) if 0.6 * amount <= hop[3] <= 1.01 * amount and hop[2] not in way), None)
            if onward is None:
                break
            way.append(onward[2])
            own.append(onward)
            used.add(onward)
        if len(way) >= 4:
            yield "layering_path", way, own
            peeled = [
                hop for row in own[:-1] for hop in ledger.after(row[2], row[0], 2 * DAY)
                if hop[3] < 0.5 * row[3] and hop[2] not in way and len(ledger.partners[hop[2]]) <= 8]
            if peeled:
                yield "motif_fanout", way + sorted({hop[2] for hop in peeled}), own + peeled


def cycles(ledger):
    seen = set()
    for begin in ledger.rows:
        ways, tried = [([begin], (begin[1], begin[2]))], 0
        while ways and tried < 200:
            own, way = ways.pop()
            tried += 1
            time, _, at, amount = own[-1]
            found = 0
            for hop in ledger.after(at, time, 3 * DAY):
                if found == 6 or hop[0] > begin[0] + 10 * DAY:
                    break
                if not 0.7 * amount <= hop[3] <= 1.01 * amount:
                    continue
                found += 1
                if hop[2] == way[0]:
                    if len(way) >= 3 and frozenset(way) not in seen:
                        seen.add(frozenset(way))
                        yield "cycle", list(way), own + [hop]
                elif len(way) < 12 and hop[2] not in way:
                    ways.append((own + [hop], way + (hop[2],)))


def pieces(rows, most=120):
    """What hangs together by some transfers: lists of transfers."""
    root = {}

    def find(one):
        while root.setdefault(one, one) != one:
            root[one] = one = root[root[one]]
        return one

    for row in rows:
        root[find(row[1])] = find(row[2])
    groups = defaultdict(list)
    for row in rows:
        groups[find(row[1])].append(row)
    for own in groups.values():
        addresses = sorted({row[1] for row in own} | {row[2] for row in own})
        if 3 <= len(addresses) <= most:
            yield addresses, own


def below_limits(ledger):
    for least, limit in LIMITS:
        for addresses, own in pieces([row for row in ledger.rows if least <= row[3] < limit]):
            yield "threshold_evasion", addresses, own


def to_and_fro(ledger):
    """Pairs that trade both ways, and the rings that they make."""
    pairs = Counter((row[1], row[2]) for row in ledger.rows)
    mutual = [row for row in ledger.rows if pairs[row[1], row[2]] >= 2 and pairs[row[2], row[1]] >= 2]
    for addresses, own in pieces(mutual):
        yield "wash_trading", addresses, own


def after_silence(ledger):
    """Who was silent for long and then sends: with the receivers, and the next hop."""
    for address, own in ledger.sent.items():
        moments = sorted([row[0] for row in own] + [row[0] for row in ledger.received.get(address, [])])
        for before, then in zip(moments, moments[1:]):
            if then - before < 15 * DAY:
                continue
            rows = list(ledger.after(address, then - 1, 2 * DAY))
            rows += [hop for row in list(rows) for hop in ledger.after(row[2], row[0], 2 * DAY)]
            addresses = sorted({row[1] for row in rows} | {row[2] for row in rows})
            if 3 <= len(addresses) <= 60:
                yield "dormant_activation", addresses, rows


def main():
    ledger = Ledger(os.environ["INPUT_PATH"])
    seen, number = set(), 0
    with open(os.path.join(os.environ["OUTPUT_PATH"], "patterns.jsonl"), "w", encoding="utf-8") as file:
        for detect in (cycles, chains, layers, hourglasses, below_limits, to_and_fro, after_silence, stars):
            for kind, addresses, rows in detect(ledger):
                if len(addresses) > 250 or frozenset(addresses) in seen:
                    continue
                seen.add(frozenset(addresses))
                number += 1
                file.write(json.dumps({
                    "pattern_id": f"{kind}-{number}",
                    "pattern_type": kind,
                    "addresses": addresses,
                    "transactions": [{"from_address": row[1], "to_address": row[2]} for row in dict.fromkeys(rows)],
                    "confidence": 0.7,
                }) + "\n")


if __name__ == "__main__":
    main()
