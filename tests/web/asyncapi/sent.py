"""sent.py GATEWAY SHOW - is what is sent as asyncapi.json says?

Every record of the topics of this pipeline, and frames of the live map of a show while its seats are
held and given back, against the schemas of the file that the gateway serves. The environment names
the brokers. Says how many of each there were; exit code 1 where one does not fit, or there was none of
a kind.
"""
import json
import os
import subprocess
import sys
import threading
import urllib.request

import jsonschema_rs

gateway, show = sys.argv[1:3]
with urllib.request.urlopen(gateway + "/asyncapi.json") as answer:
    api = json.load(answer)
schemas = api["components"]["schemas"]


def validator(name):
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": f"#/components/schemas/{name}",
              "components": {"schemas": schemas}}
    return jsonschema_rs.validator_for(schema)


def records(topic):
    # kcat ends at the end of each partition; committed records alone.
    done = subprocess.run(["kcat", "-C", "-q", "-e", "-o", "beginning", "-b", os.environ["KAFKA_BOOTSTRAP_SERVERS"],
                           "-X", "isolation.level=read_committed", "-t", topic, "-f", "%s\\n"],
                          capture_output=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.decode().splitlines() if line]


def ask(path, body):
    request = urllib.request.Request(gateway + path, json.dumps(body).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer canary-house-key",
        "Holdfast-Session": "canary-asyncapi-0123456789", "Idempotency-Key": os.urandom(12).hex()})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def frames():
    """A snap, and what follows while a seat is held and given back."""
    found, hold = [], {}

    def change():
        hold.update(ask("/api/seat-reservations/reserve", {"show_id": show, "seat_ids": ["A60"]}))
        ask("/api/seat-reservations/release", {"show_id": show, "reservation_id": hold["reservation_id"]})

    request = urllib.request.Request(f"{gateway}/api/seat-map/live?show_id={show}", headers={"Accept": "text/event-stream"})
    with urllib.request.urlopen(request, timeout=20) as stream:
        changing = None
        for line in stream:
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
                if not changing:
                    changing = threading.Thread(target=change)
                    changing.start()
                elif found[-1]["t"] == "d":
                    break
        changing.join()
    return found


def main():
    wrong, seen = [], {}
    asked = [(name, records(os.environ.get(variable, default)), schema) for name, variable, default, schema in (
        ("requests", "HOLDFAST_REQUESTS_TOPIC", "reservation.requests", "Request"),
        ("replies", "HOLDFAST_REPLIES_TOPIC", "reservation.replies", "Reply"),
        ("events", "HOLDFAST_EVENTS_TOPIC", "seat.events", "Event"))]
    told = frames()
    asked += [("snap", [f for f in told if f["t"] == "snap"], "Snap"), ("d", [f for f in told if f["t"] == "d"], "Delta")]
    for name, values, schema in asked:
        check = validator(schema)
        seen[name] = len(values)
        for value in values:
            wrong += [f"{name}: {error.message}: {json.dumps(value)[:400]}" for error in check.iter_errors(value)]
    print("looked at " + ", ".join(f"{count} {name}" for name, count in seen.items()))
    for line in wrong[:20]:
        print(line)
    return 1 if wrong or not all(seen.values()) else 0


sys.exit(main())
