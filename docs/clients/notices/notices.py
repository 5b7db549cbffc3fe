"""notices.py - tells customers that a hold is about to lapse, has lapsed, or is sold, each once.

Folds the events of KAFKA_BOOTSTRAP_SERVERS into the tables of notices.sql, in the database of
NOTICES_DATABASE_URL. It may be killed at any moment, and several may run, each with a NOTICES_INSTANCE
of its own: an event is taken, and what it makes known is told, in one transaction, and only where its
ce_id is new. What fails ends it.
"""
import json
import os
import time

import psycopg
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

EVENTS = os.environ.get("HOLDFAST_EVENTS_TOPIC", "seat.events")
LEAD_SECONDS = float(os.environ.get("NOTICES_LEAD_SECONDS", 120))
HOLD_MS_MAX = 86400000  # no hold is longer, so one that is there now is not known before

database = psycopg.connect(os.environ["NOTICES_DATABASE_URL"], autocommit=True)
consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
                     "group.id": os.environ.get("NOTICES_GROUP", "notices"),
                     # One that comes back goes on at once; without, the others wait 45 s for it.
                     "group.instance.id": os.environ.get("NOTICES_INSTANCE", "1"),
                     "isolation.level": "read_committed", "enable.auto.commit": False,
                     "enable.partition.eof": True, "auto.offset.reset": "earliest"})
read_to_end = set()  # the partitions of which nothing is left to read


def start(consumer, partitions):
    """Where the group stands; where it never was, at the first event that a hold may come from."""
    places = consumer.committed(partitions)
    for place in places:
        if place.offset < 0:
            since = TopicPartition(EVENTS, place.partition, int(time.time() * 1000) - HOLD_MS_MAX)
            place.offset = consumer.offsets_for_times([since])[0].offset
            if place.offset < 0:  # nothing is so young: from the end on
                place.offset = consumer.get_watermark_offsets(place)[1]
    read_to_end.clear()
    consumer.assign(places)


def take(sql, message):
    ce_id = dict(message.headers())["ce_id"].decode()
    event = json.loads(message.value())
    if not sql.execute("INSERT INTO notices.seen VALUES (%s, %s) ON CONFLICT DO NOTHING",
                       (ce_id, event["at"])).rowcount:
        return  # it came before
    kind, hold = event["event"], (event.get("show_id"), event.get("reservation_id"))
    if kind in ("reserved", "extended"):
        # A hold that was changed may have its old end: then `since` stays, and it is not told again.
        sql.execute("INSERT INTO notices.holds AS h VALUES (%s, %s, %s, %s, %s) "
                    "ON CONFLICT (show_id, reservation_id) DO UPDATE SET "
                    "reserved_until = excluded.reserved_until, since = excluded.since "
                    "WHERE h.reserved_until <> excluded.reserved_until",
                    (*hold, message.partition(), event["reserved_until"], ce_id))
    elif kind in ("sold", "released", "expired") and not event.get("change"):  # a part: the hold stays
        sql.execute("DELETE FROM notices.holds WHERE (show_id, reservation_id) = (%s, %s)", hold)
    if kind in ("sold", "expired"):
        sql.execute("INSERT INTO notices.told SELECT %s, %s, %s, %s FROM notices.began WHERE at <= %s "
                    "ON CONFLICT DO NOTHING",
                    (ce_id, "sold" if kind == "sold" else "lapsed", *hold, event["at"]))


def warn(sql):
    """No event says that a hold is about to lapse, so the clock does. Each end is told once, by the
    event that set it. Of a partition with events left to read nothing is said: it may be sold there."""
    sql.execute("INSERT INTO notices.told SELECT since, 'about to lapse', show_id, reservation_id "
                "FROM notices.holds WHERE partition = ANY(%s) AND reserved_until > now() "
                "AND reserved_until <= now() + %s * interval '1 s' ON CONFLICT DO NOTHING",
                (list(read_to_end), LEAD_SECONDS))


def read():
    """What is there, up to 500. By poll: consume() of librdkafka 2.2 to 2.12 takes the end of a
    partition for a message, and would commit one offset too many."""
    messages = [consumer.poll(0.5)]
    while messages[-1] and len(messages) < 500:
        messages.append(consumer.poll(0))
    return [message for message in messages if message]


consumer.subscribe([EVENTS], on_assign=start, on_revoke=lambda *_: read_to_end.clear())
while True:
    messages = read()
    with database.transaction():
        for message in messages:
            if not message.error():
                read_to_end.discard(message.partition())
                take(database, message)
            elif message.error().code() == KafkaError._PARTITION_EOF:
                read_to_end.add(message.partition())
            else:
                raise KafkaException(message.error())
        warn(database)
    # Only now, and it may fail: what comes once more is in notices.seen.
    if any(not message.error() for message in messages):
        consumer.commit()
