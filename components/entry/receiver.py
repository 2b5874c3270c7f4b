#!/usr/bin/env python3
"""Runs beside HAProxy and keeps its configuration to the nodes that the cluster reports.

A report is one signed POST. It is believed when its signature is right, its time is close to this machine's, and it is
newer than every report before it. What it asks for is loaded only when HAProxy itself finds no fault with it, and the
configuration before it comes back when HAProxy does not start with the new one.
"""

import argparse
import hashlib
import hmac
import ipaddress
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_REPORT = 64 * 1024
MOST_NODES = 500
# How far the clocks of the cluster and of this machine may be apart.
CLOCK_SECONDS = 60
RELOAD_SECONDS = 10

PREAMBLE = """\
# Written from the cluster's report; changes by hand are overwritten.
global
    maxconn 8000
    # Open connections outlive a reload in the old process, but not for ever.
    hard-stop-after 12h
    mworker-max-reloads 50

defaults entry
    mode tcp
    log global
    option dontlog-normal
    # A node that is gone costs a new connection two seconds at most, and never the connection.
    timeout connect 2s
    retries 5
    option redispatch 1
    # Longer than Traefik's own, which decides.
    timeout client 65m
    timeout server 65m
    option clitcpka
    option srvtcpka
    default-server check inter 2s fall 2 rise 1 send-proxy-v2
"""


