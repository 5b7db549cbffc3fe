"""services.py FIRST_PORT - the services of compose.yaml that are made of our image, a line of JSON for each.

All run on this machine's network, so each has a port of its own for its pages, from FIRST_PORT on, and one for what it serves.
Variables of the environment are put in as compose does. Servers are named by DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS.
"""
import json
import os
import sys

import yaml


def main():
    with open("compose/compose.yaml", encoding="utf-8") as file:
        services = yaml.safe_load(file)["services"]
    port = int(sys.argv[1])
    for name, service in services.items():
        if service["image"] != "holdfast":
            continue
        moved = {"0.0.0.0:9464": f"127.0.0.1:{port}", "127.0.0.1:9464": f"127.0.0.1:{port}", "0.0.0.0:8080": f"127.0.0.1:{port + 1}"}
        port += 2

        def at_its_port(word, moved=moved):
            for before, after in moved.items():
                word = word.replace(before, after)
            return word

        health = service.get("healthcheck", {}).get("test", ["CMD"])
        print(json.dumps({
            "name": name,
            "command": [at_its_port(word) for word in service["command"]],
            "health": [at_its_port(word) for word in health[1:]],
            "environment": {key: os.environ[key] for key in service["environment"]},
            "options": ["--read-only"] * service["read_only"] + [f"--cap-drop={one}" for one in service["cap_drop"]]
            + [f"--security-opt={one.split(':')[0]}" for one in service["security_opt"]],
        }))


if __name__ == "__main__":
    main()
