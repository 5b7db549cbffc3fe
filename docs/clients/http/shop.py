"""shop.py SHOW SEAT... - what a shop's server does: reserve, let the customer pay, confirm.

HOLDFAST_URL: the gateway. HOLDFAST_KEY: an API key of the role checkout. Prints sold, taken or
lapsed (exit codes 0, 1, 1). Exit code 2: refused, 3: the outcome is not known yet.
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


def ask(operation, session, key, fields):
    """Status and body. Sent again with the same key until there is an answer: it is done once."""
    url = f"{os.environ['HOLDFAST_URL']}/api/seat-reservations/{operation}"
    headers = {"Content-Type": "application/json", "Holdfast-Session": session,
               "Authorization": f"Bearer {os.environ['HOLDFAST_KEY']}", "Idempotency-Key": key}
    until = time.monotonic() + 60
    while time.monotonic() < until:
        wait = 1
        try:
            request = urllib.request.Request(url, json.dumps(fields).encode(), headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code != 429 and refusal.code < 500:
                return refusal.code, json.load(refusal)
            wait = int(refusal.headers.get("Retry-After", wait))  # 429, 503, 504
        except (OSError, http.client.HTTPException):
            pass  # the connection broke: was it the request that is lost, or the answer?
        time.sleep(wait)
    print(f"not known yet: ask again with the key {key}", file=sys.stderr)
    sys.exit(3)


def refuse(status, answer):
    print(f"refused: {status} {answer['reason']} {answer['message']}", file=sys.stderr)
    sys.exit(2)


show, seats = sys.argv[1], sys.argv[2:]
# In a shop these three are written down with the order, before anything is sent.
session, reserve_key, confirm_key = (str(uuid.uuid4()) for _ in range(3))
status, answer = ask("reserve", session, reserve_key, {"show_id": show, "seat_ids": seats})
if status == 409 and answer["reason"] == "SEATS_TAKEN":
    sys.exit(print("taken", *(seat["seat_id"] for seat in answer["unavailable"])) or 1)
if status != 200:
    refuse(status, answer)
# Here the customer pays, until answer["reserved_until"].
hold = {"show_id": show, "reservation_id": answer["reservation_id"]}
status, answer = ask("confirm", session, confirm_key, hold)
if status == 410:  # the hold has ended, and others have the seats: give the money back
    sys.exit(print("lapsed") or 1)
if status != 200:
    refuse(status, answer)
print("sold")
