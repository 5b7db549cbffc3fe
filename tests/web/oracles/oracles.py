"""oracles.py REQUESTS [COUNT [SEED]] - our parser beside two that many servers are made with.

Connections are made up of what requests consist of, and fed to ours (REQUESTS is the program of
requests.c), to Node's llhttp and to h11. What one of the two refuses, ours must refuse; what ours
takes, both must take, and find the same in it. So there is nothing that ours takes and a proxy could
read in another way. Ours may refuse more. Exit code 1, and the bytes, where that does not hold.
"""
import json
import os
import random
import subprocess
import sys

import h11

HOST = b"Host: x\r\n"
PIECES = [
    b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT", b"PATCH", b"get", b"PRI", b" ", b"  ", b"\t",
    b"/", b"/a?b=%41&c", b"*", b"http://x/", b"?", b"#", b"%", b"{", b"|", b"\\", b"HTTP/1.1",
    b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.10", b"\r\n", b"\n", b"\r", b"\0", b"\x0b", b"\x7f", b"\xe4",
    b":", b": ", b" :", b",", b";", b'"', HOST, b"Host: [::1]:80\r\n", b"Host:\r\n", b"Host : x\r\n",
    b"Host: a b\r\n", b"hOST: y\r\n", b"Content-Length: 0\r\n", b"Content-Length: 3\r\n",
    b"Content-Length:3\r\n", b"Content-Length: 03\r\n", b"Content-Length: +3\r\n",
    b"Content-Length: 3, 3\r\n", b"Content-Length: 0x3\r\n", b"Content-Length: -3\r\n",
    b"Content-Length: 3 \t\r\n", b"Content-Length:\t3\r\n", b"Content-Length: 3\t\r\n", b"Content-Length:\r\n", b"Content-Length: 18446744073709551619\r\n",
    b"Content-Length : 3\r\n", b"content-LENGTH: 3\r\n", b"Content_Length: 9\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding:\tchunked\r\n", b"Transfer-Encoding : chunked\r\n", b"TE: trailers\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n",
    b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Expect: 100-continue\r\n",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n", b"Upgrade: h2c\r\n", b"X: y\r\n", b" folded\r\n",
    b"\tfolded\r\n", b": y\r\n", b"X y: z\r\n", b"X\r\n", b"X:\r\n", b"X: a:b\r\n", b"abc", b"abcdef",
]


def good_head(chance):
    method = chance.choice([b"GET", b"HEAD", b"POST", b"OPTIONS", b"POST"])
    lines = [method + b" /" + chance.choice([b"", b"a", b"a?b=c"]) + b" HTTP/1.1\r\n", HOST]
    body = b""
    if method == b"POST":
        body = chance.choice([b"", b"abc", b"{}"])
        lines.insert(chance.randint(1, 2), b"Content-Length: %d\r\n" % len(body))
    for _ in range(chance.randint(0, 2)):
        lines.insert(chance.randint(1, len(lines)), chance.choice([b"X: y\r\n", b"Y:\tz \r\n", b"Z:\r\n"]))
    return lines + [b"\r\n", body]


def connection(chance):
    """Some requests in a row, in which here and there something is put, taken away or doubled."""
    parts = [part for _ in range(chance.randint(1, 3)) for part in good_head(chance)]
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        at = chance.randrange(len(parts))
        how = chance.randrange(5)
        if how <= 1:
            parts.insert(at, chance.choice(PIECES))
        elif how == 2:
            parts[at] = chance.choice(PIECES)
        elif how == 3:
            cut = chance.randint(0, len(parts[at]))
            parts[at] = parts[at][:cut] + chance.choice(PIECES) + parts[at][cut:]
        else:
            parts[at] = parts[at][: chance.randint(0, len(parts[at]))]
    if chance.random() < 0.1:
        parts = [chance.choice(PIECES) for _ in range(chance.randint(1, 20))]
    return b"".join(parts)


def request_of(event, body):
    return {"method": event.method.hex(), "target": event.target.hex(), "body": body.hex(),
            "headers": [[name.hex(), value.hex()] for name, value in event.headers.raw_items()]}


def read_with_h11(data):
    """As llhttp.mjs: the requests, and how it ends."""
    requests, event, body = [], None, b""
    server = h11.Connection(h11.SERVER)
    try:
        server.receive_data(data)
        while True:
            found = server.next_event()
            if found is h11.NEED_DATA:
                return {"requests": requests, "end": "more"}
            if found is h11.PAUSED or isinstance(found, h11.ConnectionClosed):
                return {"requests": requests, "end": "upgrade"}
            if isinstance(found, h11.Request):
                event, body = found, b""
            elif isinstance(found, h11.Data):
                body += bytes(found.data)
            else:
                requests.append(request_of(event, body))
                server.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                server.send(h11.EndOfMessage())
                if server.our_state is not h11.DONE or server.their_state is not h11.DONE:
                    return {"requests": requests, "end": "upgrade"}
                server.start_next_cycle()
    except h11.RemoteProtocolError:
        return {"requests": requests, "end": "refused"}


UNREAD = {b"PUT".hex(), b"PATCH".hex(), b"DELETE".hex(), b"TRACE".hex()}


def differs(ours, other):
    """What is wrong, or None. Behind an upgrade the other one reads no HTTP any more."""
    for i, request in enumerate(ours["requests"]):
        if i >= len(other["requests"]):
            if other["end"] == "upgrade" or request["method"] in UNREAD:
                return None # the body of these is never read by us
            return f"request {i} is taken, there: {other['end']}"
        found = dict(other["requests"][i])
        if request["method"] in UNREAD:
            found["body"] = request["body"]
        if found != request:
            return f"request {i} is another: {request} {found}"
    return None


def run(command, lines):
    done = subprocess.run(command, input="".join(lines), capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(lines), (command, len(found), len(lines))
    return found


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    chance = random.Random(seed)
    cases = [connection(chance) for _ in range(count)]
    lines = [case.hex() + "\n" for case in cases]
    ours = run([sys.argv[1]], lines)
    here = os.path.dirname(os.path.realpath(__file__))
    others = {"llhttp": run(["node", os.path.join(here, "llhttp.mjs")], lines),
              "h11": [read_with_h11(case) for case in cases]}
    wrong = 0
    for name, found in others.items():
        for case, mine, other in zip(cases, ours, found):
            why = differs(mine, other)
            if why:
                wrong += 1
                if wrong <= 20:
                    print(f"{name}: {why}\n    {case!r}")
    taken = sum(len(mine["requests"]) for mine in ours)
    refused = sum(isinstance(mine["end"], int) for mine in ours)
    print(f"seed {seed}: {count} connections, {taken} requests taken, {refused} refused, "
          f"{wrong} differ")
    return 1 if wrong or not taken or not refused else 0


sys.exit(main())
