"""Something between the browser and the service, as a proxy is: it hands on every request, and can be told to answer in the service's
place, to hold answers back, to lose them, or to send another policy along. It keeps what was asked."""

import http.client
import http.server
import threading

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Between:
    def __init__(self, port):
        self.target = port
        self.asked = []  # (method, path, headers)
        self.rules = []  # functions of (handler, method, path), the newest first; True = it has answered
        self.policy = None  # in place of the service's Content-Security-Policy
        self.pages = {}  # path: (type, bytes), with the service's headers
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                between.handle(self)

            do_POST = do_GET

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # browsers leave without a word

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handle(self, handler):
        length = int(handler.headers.get("Content-Length") or 0)
        handler.body = handler.rfile.read(length) if length else b""
        self.asked.append((handler.command, handler.path, dict(handler.headers)))
        for rule in reversed(self.rules):
            if rule(handler, handler.command, handler.path):
                return
        self.hand_on(handler)

    def ask(self, handler):
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=60)
        path = "/" if handler.path in self.pages else handler.path
        connection.request(handler.command, path, body=handler.body or None,
                           headers={name: value for name, value in handler.headers.items() if name.lower() not in ("connection", "accept-encoding")})
        return connection, connection.getresponse()

    def hand_on(self, handler):
        """The service's answer; 502 when there is none."""
        try:
            connection, reply = self.ask(handler)
        except OSError:
            self.answer(handler, 502, b"<html>Bad Gateway</html>", "text/html")
            return
        headers = [(name, value) for name, value in reply.getheaders() if name.lower() not in HOP]
        if self.policy is not None:
            headers = [(name, value) for name, value in headers if name.lower() != "content-security-policy"] + [("Content-Security-Policy", self.policy)]
        stream = reply.getheader("Content-Type", "").startswith("text/event-stream")
        body = b"" if stream else reply.read()
        if handler.path in self.pages:
            kind, body = self.pages[handler.path]
            headers = [(name, value) for name, value in headers if name.lower() not in ("content-type", "content-encoding", "etag")] + [("Content-Type", kind)]
        handler.send_response(reply.status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Connection", "close") if stream else handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        try:
            if stream:
                handler.close_connection = True
                while piece := reply.read1(65536):
                    handler.wfile.write(piece)
                    handler.wfile.flush()
            elif handler.command != "HEAD" and reply.status != 304:
                handler.wfile.write(body)
        except OSError:
            pass
        finally:
            connection.close()

    @staticmethod
    def answer(handler, status, body, kind="application/json"):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def paths(self):
        return [path for _, path, _ in self.asked]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
