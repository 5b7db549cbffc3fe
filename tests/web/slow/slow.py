"""slow.py SLOWHTTPTEST GATEWAY METRICS_PORT SHOW - a gateway under slow clients that hold connections.

slowhttptest sends headers, then bodies, bit by bit, and reads answers bit by bit, by hundreds of
connections each way and all three at once. Meanwhile a customer asks again and again, each time by a
connection of his own, and is answered in time; afterwards the slow ones are gone. Prints a line a
test; exit code 1 where one fails.
"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, GATEWAY, METRICS, SHOW = sys.argv[1:]
EACH = 600     # connections of each kind
SECONDS = 6
WORST_S = 2.0  # that a customer may wait; the machine is shared with those that attack
PATIENCE_S = 20
MODES = {
    "headers": ["-H", "-u", f"http://{GATEWAY}/api/seat-map?show_id={SHOW}", "-i", "1", "-x", "24"],
    "body": ["-B", "-u", f"http://{GATEWAY}/api/session", "-s", "8192", "-i", "1", "-x", "10",
             "-f", "application/json"],
    "read": ["-X", "-u", f"http://{GATEWAY}/openapi.json", "-k", "3", "-w", "10", "-y", "20",
             "-n", "2", "-z", "32"],
}


def attack(mode, folder):
    log = open(os.path.join(folder, mode), "w")
    return subprocess.Popen([PROGRAM, *MODES[mode], "-c", str(EACH), "-r", str(EACH), "-l", str(SECONDS),
                             "-p", str(PATIENCE_S), "-v", "1"],
                            stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def ask(number):
    """How long one request took; it must be answered as ever."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(GATEWAY, timeout=PATIENCE_S)
    body = json.dumps({"show_id": SHOW, "reservation_id": "11111111-1111-1111-1111-111111111111"})
    connection.request("POST", "/api/seat-reservations/release", body,
                       {"Content-Type": "application/json",
                        "Cookie": f"__Host-holdfast={number:032d}"})
    answer = connection.getresponse()
    reason = json.loads(answer.read())["reason"]
    connection.close()
    assert (answer.status, reason) == (404, "UNKNOWN_RESERVATION"), (answer.status, reason)
    return time.monotonic() - began


def figures():
    text = urllib.request.urlopen(f"http://127.0.0.1:{METRICS}/metrics", timeout=PATIENCE_S).read().decode()
    return {m[1]: float(m[2]) for m in re.finditer(r"^(holdfast_gateway_\S+) (\S+)$", text, re.M)}


def opened(values):
    return values['holdfast_gateway_connections{state="open"}']


def expect_served(attacks):
    took, most = [], 0
    while any(a.poll() is None for a in attacks.values()):
        took.append(ask(len(took)))
        most = max(most, opened(figures()))
        time.sleep(0.02)
    took.sort()
    print(f"{len(took)} requests between {most:.0f} connections: half in {1000 * took[len(took) // 2]:.1f} ms, "
          f"the slowest in {1000 * took[-1]:.0f} ms")
    assert len(took) >= 10, "too few were asked"
    assert took[-1] <= WORST_S, "a customer waited too long"
    assert most >= EACH, "the slow ones did not hold their connections"


def expect_available(folder):
    for mode in MODES:
        with open(os.path.join(folder, mode)) as file:
            said = re.sub("\x1b[^m]*m", "", file.read())
        print(f"{mode}: {re.findall('Exit status: .*', said)}")
        assert re.search(r"service available:\s+YES", said), said[-2000:]
        assert not re.search(r"service available:\s+NO", said), said[-2000:]


def expect_gone():
    until = time.monotonic() + PATIENCE_S
    while opened(figures()) > 0:
        assert time.monotonic() < until, "connections are left"
        time.sleep(0.1)
    closed = {k.split('"')[1]: v for k, v in figures().items() if "closed_total" in k}
    print(f"closed by their limits: {closed}")
    # The oldest of those inside a request make room; who has read nothing in time goes, too.
    assert closed["unfinished"] + closed["head_time"] + closed["body_time"] > 0


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for number in range(20):
            ask(number)
        attacks = {mode: attack(mode, folder) for mode in MODES}
        for name, test in (("a customer is served between slow ones", lambda: expect_served(attacks)),
                           ("it is available all the time", lambda: expect_available(folder)),
                           ("afterwards they are gone", expect_gone)):
            try:
                test()
                print(f"passed: {name}")
            except AssertionError as e:
                failed = True
                print(f"FAILED: {name}: {e}")
        for process in attacks.values():
            process.kill()
            process.wait()
    return 1 if failed else 0


sys.exit(main())
