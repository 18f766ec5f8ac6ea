"""A provider of sign-in on this machine, as OpenID Connect wants it: whoever comes chooses who they are by a link."""

import contextlib
import html
import http.server
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "fitting-room", "what only both know"


@dataclass
class Provider:
    """Who can sign in, and the codes that were given out."""

    people: dict[str, str]  # name by the provider's number for them
    base: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def secrets(self) -> str:
        """What `secrets.toml` says of it."""
        return f"""
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{uuid.uuid4().hex}"
[auth.wardrobe]
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{self.base}/.well-known/openid-configuration"
"""

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def choice(self, query: dict[str, str]) -> str:
        """The page on which people say who they are."""
        links = [
            f'<a href="/authorize?{html.escape(urlencode({**query, "as": number}))}">{name}</a>'
            for number, name in self.people.items()
        ]
        return f"<title>Wardrobe</title><h1>Who are you?</h1>{' '.join(links)}"

    def way_back(self, query: dict[str, str]) -> str:
        """The address that leads somebody back, with a code."""
        code = uuid.uuid4().hex
        self.codes[code] = {"sub": query["as"], "name": self.people[query["as"]], "nonce": query.get("nonce")}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, code: str) -> dict[str, Any]:
        """What a code is worth, once: who it is, signed."""
        now = int(time.time())
        claims = {"iss": self.base, "aud": CLIENT, "iat": now, "exp": now + 600, **self.codes.pop(code)}
        signed = jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.key)
        return {"access_token": uuid.uuid4().hex, "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@contextlib.contextmanager
def open_provider(people: dict[str, str]) -> Iterator[Provider]:
    """Runs it on a free port of 127.0.0.1."""
    provider = Provider(people)

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            if address.path == "/authorize" and "as" in query:
                self.send_response(302)
                self.send_header("Location", provider.way_back(query))
                self.end_headers()
            elif address.path == "/authorize":
                self._give(provider.choice(query).encode(), "text/html")
            elif address.path == "/keys":
                self._give(json.dumps({"keys": [provider.key.as_dict(private=False)]}).encode())
            else:
                self._give(json.dumps(provider.described()).encode())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._give(json.dumps(provider.token(form["code"][0])).encode())

        def _give(self, content: bytes, kind: str = "application/json") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
