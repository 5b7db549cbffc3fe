#!/usr/bin/env python3
"""publish.py HOST:PORT PATH FRAMES SECONDS [first] - publish by POST what viewers were sent before.

FRAMES has lines "MS TEXT", as `viewers --frames` leaves them. With "first" only the first one, a
whole map, without the names of seats; else those behind it, in the time of theirs, of so many
seconds.
"""

import http.client
import re
import sys
import time


def main():
    host, path, frames, seconds = sys.argv[1:5]
    only_first = sys.argv[5:] == ["first"]
    with open(frames) as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file]
    lines = [(0, re.sub(r',"ids":\[.*?\]', "", lines[0][1]))] if only_first else lines[1:]
    connection = http.client.HTTPConnection(host)
    began, first_ms = time.monotonic(), int(lines[0][0])
    for ms, text in lines:
        due = (int(ms) - first_ms) / 1000
        if due > float(seconds):
            break
        time.sleep(max(0, began + due - time.monotonic()))
        connection.request("POST", path, text.encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 201, 202):
            sys.exit(f"publish.py: {answer.status} {answer.reason}")


main()
