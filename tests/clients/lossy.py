"""lossy.py GATEWAY - a way to a gateway, HOST:PORT, that is as bad as a way can be. Prints its port.

For a show whose id begins with "lossy" the first answer to a request is lost when the gateway has
given it, the second one is a 503 of a proxy with a page in HTML in place of it, the third one
comes. A confirm for a show whose id begins with "lapse" comes when the hold has been given back.
"""
import http.client
import http.server
import json
import sys
import uuid

seen = {}


def forward(path, body, headers):
    connection = http.client.HTTPConnection(sys.argv[1], timeout=30)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.getheaders(), answer.read()


class Way(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("host", "connection", "content-length")}
        key = self.headers["Idempotency-Key"]
        show = json.loads(body).get("show_id", "")
        count = seen[key] = seen.get(key, 0) + 1
        if not show.startswith("lossy"):
            count = 3
        if self.path.endswith("/confirm") and show.startswith("lapse"):
            release = {name: value for name, value in headers.items() if name.lower() != "idempotency-key"}
            forward(self.path.replace("/confirm", "/release"), body,
                    {**release, "Idempotency-Key": str(uuid.uuid4())})
        status, answer_headers, answer = forward(self.path, body, headers)
        if count == 1:
            self.close_connection = True
            return
        if count == 2:
            status, answer = 503, b"<html>later</html>"
            answer_headers = [("Content-Type", "text/html"), ("Retry-After", "0")]
        self.send_response(status)
        for name, value in answer_headers:
            if name.lower() not in ("content-length", "connection", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Way)
print(server.server_address[1], flush=True)
server.serve_forever()
