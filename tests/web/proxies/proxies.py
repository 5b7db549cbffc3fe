"""proxies.py nginx|haproxy PROGRAM SOCKET METRICS_PORT SHOW - a gateway behind the proxy of compose/.

The file of compose/ is used as it is but for ports, paths and users. Through the real program, over
TLS: a reserve by HTTP/2; whose address counts; a POST is never sent twice; requests that have made
other servers take a part of a body for the next request are answered once, leave nothing behind, and
no other client is given their answers. Prints a line a test; exit code 1 where one fails.
"""
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import h2.config
import h2.connection
import h2.events

NAME, PROGRAM, GATEWAY, METRICS, SHOW = sys.argv[1:]
KEY = "Authorization: Bearer canary-shop-key\r\n"
WAIT_S = 20
QUIET_S = 0.4  # after an answer: no second one is on its way
SMUGGLER = "smuggler-0123456789"
TARGET = "/api/seat-reservations/reserve"
INNER_BODY = json.dumps({"show_id": SHOW, "seat_ids": ["A60"]})
INNER = (f"POST {TARGET} HTTP/1.1\r\nHost: localhost\r\n{KEY}Holdfast-Session: {SMUGGLER}\r\n"
         "Idempotency-Key: smuggled\r\nContent-Type: application/json\r\n"
         f"Content-Length: {len(INNER_BODY)}\r\n\r\n{INNER_BODY}")
CHUNKED = f"0\r\n\r\n{INNER}"


def head(method, *lines):
    return (f"{method} {TARGET} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{KEY}" +
            "".join(line + "\r\n" for line in lines) + "\r\n")


LENGTH, CHUNKED_LENGTH = f"Content-Length: {len(INNER)}", f"Content-Length: {len(CHUNKED)}"
LONGER = 2 + len(INNER)
# Each is one request, or none at all; what it carries in its body is never one.
ATTACKS = {
    "HEAD with a body": head("HEAD", LENGTH) + INNER,
    "GET with a body": head("GET", LENGTH) + INNER,
    "OPTIONS with a body": head("OPTIONS", LENGTH) + INNER,
    "two Content-Length": head("POST", "Content-Length: 2", f"Content-Length: {LONGER}") + "{}" + INNER,
    "a list of Content-Length": head("POST", f"Content-Length: 2, {LONGER}") + "{}" + INNER,
    "Content-Length and chunked": head("POST", CHUNKED_LENGTH, "Transfer-Encoding: chunked") + CHUNKED,
    "chunked and Content-Length": head("POST", "Transfer-Encoding: chunked", CHUNKED_LENGTH) + CHUNKED,
    "a coding that is none": head("POST", CHUNKED_LENGTH, "Transfer-Encoding: xchunked") + CHUNKED,
    "a blank before the colon": head("POST", CHUNKED_LENGTH, "Transfer-Encoding : chunked") + CHUNKED,
    "a folded coding": head("POST", CHUNKED_LENGTH, "X: y", " Transfer-Encoding: chunked") + CHUNKED,
    "a folded length": head("POST", "X: y", " Content-Length: 2", LENGTH) + INNER,
    "bare line feeds": head("POST", LENGTH).replace("\r\n", "\n") + INNER,
    "a bare line feed in a header": head("POST", "X: y\nContent-Length: 0", LENGTH) + INNER,
    "a bare carriage return": head("POST", "X: y\rContent-Length: 0", LENGTH) + INNER,
    "a NUL": head("POST", "X: \0", LENGTH) + INNER,
    "a length with a sign": head("POST", f"Content-Length: +{len(INNER)}") + INNER,
    "a hexadecimal length": head("POST", f"Content-Length: 0x{len(INNER):x}") + INNER,
    "two Host": head("POST", "Host: other", LENGTH) + INNER,
    "an upgrade that nobody wants": head("GET", "Connection: Upgrade", "Upgrade: h2c", LENGTH) + INNER,
}
PSEUDO = [(":method", "POST"), (":path", TARGET), (":scheme", "https"), (":authority", "localhost")]
FIELDS = [("content-type", "application/json"), ("authorization", "Bearer canary-shop-key")]
LINES_IN_PATH = TARGET + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" + INNER
HTTP_2_ATTACKS = {
    "a length that is too small": PSEUDO + FIELDS + [("content-length", "2")],
    "a length of nothing": PSEUDO + FIELDS + [("content-length", "0")],
    "a coding": PSEUDO + FIELDS + [("transfer-encoding", "chunked")],
    "a line in a value": PSEUDO + FIELDS + [("x", "y\r\ntransfer-encoding: chunked")],
    "a line in a name": PSEUDO + FIELDS + [("x: y\r\ncontent-length", "0")],
    "lines in a path": [PSEUDO[0], (":path", LINES_IN_PATH), *PSEUDO[2:], *FIELDS],
    "a HEAD with data": [(":method", "HEAD"), *PSEUDO[1:], *FIELDS],
}


