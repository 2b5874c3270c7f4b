#!/usr/bin/env python3
"""Tells the machine at the fixed address which nodes the cluster has, in signed reports."""

import argparse
import hashlib
import hmac
import json
import os
import ssl
import time
import urllib.error
import urllib.request

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
LOOK_SECONDS = 3
# Also without a change: a machine that was made anew knows no nodes.
REPEAT_SECONDS = 15
TIMEOUT_SECONDS = 30
# What takes a node out of load balancers too.
LEAVING_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"
LEAVING_TAINT = "ToBeDeletedByClusterAutoscaler"


def log(words):
    print(words, flush=True)


def stays(node):
    metadata, spec = node["metadata"], node.get("spec", {})
    leaving = any(taint["key"] == LEAVING_TAINT for taint in spec.get("taints", []))
    return "deletionTimestamp" not in metadata and LEAVING_LABEL not in metadata.get("labels", {}) and not leaving


def internal_address(node):
    found = [each["address"] for each in node.get("status", {}).get("addresses", []) if each["type"] == "InternalIP"]
    return next((address for address in found if ":" not in address), None)


def addresses_of(nodes):
    """Of all nodes that stay; those that are not well are found out by the machine itself."""
    return sorted(filter(None, (internal_address(node) for node in nodes if stays(node))))


def list_nodes(api, account):
    with open(os.path.join(account, "token"), encoding="utf-8") as file:
        token = file.read().strip()
    trust = ssl.create_default_context(cafile=os.path.join(account, "ca.crt"))
    # Version 0: out of the API server's memory, so that asking often costs little.
    request = urllib.request.Request(f"{api}/api/v1/nodes?resourceVersion=0")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=trust) as answer:
        return json.load(answer)["items"]


def report(receiver, secret, ports, nodes):
    """Sends one report and gives the machine's answer."""
    body = json.dumps({"ports": ports, "nodes": nodes}).encode()
    moment = str(time.time_ns())
    signature = hmac.new(secret, moment.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    headers = {"X-Entry-Time": moment, "X-Entry-Signature": signature, "Content-Type": "application/json"}
    request = urllib.request.Request(receiver, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read().decode().strip()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode(errors="replace").strip()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--receiver", required=True, help="address the machine takes reports at")
    options.add_argument("--secret", required=True, help="file with the secret that reports are signed with")
    options.add_argument("--ports", required=True, help='JSON: [{"listen": 443, "node": 30443}]')
    options.add_argument("--account", default=ACCOUNT, help="folder with token and ca.crt")
    args = options.parse_args()
    with open(args.secret, "rb") as file:
        secret = file.read().strip()
    ports = json.loads(args.ports)
    api = f"https://{os.environ['KUBERNETES_SERVICE_HOST']}:{os.environ['KUBERNETES_SERVICE_PORT']}"
    reported, due = None, 0.0
    while True:
        try:
            nodes = addresses_of(list_nodes(api, args.account))
            if nodes and (nodes != reported or time.monotonic() >= due):
                status, words = report(args.receiver, secret, ports, nodes)
                if words != "unchanged":
                    log(f"{', '.join(nodes)}: {status} {words}")
                reported, due = nodes, time.monotonic() + REPEAT_SECONDS
        except (OSError, ValueError) as error:
            log(f"could not report: {error}")
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
