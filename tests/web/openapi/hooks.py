"""hooks.py - what Schemathesis is told of holdfast: shows and seats that are there, keys that are used once.

It is told by WEB_CALLER who asks: "browser", "checkout" or "owner". Keys, cookie and session come as
headers of its command line.
"""
import atexit
import collections
import itertools
import os
import uuid

import schemathesis

CALLER = os.environ["WEB_CALLER"]
SHOW = os.environ["WEB_SHOW"]
SEATS = {"browser": 0, "checkout": 15, "owner": 30}[CALLER]  # each has its own, from there on
RESERVE = "/api/seat-reservations/reserve"
numbers, reserves = itertools.count(), itertools.count()
answers = collections.Counter()


def fill(body, number):
    """Every second body asks for what is there, so that not all is refused for want of a show."""
    if number % 2:
        return
    if "show_id" in body:
        body["show_id"] = SHOW
    if isinstance(body.get("seat_ids"), list) and number % 4:
        body["seat_ids"] = [f"A{1 + (number + i) % 60}" for i in range(min(len(body["seat_ids"]), 4))]
    if isinstance(body.get("best"), dict) and number % 4:
        body.pop("seat_ids", None)


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    is_positive = case.meta is None or case.meta.generation.mode.is_positive
    if is_positive and case.operation.path == RESERVE and next(reserves) % 5 == 0:
        case.body = {"show_id": SHOW, "seat_ids": [f"A{1 + SEATS + number % 15}"]}
        case.headers.pop("Prefer", None)
    elif is_positive and isinstance(case.body, dict):
        fill(case.body, number)
    if is_positive and case.query and "show_id" in case.query and number % 2:
        case.query["show_id"] = SHOW
    # A made-up key is soon another request's; beside an API key one is needed.
    if is_positive and case.method == "POST" and (CALLER != "browser" or number % 3 == 0):
        key = str(uuid.UUID(int=number + 1, version=4))
        case.headers["Idempotency-Key"] = key if number % 5 else f'"{key}"'


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.operation.path} {response.status_code}"] += 1


@schemathesis.check
def nothing_breaks(ctx, response, case):
    """5xx is a fault, or a wait in vain. But a method that nobody knows is 501; another's is 405, or 400
    where it has a body that it must not have."""
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
    method = response.request.method
    if method not in known:
        due = [501]
    elif method in (case.operation.method.upper(), "HEAD", "OPTIONS"):
        due = range(200, 500)
    else:
        due = [400] if method == "GET" and response.request.body else [405]
    assert response.status_code in due, f"{method}: {response.status_code} {response.text}"


# The caller looks whether something was reserved at all.
atexit.register(lambda: [print("answered:", *row) for row in sorted(answers.items())])
