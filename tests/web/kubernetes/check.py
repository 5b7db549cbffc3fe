"""check.py BIN - the example for Kubernetes against the schemas of its API, and its commands against the programs.

Schemas: the oldest version that the example is meant for and the newest that the validator knows. Commands: each container's is run
with --print-config, with the variables that its pod would have, by the programs in BIN. Two faults are put in to see that both are
found. Prints what is wrong; exit code 1 where anything is.
"""
import copy
import os
import subprocess
import sys

import kubernetes_validate
import yaml

EXAMPLE = "compose/kubernetes/holdfast.yaml"
OLDEST = "1.27"


def schema_faults(documents):
    for version in (OLDEST, kubernetes_validate.latest_version()):
        for document in documents:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{document['kind']} {document['metadata']['name']}, {version}: {'.'.join(map(str, error.path))}: {error.message}"


def environment_of(container, by_name):
    variables = {}
    for source in container.get("envFrom", []):
        variables.update(by_name["ConfigMap", source["configMapRef"]["name"]]["data"])
    for one in container.get("env", []):
        key = one["valueFrom"]["secretKeyRef"]
        variables[one["name"]] = by_name["Secret", key["name"]]["stringData"][key["key"]]
    return variables


def command_faults(documents, folder):
    by_name = {(document["kind"], document["metadata"]["name"]): document for document in documents}
    for document in documents:
        for container in document.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
            program = os.path.join(folder, container["command"][0])
            done = subprocess.run([program, *container["args"], "--print-config"], text=True, capture_output=True, check=False,
                                  env=environment_of(container, by_name))
            # What is warned of would be a variable that no program knows.
            if done.returncode or done.stderr:
                yield f"{container['name']}: exit code {done.returncode}: {done.stderr.strip()}"


def faults(documents, folder):
    return [*schema_faults(documents), *command_faults(documents, folder)]


def main():
    with open(EXAMPLE, encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    found = faults(documents, sys.argv[1])
    broken = copy.deepcopy(documents)
    worker = next(one for one in broken if one["metadata"]["name"] == "holdfast-worker" and one["kind"] == "Deployment")
    worker["spec"]["replicaz"] = 3
    worker["spec"]["template"]["spec"]["containers"][0]["args"] = ["--batch-max=0"]
    seen = "\n".join(faults(broken, sys.argv[1]))
    if "replicaz" not in seen or "batch-max" not in seen:
        found.append("faults that were put in were not found: " + seen)
    print("\n".join(found) or f"{len(documents)} resources, no faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
