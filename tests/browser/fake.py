"""Contract-shaped answers; goes away when the daemon gives them."""
import gzip, http.server, json, os, random, sys, threading, time
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(TOP, "daemon/page")
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; "
       "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
READ, COMMAND = "r" * 40, "c" * 40
STARTED = int(time.time() * 1000) - 3600000
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
HOUR = 3600000
state = {"mode": "writing", "paused": False, "writes": "on"}
def now(): return int(time.time() * 1000)
def point(at):
    r = random.Random(at // HOUR)
    hour = time.gmtime(at / 1000).tm_hour
    n = int((20 + 60 * max(0, 1 - abs(hour - 13) / 8)) * r.uniform(.7, 1.2))
    f = r.choice([0, 0, 0, 0, 1, 2])
    def split(names, weights):
        out = dict.fromkeys(names, 0)
        for _ in range(n): out[r.choices(names, weights)[0]] += 1
        return out
    return {"at": at, "processed": n, "failed": f, "skipped": r.choice([0, 0, 1]), "success_rate": n / (n + f) if n + f else None, "avg_processing_ms": r.randint(1500, 5200), "cost_usd": n * 0.000115,
            "analysed": n, "by_rules": r.choice([0, 0, 0, 2]), "root_cause": split(["bug", "feature", "refund", "other"], [30, 15, 25, 30]),
            "urgency": split(["high", "medium", "low"], [15, 55, 30]), "sentiment": split(["positive", "neutral", "negative"], [15, 62, 23]), "p95_ms": 8000}
def merged(a, b):
    pts = [point(t) for t in range(a // HOUR * HOUR, b, HOUR)]
    m = {k: sum(p[k] for p in pts) for k in ("processed", "failed", "skipped", "cost_usd", "analysed", "by_rules")}
    for g in ("root_cause", "urgency", "sentiment"): m[g] = {k: sum(p[g][k] for p in pts) for k in (pts[0][g] if pts else [])}
    m.update({"from": a, "to": b, "success_rate": m["processed"] / (m["processed"] + m["failed"]) if m["processed"] else None, "avg_processing_ms": 3204 if m["processed"] else None})
    return m
def now_body(since):
    t = now()
    return {"as_of": t, "version": "0.1.0", "started": STARTED, "status": "degraded", "message": "Degraded: the model answered 429 too often; 640 tickets processed in the last 24 hours.", "ready": True, **state,
            "provider": "openai", "model": "gpt-4o-mini", "ticket_url": "https://acme.zendesk.com/agent/tickets/", "today": merged(since, t), "yesterday": merged(since - 24 * HOUR, t - 24 * HOUR),
            "work": {"waiting": 123, "at_model": 31, "to_write": 4, "left_ms": 95000, "limit": "model", "limited_by": "the model: 31 requests at once"},
            "queue": {"found": 123, "claimed": 0, "analysing": 31, "decided": 0, "durable": 4, "refreshing": 0, "writing": 0, "settling": 0, "jobs": 0, "ordered": 0, "remembered": 40211, "waiting_to_return": 2},
            "guards": {n: {"breaker": "closed", "in_flight": 3, "window": 32, "request_tokens": 1.0, "sent": 1234, "failed": 2, "limited": 1} for n in ("zendesk", "llm")},
            "alerts": {"active": 1, "worst": "warning"}}
def rows(k=50, before=None):
    t, out = before or now(), []
    for i in range(k):
        r = random.Random(i)
        at = t - i * 61000
        out.append({"at": at, "ticket_id": 12345 - i, "outcome": r.choice(["done"] * 8 + ["skipped", "failed"]), "root_cause": r.choice(["bug", "feature", "refund", "other"]), "urgency": r.choice(["high", "medium", "low"]),
                    "sentiment": r.choice(["positive", "neutral", "negative"]), "confidence": r.uniform(.5, 1), "by": r.choice(["model"] * 9 + ["rules"]), "model": "gpt-4o-mini", "priority_before": r.choice(["", "normal"]), "priority_after": "high",
                    "processing_ms": r.randint(300, 9000), "cost_usd": 0.000115, "reason": "" if i % 9 else "<img src=x onerror=alert(1)> closed meanwhile"})
    return out
EXPLAIN = json.load(open(os.path.join(os.path.dirname(__file__), "fake_explain.json")))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def may(self):
        a = self.headers.get("Authorization", "")
        return {"Bearer " + READ: "read", "Bearer " + COMMAND: "command", "": "look"}.get(a)
    def send(self, status, body, kind, extra={}):
        if isinstance(body, (dict, list)): body = json.dumps(body).encode()
        gz = "gzip" in self.headers.get("Accept-Encoding", "")
        if gz: body = gzip.compress(body, 9)
        self.send_response(status)
        for k, v in {"Content-Type": kind, "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Length": len(body), **({"Content-Encoding": "gzip"} if gz else {}), **extra}.items(): self.send_header(k, str(v))
        self.end_headers(); self.wfile.write(body)
    def do_GET(self):
        path, _, q = self.path.partition("?")
        q = dict(p.split("=", 1) for p in q.split("&") if "=" in p)
        if not path.startswith("/api/"):
            name = "index.html" if path == "/" else path[1:]
            file = "/usr/share/javascript/chart.js/chart.min.js" if name == "chart.js" else os.path.join(PAGE, os.path.basename(name))
            if not os.path.isfile(file): return self.send(404, {"error": "no such page"}, "application/json")
            return self.send(200, open(file, "rb").read(), TYPES[name.rsplit(".", 1)[1]])
        J = "application/json"
        may = self.may()
        if may is None: return self.send(401, {"error": "no such token"}, J)
        if path == "/api/v1/session": return self.send(200, {"name": None if may == "look" else "default", "may": may}, J)
        if path == "/api/v1/now": return self.send(200, now_body(int(q.get("since", now() - 9 * HOUR))), J)
        if path == "/api/v1/series":
            a, b = int(q["from"]), int(q["to"])
            return self.send(200, {"from": a, "to": b, "step_ms": HOUR, "points": [point(t) for t in range(a, min(b, now()), HOUR)]}, J)
        if path == "/api/v1/overruled":
            return self.send(200, {"from": 0, "to": 0, "sampled": 203, "fields": [{"field": "root_cause", "compared": 203, "same": 185, "differences": [{"ours": "bug", "theirs": "refund", "count": 9}]}],
              "labels": [{"field": "root_cause", "label": "bug", "overruled": 14, "compared": 60}, {"field": "root_cause", "label": "other", "overruled": 4, "compared": 70}, {"field": "urgency", "label": "low", "overruled": 6, "compared": 20}, {"field": "urgency", "label": "high", "overruled": 2, "compared": 40}]}, J)
        if path == "/api/v1/alerts":
            m = now() // 86400000 * 86400000
            def A(k, s, t, x, since, ended, v=None, th=None, u=None): return {"kind": k, "severity": s, "title": t, "text": x, "since": since, "ended": ended, "value": v, "threshold": th, "unit": u}
            return self.send(200, {"active": [A("model_failures", "warning", "The model fails too often", "2.4 % of the model's answers failed in 15 minutes, more than 2 %. Check the model's status page.", now() - 700000, None, .024, .02, "ratio")],
              "recent": [A("model_down", "critical", "The model does not answer", "Rules decided meanwhile; the tickets are analysed again.", m + 2 * HOUR, m + int(3.6 * HOUR))] + [A("p95_latency", "warning", "Tickets take long", "95 % of tickets took less than 21 s.", m - i * 50 * HOUR, m - i * 50 * HOUR + 1900000, 21000, 15000, "ms") for i in range(1, 12)],
              "channels": [{"name": "slack", "state": "ok", "reason": "", "waiting": 0}, {"name": "webhook", "state": "off", "reason": "", "waiting": 0}]}, J)
        if path == "/api/v1/events":
            if may == "look": return self.send(401, {"error": "token"}, J)
            self.send_response(200); self.send_header("Content-Type", "text/event-stream"); self.send_header("Connection", "close"); self.end_headers()
            try:
                i = 0
                while True:
                    body = now_body(now() - HOUR); del body["today"], body["yesterday"]
                    self.wfile.write(b"event: state\ndata: " + json.dumps(body).encode() + b"\n\n")
                    row = rows(1)[0]; row["ticket_id"] = 20000 + i; i += 1
                    self.wfile.write(b"event: outcome\ndata: " + json.dumps(row).encode() + b"\n\n"); self.wfile.flush()
                    time.sleep(5)
            except OSError: self.close_connection = True
            return
        if may == "look": return self.send(401, {"error": "a token is needed"}, J)
        if path == "/api/v1/decisions":
            r = [x for x in rows(int(q.get("limit", 50))) if all(str(x.get({"ticket": "ticket_id"}.get(k, k))) == v for k, v in q.items() if k in ("ticket", "outcome", "root_cause", "urgency", "sentiment", "by"))]
            return self.send(200, {"decisions": r, "next": "abc" if "after" not in q else None}, J)
        if path.startswith("/api/v1/decisions/"): return self.send(200, {**EXPLAIN, "ticket_id": int(path.rsplit("/", 1)[1])}, J)
        if path.startswith("/api/v1/undo/"): return self.send(200, {"job":1,"state":"planned","forget":False,"asked":2,"told":2,"planned":0,"would_change":2,"tags":6,"priorities":0,"notes_that_stay":2,"requests":3,"seconds":5,"left":[{"what":"priority","why":"there was none before, and Zendesk cannot take one away","count":2,"tickets":[7,8]}]}, J)
        self.send(404, {"error": "no such path"}, J)
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        J = "application/json"
        if self.may() != "command": return self.send(401, {"error": "token"}, J)
        name = self.path.rsplit("/", 1)[1]
        if name in ("pause", "resume"): state["paused"] = name == "pause"
        if name in ("stop-writing", "start-writing"): state["writes"] = "stopped" if name == "stop-writing" else "on"
        if name == "undo-plan": return self.send(200, {"job": 1, "state": "reading", "asked": 2, "told": 0}, J)
        self.send(200, {"message": f"{name}: done."}, J)
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    def handle_error(self, *a): pass
def start(port=0):
    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
if __name__ == "__main__":
    s = start(int(sys.argv[1]) if len(sys.argv) > 1 else 9879); print(s.server_address); threading.Event().wait()
