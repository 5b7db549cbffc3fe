#!/usr/bin/env python3
"""report.py FOLDER - the table of make bench from FOLDER/raw.tsv: printed, as table.csv, and as plots.

A line of raw.tsv is repetition, metric, value. Ratios are taken within a repetition, between values
measured minutes apart at most; shown are the median and the lowest and highest of them.
"""

import csv
import glob
import json
import os
import statistics
import subprocess
import sys

SHOW_SEATS = 20000
KAFKA_LESS = ("worker", "postgres")
RSS_MB_MAX = 64 + 200 * SHOW_SEATS / 2**20


def read(folder):
    values = {}
    with open(os.path.join(folder, "raw.tsv")) as file:
        for repetition, metric, value in csv.reader(file, delimiter="\t"):
            values.setdefault(metric, {})[int(repetition)] = float(value)
    return values


class Figures:
    """Series of values by repetition; a series that was not measured is empty."""

    def __init__(self, values):
        self.values = values

    def of(self, metric):
        return self.values.get(metric, {})

    def best(self, *metrics):
        best = {}
        for metric in metrics:
            for repetition, value in self.of(metric).items():
                best[repetition] = max(value, best.get(repetition, value))
        return best

    @staticmethod
    def combine(left, right, how):
        return {r: how(left[r], right[r]) for r in left if r in right and right[r]}

    def ratio(self, left, right):
        return self.combine(left, right, lambda a, b: a / b)

    def below(self, left, right):
        """By how many percent left is below right."""
        return self.combine(left, right, lambda a, b: (b - a) / b * 100)


def web_peer_rows(f):
    """A function call in PostgreSQL behind the same door, at each number of connections; the best counts."""
    rows = []
    for peer, name, ours, wanted in (
            ("onsale.kept", "on-sale", "gateway.most.rate", (">=", 1.3)),
            ("accepted.kept", "all accepted", "gateway.accepted.rate", (">=", 2.5)),
            ("onsale.unkept", "on-sale, no refusal kept", "gateway.most.rate", None)):
        counts = [n for n in (4, 8, 16, 32) if f.of(f"gateway.peer.{peer}.{n}.rate")]
        for n in counts:
            rows.append((f"function by HTTP, {n} connections: {name}", "/s",
                         f.of(f"gateway.peer.{peer}.{n}.rate"), None))
        best = f.best(*[f"gateway.peer.{peer}.{n}.rate" for n in counts])
        rows.append((f"by HTTP, holdfast / best function: {name}", "x", f.ratio(f.of(ours), best), wanted))
    return rows


def viewer_rows(f):
    """The live map. nchan holds the same viewers, and is given the frames that the gateway sent, as is a
    loop that does nothing but send them."""
    def of(metric):
        return f.of(f"viewers.{metric}")

    return [
        ("live map: gateway's memory a viewer", "bytes", of("bytes"), ("<=", 512)),
        ("... of nginx with nchan", "bytes", of("nchan.bytes"), None),
        ("... gateway's / nchan's", "x", f.ratio(of("bytes"), of("nchan.bytes")), ("<", 1)),
        ("live map: gateway while nothing changes", "cores", of("idle_cores"), ("<=", 0.02)),
        ("live map: the first viewer has his map in", "ms", of("first_ms"), ("<=", 200)),
        ("... all have it where all come at once", "ms", of("first.all_ms"), None),
        ("... queries for it", "", of("first.queries"), ("<=", 1)),
        ("seats change: gateway's processor time a frame", "us", of("busy.frame_us"), ("<=", 8)),
        ("... of a loop that sends them and does nothing else", "us", of("bare.frame_us"), None),
        ("... of nginx with nchan", "us", of("nchan.frame_us"), None),
        ("... gateway's / nchan's", "x", f.ratio(of("busy.frame_us"), of("nchan.frame_us")),
         ("<=", 1.15)),
        ("... at a Unix socket", "us", of("unix.frame_us"), ("<=", 8)),
        ("... of the loop at a Unix socket", "us", of("bare_unix.frame_us"), None),
        ("... frames a second", "/s", of("busy.pace"), None),
        ("... from event's record to viewer, p50", "ms", of("busy.late_p50"), ("<=", 300)),
        ("... p99", "ms", of("busy.late_p99"), ("<=", 1000)),
        ("... until this machine's viewers had their turn to read it, p50", "ms", of("busy.read_p50"), None),
        ("... p99 where 5 % of them read nothing", "ms", of("unread.late_p99"), ("<=", 1000)),
        ("... gateway's memory then grows by", "MB", of("unread.memory_mb"), ("<=", 10)),
        ("... GET of a map meanwhile, p99", "ms", of("beside.get_p99"), ("<=", 10)),
        ("... without viewers", "ms", of("quiet.get_p99"), None),
        ("... reserve meanwhile, p99 more than without", "ms",
         f.combine(of("beside.reserve_p99"), of("quiet.reserve_p99"), lambda a, b: a - b), ("<=", 15)),
        ("connections resumed, of two gateways", "", of("resumes"), None),
        ("... whole maps that nobody needed", "", of("needless"), ("<=", 0)),
        ("beside an on-sale: frames a second", "/s", of("onsale.pace"), ("<=", 3)),
        ("... gateway", "cores", of("onsale.cores"), ("<=", 0.15)),
        ("... worker's processor a decision, watched / not", "x",
         f.ratio(of("onsale.watched.cpu_worker_us"), of("onsale.alone.cpu_worker_us")), ("<=", 1.03)),
    ]


