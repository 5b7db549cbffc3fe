"""shop.py SHOW SEAT... - what a shop's server does by Kafka: reserve, let the customer pay, confirm.

With confluent-kafka, to the brokers of KAFKA_BOOTSTRAP_SERVERS. Prints sold, taken or lapsed (exit
codes 0, 1, 1). Exit code 2: refused, 3: the outcome is not known yet.
"""
import json
import os
import sys
import time
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition

REQUESTS = os.environ.get("HOLDFAST_REQUESTS_TOPIC", "reservation.requests")
REPLIES = os.environ.get("HOLDFAST_REPLIES_TOPIC", "reservation.replies")
servers = {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"]}

# Every instance reads all replies, in no group that shares them, from where they end before it asks.
producer = Producer({**servers, "partitioner": "murmur2_random"})
consumer = Consumer({**servers, "group.id": f"shop-{uuid.uuid4()}", "enable.auto.commit": False})
places = [TopicPartition(REPLIES, p) for p in consumer.list_topics(REPLIES).topics[REPLIES].partitions]
consumer.assign([TopicPartition(REPLIES, place.partition, consumer.get_watermark_offsets(place)[1])
                 for place in places])


def ask(request):
    """The reply. No reply in time: the same request again, with its request_id. It is done once."""
    for _ in range(12):
        producer.produce(REQUESTS, json.dumps(request), request["show_id"])
        producer.flush(5)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            message = consumer.poll(0.1)
            if message and not message.error():
                reply = json.loads(message.value())
                if reply["request_id"] == request["request_id"]:
                    return reply
    print(f"not known yet: ask again with the id {request['request_id']}", file=sys.stderr)
    sys.exit(3)


# In a shop the session and both ids are written down with the order, before anything is sent.
common = {"show_id": sys.argv[1], "session_id": str(uuid.uuid4())}
reply = ask({**common, "type": "reserve", "request_id": str(uuid.uuid4()), "seat_ids": sys.argv[2:]})
if reply["reason"] == "SEATS_TAKEN":  # 409
    sys.exit(print("taken", *(seat["seat_id"] for seat in reply["unavailable"])) or 1)
if reply["code"] == 200:
    # Here the customer pays, until reply["reserved_until"].
    reply = ask({**common, "type": "confirm", "request_id": str(uuid.uuid4()),
                 "reservation_id": reply["reservation_id"]})
if reply["code"] == 410:  # the hold has ended, and others have the seats: give the money back
    sys.exit(print("lapsed") or 1)
if reply["code"] != 200:
    print("refused:", reply["code"], reply["reason"], reply["message"], file=sys.stderr)
    sys.exit(2)
print("sold")
