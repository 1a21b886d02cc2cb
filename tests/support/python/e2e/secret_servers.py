"""HashiCorp Vault (KV version 2, AppRole) and Doppler on loopback, as their documentation has them; for tests."""
import http.server
import json
import threading
import time
from urllib.parse import parse_qs, urlsplit


class SecretServers:
    def __init__(self):
        self.secrets = {}           # "kv/calsync" → {field: value}; Doppler: "NAME" → value
        self.token = "hvs.first"    # Vault's, of the AppRole
        self.role = ("role-1", "secret-id-1")
        self.doppler_token = "dp.st.one"
        self.namespace = None
        self.versions = {}          # of Vault's secrets; 1, where it is not here
        self.read_only = False      # Vault: the policy lets nobody write
        self.down = self.sealed = False
        self.lease = None           # of a static token, in seconds: renewed by renew-self, and then it ends
        self.ends = None
        self.hangs = threading.Event()
        self.go_on = threading.Event()
        self.asked = []
        self.refused = 0
        servers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def reply(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def handle_one_request(self):
                if servers.down:
                    self.close_connection = True
                    return
                super().handle_one_request()

            def parse_request(self):
                if servers.hangs.is_set():
                    servers.go_on.wait(60)
                return super().parse_request()

            def is_in(self):
                return self.headers.get("X-Vault-Token") == servers.token and (servers.ends is None or time.monotonic() < servers.ends)

            def do_GET(self):
                servers.asked.append(f"GET {self.path}")
                url = urlsplit(self.path)
                if url.path == "/v3/configs/config/secret":
                    return self.doppler(parse_qs(url.query)["name"][0])
                if servers.sealed:
                    return self.reply(503, {"errors": ["Vault is sealed"]})
                if self.headers.get("X-Vault-Namespace") != servers.namespace or not self.is_in():
                    servers.refused += 1
                    return self.reply(403, {"errors": ["permission denied"]})
                mount, _, path = url.path.removeprefix("/v1/").partition("/data/")
                fields = servers.secrets.get(f"{mount}/{path}")
                if fields is None:
                    return self.reply(404, {"errors": []})
                self.reply(200, {"data": {"data": fields, "metadata": {"version": servers.versions.get(f"{mount}/{path}", 1),
                                                                       "deletion_time": "", "destroyed": False}}})

            def doppler(self, name):
                if self.headers.get("Authorization") != f"Bearer {servers.doppler_token}":
                    return self.reply(401, {"messages": ["Invalid Service token"], "success": False})
                if name not in servers.secrets:
                    return self.reply(404, {"messages": [f"Could not find requested secret: {name}"], "success": False})
                value = servers.secrets[name]
                self.reply(200, {"name": name, "value": {"raw": value, "computed": value}, "success": True})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                servers.asked.append(f"POST {self.path}")
                if self.path == "/v1/auth/approle/login":
                    if (body.get("role_id"), body.get("secret_id")) != servers.role:
                        return self.reply(400, {"errors": ["invalid role or secret ID"]})
                    return self.reply(200, {"auth": {"client_token": servers.token, "lease_duration": 3600, "renewable": True}})
                if self.path == "/v1/auth/token/renew-self":
                    if servers.lease is None:
                        return self.reply(200, {"auth": {"client_token": self.headers.get("X-Vault-Token"), "renewable": True}})
                    if not self.is_in():
                        return self.reply(403, {"errors": ["permission denied"]})
                    servers.ends = time.monotonic() + servers.lease
                    return self.reply(200, {"auth": {"client_token": servers.token, "renewable": True, "lease_duration": servers.lease}})
                if "/data/" in self.path:
                    return self.write(body)
                self.reply(404, {"errors": []})

            def write(self, body):
                if self.headers.get("X-Vault-Token") != servers.token or servers.read_only:
                    return self.reply(403, {"errors": ["permission denied"]})
                mount, _, path = self.path.removeprefix("/v1/").partition("/data/")
                name = f"{mount}/{path}"
                version = servers.versions.get(name, 1)
                if body["options"]["cas"] != version:
                    return self.reply(400, {"errors": ["check-and-set parameter did not match the current version"]})
                servers.secrets[name], servers.versions[name] = body["data"], version + 1
                self.reply(200, {"data": {"version": version + 1}})

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()