def rows_of(f):
    """(what, unit, series, wanted or None); wanted is a sign and a bound."""
    def cost(workload, parts=("worker", "postgres", "kafka")):
        parts = [f.of(f"{workload}.rate.cpu_{part}_us") for part in parts]
        return {r: sum(part[r] for part in parts) for r in parts[0]}

    peer_onsale = f.best(*[f"peer.onsale.{c}.rate" for c in (1, 8, 32)])
    peer_accepted = f.best(*[f"peer.accepted.{c}.rate" for c in (1, 8, 32)])
    rows = [("throughput", None, None, None)]
    for workload, name in (("onsale", "on-sale"), ("accepted", "all accepted")):
        rows.append((f"{name}: worker, 2,000 a batch", "/s", f.of(f"{workload}.rate"), None))
        rows.append((f"{name}: worker, 500 a batch", "/s", f.of(f"{workload}.500.rate"), None))
        for clients in (1, 8, 32):
            rows.append((f"{name}: pgbench, {clients} client{'s' if clients > 1 else ''}", "/s",
                         f.of(f"peer.{workload}.{clients}.rate"), None))
        rows.append((f"{name}: pgbench, one function call, 8 clients", "/s",
                     f.of(f"peer.{workload}.function.rate"), None))
        for batch in (500, 2000):
            rows.append((f"{name}: SQL alone, {batch:,} a batch", "/s",
                         f.of(f"limit.{workload}.{batch}.rate"), None))
    rows += [
        ("on-sale by best: worker, 2,000 a batch", "/s", f.of("best.rate"), None),
        ("all accepted by best: worker, 2,000 a batch", "/s", f.of("best.accepted.rate"), None),
        ("8 shows on 8 partitions", "/s", f.of("partitions.eight.rate"), None),
        ("all accepted on 8 partitions: one database", "/s", f.of("scaling.one.rate"), None),
        ("all accepted on 8 partitions: two databases", "/s", f.of("scaling.two.rate"), None),
        ("... and two workers", "/s", f.of("scaling.pair.rate"), None),
        ("each server at 0.3 core: one database", "/s", f.of("scaling.capped.one.rate"), None),
        ("each server at 0.3 core: two databases", "/s", f.of("scaling.capped.two.rate"), None),
        ("against one transaction a request", None, None, None),
        ("on-sale: worker / pgbench's best", "x", f.ratio(f.of("onsale.rate"), peer_onsale), (">=", 10)),
        ("all accepted: worker / pgbench's best", "x", f.ratio(f.of("accepted.rate"), peer_accepted),
         (">=", 5)),
        ("on-sale: worker / one function call", "x",
         f.ratio(f.of("onsale.rate"), f.of("peer.onsale.function.rate")), None),
        ("all accepted: worker / one function call", "x",
         f.ratio(f.of("accepted.rate"), f.of("peer.accepted.function.rate")), None),
        ("against the batch's SQL alone", None, None, None),
    ]
    for batch, key in ((2000, "rate"), (500, "500.rate")):
        rows.append((f"on-sale: worker / SQL alone, {batch:,}", "x",
                     f.ratio(f.of(f"onsale.{key}"), f.of(f"limit.onsale.{batch}.rate")), (">=", 0.8)))
        rows.append((f"all accepted: worker / SQL alone, {batch:,}", "x",
                     f.ratio(f.of(f"accepted.{key}"), f.of(f"limit.accepted.{batch}.rate")), (">=", 0.95)))
    rows += [
        ("best available, against named seats", None, None, None),
        ("on-sale: best / named", "x", f.ratio(f.of("best.rate"), f.of("best.named.rate")), (">=", 0.9)),
        ("on-sale: processor a decision, best / named", "x",
         f.ratio(cost("best", KAFKA_LESS), cost("best.named", KAFKA_LESS)), ("<=", 1.15)),
        ("all accepted: best / named", "x",
         f.ratio(f.of("best.accepted.rate"), f.of("best.accepted.named.rate")), (">=", 0.9)),
        ("... processor a decision, best / named", "x",
         f.ratio(cost("best.accepted", KAFKA_LESS), cost("best.accepted.named", KAFKA_LESS)), None),
        ("... of twice --cached-seats: best / named", "x",
         f.ratio(f.of("best.beyond.rate"), f.of("best.beyond.named.rate")), None),
        ("... of as many with --cached-seats of all: best / named", "x",
         f.ratio(f.of("best.beyond.kept.rate"), f.of("best.beyond.named.rate")), None),
        ("audit of wishes on one show", "s", f.of("best.audit_s"), ("<=", 60)),
        ("show of 100,000 seats: choice of seats, granted", "us", f.of("layout.show.granted_us"), ("<=", 3)),
        ("... sold out", "us", f.of("layout.show.refused_us"), ("<=", 0.3)),
        ("... its index, a seat", "bytes", f.of("layout.show.bytes"), ("<=", 60)),
        ("... its index made in", "ms", f.of("layout.show.build_ms"), None),
        ("first wish after a takeover, 20,000 seats", "ms", f.of("layout.20000.first_ms"), ("<=", 100)),
        ("... processor time, with a new session", "ms", f.of("layout.20000.cpu_ms"), None),
        ("first wish after a takeover, 100,000 seats", "ms", f.of("layout.100000.first_ms"), ("<=", 500)),
        ("... processor time, with a new session", "ms", f.of("layout.100000.cpu_ms"), None),
        ("... the second wish", "ms", f.of("layout.100000.second_ms"), None),
        ("20,000 categories of a seat, wishes for one", "us", f.of("layout.categories.granted_us"),
         ("<=", 50)),
        ("... for up to 10, parted", "us", f.of("layout.parted.granted_us"), ("<=", 50)),
        ("... its index, a seat", "bytes", f.of("layout.categories.bytes"), ("<=", 60)),
        ("10 seats a category: wishes for up to 8", "us", f.of("layout.of-10.granted_us"), ("<=", 50)),
        ("... its index, a seat", "bytes", f.of("layout.of-10.bytes"), ("<=", 60)),
        ("one row of 30,000 seats", "us", f.of("layout.row.granted_us"), ("<=", 50)),
        ("... its index, a seat", "bytes", f.of("layout.row.bytes"), ("<=", 60)),
        ("2,000 categories of shreds, parted", "us", f.of("layout.shreds.wish_us"), ("<=", 50)),
        ("... the first of them", "ms", f.of("layout.shreds.first_ms"), None),
        ("... each taken, until there is none", "us", f.of("layout.shreds.granted_us"), ("<=", 50)),
        ("areas, changes and limits of customers, against named seats", None, None, None),
    ]
    for metric, name, bound in (("area", "an area, all granted / all accepted", 1.0),
                                ("soldout", "an area, sold out / on-sale", 1.0),
                                ("change", "holds changed / all accepted", 0.7),
                                ("customers", "on-sale with limits of customers / without", 0.95)):
        this, against = f"rules.{metric}", f"rules.{metric}.against"
        rows += [
            (name, "x", f.ratio(f.of(f"{this}.rate"), f.of(f"{against}.rate")), (">=", bound)),
            ("... inverse of processor time a decision", "x",
             f.ratio(cost(against, KAFKA_LESS), cost(this, KAFKA_LESS)), (">=", bound)),
        ]
    rows += [
        ("... requests for places granted", "", f.of("rules.area.granted"), (">=", 1)),
        ("... holds changed as asked", "", f.of("rules.change.granted"), (">=", 1)),
        ("against another build", None, None, None),
        ("on-sale: processor a decision, this / other", "x",
         f.ratio(f.of("against.onsale.this.cpu_us"), f.of("against.onsale.other.cpu_us")), ("<=", 1.03)),
        ("all accepted: processor a decision, this / other", "x",
         f.ratio(f.of("against.accepted.this.cpu_us"), f.of("against.accepted.other.cpu_us")), None),
        ("on-sale: worker's processor, this / other", "x",
         f.ratio(f.of("against.onsale.this.cpu_worker_us"), f.of("against.onsale.other.cpu_worker_us")),
         None),
        ("on-sale: PostgreSQL's processor, this / other", "x",
         f.ratio(f.of("against.onsale.this.cpu_postgres_us"),
                 f.of("against.onsale.other.cpu_postgres_us")), None),
        ("on-sale: this / other", "x",
         f.ratio(f.of("against.onsale.this.rate"), f.of("against.onsale.other.rate")), None),
        ("what else was promised", None, None, None),
        ("aged tables, ids by time: below fresh", "%",
         f.below(f.of("aged.v7.rate"), f.of("aged.v7.fresh.rate")), ("<=", 10)),
        ("aged tables, random ids: below fresh", "%",
         f.below(f.of("aged.v4.rate"), f.of("aged.v4.fresh.rate")), ("<=", 30)),
        ("latency idle, p50", "ms", f.of("latency.idle.p50"), ("<=", 5)),
        ("latency idle, p99", "ms", f.of("latency.idle.p99"), None),
        ("by HTTP: p50 more than published directly", "ms",
         f.combine(f.of("gateway.http.p50"), f.of("gateway.direct.p50"), lambda a, b: a - b),
         ("<=", 2)),
        ("by HTTP: p99 more than published directly", "ms",
         f.combine(f.of("gateway.http.p99"), f.of("gateway.direct.p99"), lambda a, b: a - b),
         ("<=", 10)),
        ("by HTTP: on-sale, client included", "/s", f.of("gateway.most.rate"), (">=", 10000)),
        ("by HTTP: gateway's processor time an answer", "us", f.of("gateway.most.cpu_us"),
         ("<=", 25)),
        ("... of these the kernel's, whoever answers", "us", f.of("gateway.floor.tcp.cpu_us"), None),
        ("... at a Unix socket, as behind a proxy", "us", f.of("gateway.unix.cpu_us"), None),
        ("... of these the kernel's", "us", f.of("gateway.floor.unix.cpu_us"), None),
        ("by HTTP: gateway's memory when it is ready", "MB", f.of("gateway.ready.rss_mb"), ("<=", 30)),
        ("... at most, with 512 requests in flight", "MB", f.of("gateway.most.rss_mb"),
         ("<=", 30 + 512 * 16 / 1024)),
        ("by HTTP: all accepted, client included", "/s", f.of("gateway.accepted.rate"), None),
        *web_peer_rows(f),
        *viewer_rows(f),
        ("latency at half of the drain rate, p50", "ms", f.of("latency.half.p50"), ("<=", 15)),
        ("latency at half of the drain rate, p99", "ms", f.of("latency.half.p99"), ("<=", 50)),
        ("three times the drain rate: unanswered", "", f.of("latency.triple.unanswered"), ("<=", 0)),
        ("three times the drain rate: over after", "s", f.of("latency.triple.recovery_s"), None),
        ("price of the guarantee, on-sale", "%",
         f.below(f.of("price.onsale.with.rate"), f.of("price.onsale.without.rate")), ("<=", 5)),
        ("price of the guarantee, all accepted", "%",
         f.below(f.of("price.accepted.with.rate"), f.of("price.accepted.without.rate")), ("<=", 5)),
        ("8 busy partitions / one", "x", f.ratio(f.of("partitions.eight.rate"), f.of("onsale.rate")),
         (">=", 1)),
        ("two databases / one", "x", f.ratio(f.of("scaling.two.rate"), f.of("scaling.one.rate")), None),
        ("two databases and two workers / one of each", "x",
         f.ratio(f.of("scaling.pair.rate"), f.of("scaling.one.rate")), None),
        ("each server at 0.3 core: two databases / one", "x",
         f.ratio(f.of("scaling.capped.two.rate"), f.of("scaling.capped.one.rate")), None),
        ("two databases / one: processor a decision", "x",
         f.ratio(cost("scaling.two"), cost("scaling.one")), None),
        ("two databases and two workers / one of each: processor a decision", "x",
         f.ratio(cost("scaling.pair"), cost("scaling.one")), None),
        ("64 quiet partitions: processor", "cores", f.of("partitions.idle64.cores"), ("<", 0.1)),
        ("64 quiet partitions: latency, p50", "ms", f.of("partitions.idle64.p50"), ("<", 10)),
        ("64 quiet partitions: memory", "MB", f.of("partitions.idle64.rss_mb"), None),
        ("holds lapsing at once: all released after", "s", f.of("expiry.release_s"), ("<=", 10)),
        ("... meanwhile an on-sale, same partition, slower by", "%",
         f.below(f.of("expiry.same.during.rate"), f.of("expiry.same.before.rate")), ("<=", 10)),
        ("... meanwhile an on-sale on another, slower by", "%",
         f.below(f.of("expiry.other.during.rate"), f.of("expiry.other.before.rate")), ("<=", 10)),
        ("a hold ends late by, median", "s", f.of("expiry.lateness_s"), ("<", 0.5)),
        ("memory, after a long run", "MB", f.of("memory.peak_mb"), ("<", RSS_MB_MAX)),
        ("memory, one show of 20,000 seats", "MB", f.of("memory.show_mb"), None),
        ("start to first decision, 20,000 seats", "s", f.of("memory.first_decision_s"), ("<=", 1)),
        ("show of 20,000 seats loaded in", "s", f.of("memory.show_load_s"), ("<=", 2)),
        ("plan of 80,000 seats loaded in", "s", f.of("memory.plan_load_s"), ("<=", 10)),
        ("where the time goes, microseconds a decision", None, None, None),
    ]

    for workload, name in (("onsale", "on-sale"), ("accepted", "all accepted")):
        for part, what in (("worker", "worker's processor"), ("postgres", "PostgreSQL's processor"),
                           ("kafka", "broker's processor")):
            rows.append((f"{name}: {what}", "us", f.of(f"{workload}.rate.cpu_{part}_us"), None))
        peer_cost = f.of(f"peer.{workload}.8.rate.cpu_us")
        rows.append((f"{name}: pgbench and PostgreSQL, 8 clients", "us", peer_cost, None))
        rows.append((f"{name}: pgbench's processor / all of worker's", "x",
                     f.ratio(peer_cost, cost(workload)), None))
        for part, what in (("decode", "decoding"), ("plan", "planning and preparing SQL"),
                           ("sql", "waiting for SQL")):
            rows.append((f"{name}: {what}, 2,000 a batch", "us", f.of(f"limit.{workload}.2000.{part}_us"),
                         None))
    for kind, name in (("one", "one database"), ("two", "two databases"),
                       ("pair", "two databases, two workers")):
        for part, what in (("worker", "worker's processor"), ("postgres", "PostgreSQL's processor"),
                           ("kafka", "broker's processor")):
            rows.append((f"{name}: {what}", "us", f.of(f"scaling.{kind}.rate.cpu_{part}_us"), None))
    return rows