class Refused(Exception):
    """A report that is not followed, with the HTTP status that says why."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def log(words):
    print(words, file=sys.stderr, flush=True)


def signature(secret, moment, body):
    return hmac.new(secret, moment.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def authentic_moment(secret, headers, body, last, now):
    """The time of a report in nanoseconds, once it is known to be from the reporter and newer than the last one."""
    moment = headers.get("X-Entry-Time", "")
    given = headers.get("X-Entry-Signature", "")
    if not hmac.compare_digest(signature(secret, moment, body).encode(), given.encode()):
        raise Refused(401, "the signature is not right")
    if not re.fullmatch(r"[0-9]{1,20}", moment):
        raise Refused(400, "the time is no number")
    if int(moment) <= last:
        raise Refused(409, "a report as new as this has been here before")
    if abs(int(moment) - now) > CLOCK_SECONDS * 10**9:
        raise Refused(409, f"its time is more than {CLOCK_SECONDS} s from this machine's")
    return int(moment)


def is_port(value):
    return type(value) is int and 0 < value < 65536


def read_report(body, allowed):
    """Ports and nodes of a report: [(listen, node port)], [address], each in a fixed order."""
    try:
        report = json.loads(body)
        ports = sorted((port["listen"], port["node"]) for port in report["ports"])
        nodes = sorted({ipaddress.IPv4Address(node) for node in report["nodes"]})
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(400, f"it is no report: {error}") from error
    if not ports or not all(is_port(number) for pair in ports for number in pair):
        raise Refused(400, "it names no ports, or wrong ones")
    if len({listen for listen, _ in ports}) < len(ports):
        raise Refused(400, "it names a port twice")
    if not nodes or len(nodes) > MOST_NODES:
        raise Refused(400, f"it names {len(nodes)} nodes; 1 to {MOST_NODES} are taken")
    strangers = [str(node) for node in nodes if not any(node in network for network in allowed)]
    if strangers:
        raise Refused(400, f"{', '.join(strangers)} can be no node of the cluster")
    return ports, [str(node) for node in nodes]


def configuration(ports, nodes, address):
    sections = []
    for listen, node_port in ports:
        servers = "".join(f"    server {node} {node}:{node_port}\n" for node in nodes)
        sections.append(f"listen port-{listen}\n    bind {address}:{listen}\n{servers}")
    return "\n".join([PREAMBLE, *sections])


class HaProxy:
    """A running HAProxy whose configuration is the base file, which stays, and one file that is written here."""

    def __init__(self, program, base, config, master):
        self.program, self.base, self.config, self.master = program, base, config, master

    def loaded(self):
        with open(self.config, encoding="utf-8") as file:
            return file.read()

    def load(self, text):
        before = self.loaded()
        candidate = f"{self.config}.candidate"
        write(candidate, text)
        fault = self.fault(candidate)
        if fault:
            raise Refused(422, f"HAProxy refuses the configuration: {fault}")
        os.replace(candidate, self.config)
        if not self.reload():
            write(self.config, before)
            self.reload()
            raise Refused(500, "HAProxy did not start with the configuration; it runs with the one before")

    def fault(self, candidate):
        """What HAProxy says against a file; empty when it would take it."""
        check = subprocess.run(
            [self.program, "-c", "-f", self.base, "-f", candidate], capture_output=True, text=True, check=False
        )
        return "" if check.returncode == 0 else check.stderr.strip()[-2000:] or f"status {check.returncode}"

    def reload(self):
        """Whether HAProxy runs with what the file says now."""
        before, _ = self.state()
        self.command("reload")
        deadline = time.monotonic() + RELOAD_SECONDS
        while time.monotonic() < deadline:
            reloads, failed = self.state()
            if reloads is not None and reloads != before:
                return failed == 0
            time.sleep(0.05)
        return False

    def state(self):
        """How often the master process was reloaded, and how many times in a row that failed; None while it is away."""
        found = re.search(r"master\s+(\d+) \[failed: (\d+)\]", self.command("show proc"))
        return (int(found[1]), int(found[2])) if found else (None, None)

    def command(self, words):
        try:
            with socket.socket(socket.AF_UNIX) as master:
                master.settimeout(RELOAD_SECONDS)
                master.connect(self.master)
                master.sendall(f"{words}\n".encode())
                master.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: master.recv(4096), b"")).decode()
        except OSError:
            return ""


def write(path, text):
    """Whole or not at all, and still there after a loss of power."""
    partial = f"{path}.partial"
    with open(partial, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


class Receiver:
    def __init__(self, secret, haproxy, last_file, allowed, address):
        self.secret, self.haproxy, self.last_file = secret, haproxy, last_file
        self.allowed, self.address = allowed, address
        self.lock = threading.Lock()

    def receive(self, headers, body):
        """Follows a report and says what became of it."""
        with self.lock:
            moment = authentic_moment(self.secret, headers, body, self.last(), time.time_ns())
            write(self.last_file, str(moment))
            ports, nodes = read_report(body, self.allowed)
            text = configuration(ports, nodes, self.address)
            if text == self.haproxy.loaded():
                return "unchanged"
            self.haproxy.load(text)
            return f"loaded {', '.join(nodes)}"

    def last(self):
        """Time of the newest report; it is kept, so that no old one is taken after a restart either."""
        try:
            with open(self.last_file, encoding="utf-8") as file:
                return int(file.read())
        except FileNotFoundError:
            return 0


class Handler(BaseHTTPRequestHandler):
    # Of every wait for the other side.
    timeout = 10
    receiver = None

    def do_POST(self):
        try:
            status, words = 200, self.receiver.receive(self.headers, self.body())
        except Refused as refusal:
            status, words = refusal.status, str(refusal)
        if words != "unchanged":
            log(f"{self.client_address[0]}: {status} {words}")
        answer = f"{words}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length):
            raise Refused(411, "its length is not said")
        if int(length) > LARGEST_REPORT:
            raise Refused(413, f"more than {LARGEST_REPORT} bytes")
        return self.rfile.read(int(length))

    def log_message(self, *_):
        """Every report that changes something or is refused is logged above, with the reason."""


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--listen", required=True, help="address:port where reports come in")
    options.add_argument("--secret", required=True, help="file with the secret that reports are signed with")
    options.add_argument("--nodes", required=True, help="ranges that addresses of nodes are in, with commas between")
    options.add_argument("--state", required=True, help="folder for the configuration and the time of the last report")
    options.add_argument("--base", required=True, help="HAProxy's configuration file of its own, which stays")
    options.add_argument("--master", required=True, help="socket of HAProxy's master process")
    options.add_argument("--haproxy", default="haproxy", help="the program, to check configurations with")
    options.add_argument("--bind", default="", help="address that HAProxy answers at; every one by default")
    args = options.parse_args()
    with open(args.secret, "rb") as file:
        secret = file.read().strip()
    if len(secret) < 32:
        sys.exit(f"{args.secret} holds no secret of 32 characters or more")
    haproxy = HaProxy(args.haproxy, args.base, os.path.join(args.state, "haproxy.cfg"), args.master)
    last_file = os.path.join(args.state, "last-report")
    allowed = [ipaddress.IPv4Network(network) for network in args.nodes.split(",")]
    Handler.receiver = Receiver(secret, haproxy, last_file, allowed, args.bind)
    address, port = args.listen.rsplit(":", 1)
    server = ThreadingHTTPServer((address, int(port)), Handler)
    log(f"waiting for reports at {args.listen}")
    server.serve_forever()


if __name__ == "__main__":
    main()