# ---- the client ----

def connect(port, protocol, source="127.0.0.1"):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    plain = socket.create_connection(("127.0.0.1", port), WAIT_S, (source, 0))
    return context.wrap_socket(plain, server_hostname="localhost")


def read_until_quiet(connection):
    got = b""
    while True:
        connection.settimeout(QUIET_S if b"\r\n\r\n" in got else 2)
        try:
            part = connection.recv(65536)
        except (TimeoutError, ssl.SSLError, ConnectionError):
            return got.decode("latin-1")
        if not part:
            return got.decode("latin-1")
        got += part


def ask(port, text, source="127.0.0.1"):
    """One request by HTTP/1.1 on a connection of its own: (status, body)."""
    with connect(port, "http/1.1", source) as connection:
        connection.sendall(text.replace("\r\n", "\r\nConnection: close\r\n", 1).encode())
        got = b""
        while part := connection.recv(65536):
            got += part
    top, _, body = got.decode("latin-1").partition("\r\n\r\n")
    return int(top.split(" ")[1]), body


def get(port, path, lines=""):
    return ask(port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n")


def post(port, path, body, lines="", source="127.0.0.1"):
    return ask(port, f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{lines}"
                     f"Content-Length: {len(body)}\r\n\r\n{body}", source)


# ---- the proxy ----

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Proxy:
    """The proxy with the file of compose/, in front of that socket."""

    def __init__(self, folder, backend, name, changes=()):
        self.port, self.log = free_port(), os.path.join(folder, name + ".log")
        path = os.path.join(folder, name + ".conf")
        changes = [("/run/holdfast-gateway/http.sock", backend), ("/etc/holdfast/tls", folder + "/tls"),
                   *changes, *(self.nginx(folder) if NAME == "nginx" else self.haproxy())]
        source = {"nginx": "compose/nginx/nginx.conf", "haproxy": "compose/haproxy/haproxy.cfg"}[NAME]
        with open(source, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            assert old in text, f"{source} has no {old!r}"
            text = text.replace(old, new)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        command = [PROGRAM, "-db", "-f", path]
        if NAME == "nginx":
            command = [PROGRAM, "-c", path, "-p", folder, "-e", self.log, "-g",
                       f"daemon off; pid {folder}/{name}.pid;"]
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.await_start()

    def nginx(self, folder):
        kept = "".join(f"    {kind}_temp_path {folder}/{kind};\n"
                       for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return [("http {\n", "http {\n" + kept), ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
                ("        listen [::]:80;\n", ""), ("        listen [::]:443 ssl http2;\n", ""),
                ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
                ("worker_processes auto", ("user root;\n" if os.geteuid() == 0 else "") + "worker_processes 1"), ("worker_rlimit_nofile 65536;\n", ""),
                ("worker_connections 16384", "worker_connections 1000")]

    def haproxy(self):
        return [("    user haproxy\n    group haproxy\n", ""), ("    log /dev/log local0 warning\n", ""),
                ("    log global\n", ""), ("bind :::80 v4v6", f"bind 127.0.0.1:{free_port()}"),
                ("bind :::443 v4v6", f"bind 127.0.0.1:{self.port}"), ("maxconn 16000", "maxconn 500"),
                ("port 9466 inter 2s", f"port {METRICS} inter 200ms")]

    def await_start(self):
        until = time.monotonic() + WAIT_S
        while self.process.poll() is None and time.monotonic() < until:
            try:
                connect(self.port, "http/1.1").close()
                return
            except OSError:
                time.sleep(0.05)
        with open(self.log, encoding="utf-8") as log:
            sys.exit(f"{NAME} did not start: {log.read()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(WAIT_S)


class Dropper:
    """A server that reads a request and hangs up; it counts those that are a POST, and keeps the last."""

    def __init__(self, path):
        self.path, self.count, self.last = path, 0, ""
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                asked = connection.recv(65536)
                if asked.startswith(b"POST"):
                    self.count += 1
                    self.last = asked.decode("latin-1")


# ---- tests ----

def a_reserve_comes_through_by_http_2(proxy):
    seat = {"nginx": "A50", "haproxy": "A51"}[NAME]
    shown = subprocess.run(
        ["curl", "-sSk", "--http2", "-m", str(WAIT_S), "-w", " %{http_version} %{http_code}", "-H", KEY.strip(),
         "-H", f"Holdfast-Session: canary-of-{NAME}-00000", "-H", f"Idempotency-Key: h2-{NAME}",
         "-H", "Content-Type: application/json", "-d", json.dumps({"show_id": SHOW, "seat_ids": [seat]}),
         f"https://127.0.0.1:{proxy.port}{TARGET}"], capture_output=True, text=True, check=True).stdout
    assert shown.endswith(" 2 200") and '"reason":"RESERVED"' in shown, shown


def the_address_is_the_clients_own(proxy):
    """Behind a proxy that address alone counts, so what a client claims must not come through."""
    post(proxy.port, "/api/session", "", "X-Forwarded-For: 203.0.113.1\r\nX-Forwarded-For: 198.51.100.1\r\n"
         "Forwarded: for=203.0.113.1\r\n", "127.0.0.2")
    told = re.findall(r"(?im)^x-forwarded-for: *(.*)\r$", dropper.last)
    assert told == ["127.0.0.2"] and "203.0.113" not in dropper.last, dropper.last


def a_body_that_is_too_large_is_refused(proxy):
    status, _ = post(proxy.port, TARGET, "x" * 65537, KEY)
    assert status == 413, status


def a_post_is_sent_once(proxy):
    status, _ = post(proxy.port, TARGET, "{}", KEY)
    assert status in (502, 503, 504), status
    assert dropper.count == 1, f"it was sent {dropper.count} times"


def check_others(proxy, name):
    for reason in ("hold_expired", "not_due", "area_full"):
        status, body = get(proxy.port, f"/problems/{reason}")
        assert status == 200 and reason.upper() in body, f"behind {name} another client got: {status} {body}"


def check_nothing_was_done(proxy):
    status, body = get(proxy.port, f"/api/seat-reservations/check?show_id={SHOW}",
                       f"{KEY}Holdfast-Session: {SMUGGLER}\r\n")
    assert status == 200 and '"has_reservation":false' in body, body


def nothing_is_smuggled(proxy):
    for name, attack in ATTACKS.items():
        with connect(proxy.port, "http/1.1") as connection:
            connection.sendall(attack.encode("latin-1"))
            got = read_until_quiet(connection)
        assert len(re.findall(r"HTTP/1\.[01] \d+", got)) <= 1 and "RESERVED" not in got, f"{name}: {got}"
        check_others(proxy, name)
    check_nothing_was_done(proxy)


def nothing_is_smuggled_by_http_2(proxy):
    for name, headers in HTTP_2_ATTACKS.items():
        statuses, data = ask_by_http_2(proxy, headers)
        assert len(statuses) <= 1 and "200" not in statuses and "RESERVED" not in data, f"{name}: {statuses} {data}"
        check_others(proxy, name)
    check_nothing_was_done(proxy)


def ask_by_http_2(proxy, headers):
    state = h2.connection.H2Connection(h2.config.H2Configuration(
        validate_outbound_headers=False, normalize_outbound_headers=False, header_encoding="latin-1"))
    statuses, data = [], ""
    with connect(proxy.port, "h2") as connection:
        state.initiate_connection()
        state.send_headers(1, headers)
        state.send_data(1, ("{}" + INNER).encode(), end_stream=True)
        try:
            connection.sendall(state.data_to_send())
            connection.settimeout(2 * QUIET_S)
            while part := connection.recv(65536):
                for event in state.receive_data(part):
                    if isinstance(event, h2.events.ResponseReceived):
                        statuses.append(dict(event.headers)[":status"])
                    if isinstance(event, h2.events.DataReceived):
                        data += event.data.decode("latin-1")
                connection.sendall(state.data_to_send())
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass
    return statuses, data


def run(test, proxy):
    try:
        test(proxy)
        print(f"{NAME}: {test.__name__} passed", flush=True)
        return 0
    except (AssertionError, OSError, subprocess.SubprocessError) as fault:
        print(f"{NAME}: {test.__name__} FAILED: {fault}", flush=True)
        return 1


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/tls.key", "-out",
                    folder + "/tls.crt", "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
    with open(folder + "/tls.pem", "w", encoding="utf-8") as both:
        for part in ("crt", "key"):
            with open(f"{folder}/tls.{part}", encoding="utf-8") as one:
                both.write(one.read())


with tempfile.TemporaryDirectory(prefix="holdfast-") as made:
    os.chmod(made, 0o755)
    make_certificate(made)
    dropper = Dropper(made + "/dropper.sock")
    # Connections to the gateway that all clients share are the worst case; nginx shares them anyway.
    shared = [("http-reuse safe", "http-reuse always")] if NAME == "haproxy" else []
    front, deaf = Proxy(made, GATEWAY, "front", shared), Proxy(made, dropper.path, "deaf")
    try:
        failed = sum(run(test, front) for test in (
            a_reserve_comes_through_by_http_2, a_body_that_is_too_large_is_refused, nothing_is_smuggled,
            nothing_is_smuggled_by_http_2))
        failed += run(a_post_is_sent_once, deaf)
        failed += run(the_address_is_the_clients_own, deaf)
    finally:
        front.stop()
        deaf.stop()
sys.exit(failed > 0)
