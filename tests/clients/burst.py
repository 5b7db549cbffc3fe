"""burst.py BROKERS TOPIC - publish the records of standard input at once, by confluent-kafka.

A record a line: key, tab, value. Everything but the partitioner is as the client has it. Exit code
0: the brokers have acknowledged each.
"""
import sys

from confluent_kafka import Producer

refused = []


def on_delivery(error, _):
    if error:
        refused.append(error)


producer = Producer({"bootstrap.servers": sys.argv[1], "partitioner": "murmur2_random"})
for line in sys.stdin.buffer:
    key, value = line.rstrip(b"\n").split(b"\t", 1)
    producer.produce(sys.argv[2], value, key, on_delivery=on_delivery)
producer.flush()
if refused:
    sys.exit(f"{len(refused)} not acknowledged, the first: {refused[0]}")