def number(value):
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"


def is_met(wanted, value):
    sign, bound = wanted
    return {">=": value >= bound, "<=": value <= bound, "<": value < bound}[sign]


def write_table(folder, rows):
    lines = []
    with open(os.path.join(folder, "table.csv"), "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["what", "unit", "median", "lowest", "highest", "repetitions", "wanted", "met"])
        for what, unit, series, wanted in rows:
            if series is None:
                lines.append(("", what))
                continue
            target = f"{wanted[0]} {wanted[1]:g}" if wanted else ""
            if not series:
                if wanted:
                    lines.append((what, "", "not measured", "", target, ""))
                    out.writerow([what, unit, "", "", "", 0, target, ""])
                continue
            values = list(series.values())
            median = statistics.median(values)
            met = ("yes" if is_met(wanted, median) else "no") if wanted else ""
            lines.append((what, f"{number(median)} {unit}".strip(),
                          f"{number(min(values))} - {number(max(values))}" if len(values) > 1 else "",
                          str(len(values)), target, met))
            out.writerow([what, unit, f"{median:.4f}", f"{min(values):.4f}", f"{max(values):.4f}",
                          len(values), target, met])
    print(f"{'':50} {'median':>12} {'lowest - highest':>20} {'n':>2}  {'wanted':<8} met")
    for line in lines:
        if len(line) == 2:
            print(f"\n{line[1]}")
        else:
            print(f"{line[0]:<50} {line[1]:>12} {line[2]:>20} {line[3]:>2}  {line[4]:<8} {line[5]}")


def spread(series):
    values = list(series.values())
    return statistics.median(values), min(values), max(values)


def plot(folder, name, script):
    for terminal, ending in (("pngcairo size 900,540", "png"), ("svg size 900,540 dynamic", "svg")):
        text = f'set terminal {terminal} font "sans,11"\nset output "{folder}/{name}.{ending}"\n' + script
        subprocess.run(["gnuplot"], input=text, text=True, check=False)


def plot_throughput(folder, f):
    bars = []
    for workload in ("onsale", "accepted"):
        peers = f.best(*[f"peer.{workload}.{c}.rate" for c in (1, 8, 32)])
        bars.append([peers, f.of(f"peer.{workload}.function.rate"), f.of(f"{workload}.rate"),
                     f.best(*[f"limit.{workload}.{b}.rate" for b in (500, 2000)])])
    names = ["pgbench, best", "pgbench, function", "holdfast", "SQL alone, best"]
    if not any(series for bar in bars for series in bar):
        return
    with open(f"{folder}/throughput.dat", "w") as file:
        for workload, series in zip(("on-sale", "all accepted"), bars):
            cells = [" ".join(f"{v:.1f}" for v in spread(s)) if s else "0 0 0" for s in series]
            file.write(f'"{workload}" {" ".join(cells)}\n')
    columns = ", ".join(
        f'"{folder}/throughput.dat" using {2 + 3 * i}:{3 + 3 * i}:{4 + 3 * i}:xtic(1) title "{name}"'
        for i, name in enumerate(names))
    plot(folder, "throughput", f"""set title "Decisions a second (median, lowest and highest)"
set style data histogram
set style histogram errorbars gap 1 lw 1.5
set style fill solid 0.7
set yrange [0:*]
set format y "%.0f"
set key top right
set grid ytics
plot {columns}
""")


def plot_latency(folder):
    curves = []
    for kind, title in (("idle", "one at a time"), ("half", "half of the drain rate"),
                        ("triple", "three times the drain rate"), ("idle64", "64 quiet partitions")):
        counts = {}
        for name in glob.glob(f"{folder}/latency.{kind}.*.json"):
            with open(name) as file:
                for upper, count in json.load(file)["latency_ms"]["due_to_reply"]["buckets"]:
                    counts[upper] = counts.get(upper, 0) + count
        total = sum(counts.values())
        if not total:
            continue
        seen = 0
        with open(f"{folder}/latency.{kind}.dat", "w") as file:
            for upper in sorted(counts):
                seen += counts[upper]
                if seen < total:
                    file.write(f"{total / (total - seen):.4f} {upper}\n")
        curves.append(f'"{folder}/latency.{kind}.dat" with lines lw 2 title "{title}"')
    if curves:
        plot(folder, "latency", f"""set title "From due to reply"
set logscale xy
set xtics ("0%%" 1, "50%%" 2, "90%%" 10, "99%%" 100, "99.9%%" 1000, "99.99%%" 10000)
set xrange [1:*]
set xlabel "of all requests"
set ylabel "milliseconds"
set key bottom right
set grid
plot {", ".join(curves)}
""")


def plot_memory(folder):
    name = f"{folder}/memory.1.dat"
    if os.path.exists(name) and os.path.getsize(name):
        plot(folder, "memory", f"""set title "Memory of the worker while it drains a backlog"
set xlabel "seconds"
set ylabel "MB"
set yrange [0:*]
set grid
plot "{name}" using 1:($2/1024) with lines lw 2 notitle
""")


def main():
    folder = sys.argv[1]
    figures = Figures(read(folder))
    print()
    with open(os.path.join(folder, "machine.txt")) as file:
        print(file.read())
    write_table(folder, rows_of(figures))
    plot_throughput(folder, figures)
    plot_latency(folder)
    plot_memory(folder)
    print(f"\nRatios are within a repetition. Lines, table and plots: {os.path.relpath(folder)}/")


main()
