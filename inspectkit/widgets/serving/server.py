"""A page of its own: a small server on this computer, for one person's browser.

No kernel and no notebook stand between the page and the store: a request of the page is one POST,
taken to the same replies. Only this computer can reach the server, and only with the token.
"""

from __future__ import annotations

import asyncio
import hmac
import html
import json
import os
import secrets
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from inspectkit.widgets.replies import Replies

FOLDER = Path(__file__).resolve().parent
HERE = "127.0.0.1"
LARGEST = 1_000_000  # bytes of one request
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
AGAIN = "Open the address that inspectkit printed when it started."


@dataclass(frozen=True)
class Shown:
    """What a page is: who replies to it, its title, its script and its style sheet."""

    replies: Replies
    title: str
    script: str
    style: str


@dataclass(frozen=True)
class Address:
    """Where the page is found: the same again after a restart, so that an open page goes on."""

    port: int
    token: str

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}/?token={self.token}"

    @classmethod
    def kept(cls, path: Path) -> Address:
        """The address used before, else a new one (port 0: any that is free)."""
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(held["port"]), str(held["token"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(0, secrets.token_urlsafe(24))

    def keep(self, path: Path) -> None:
        """Write it where only this person reads it; where nothing can be kept, nothing is."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                json.dump({"port": self.port, "token": self.token}, file)
        except OSError:
            return


class _Guarded(RequestHandler):
    """Serves this computer's own browser only: right host, right token."""

    def initialize(self, site: Site) -> None:
        self.site = site

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        # A page of another origin that got this name resolved to us sends its own name as host.
        if self.request.host != f"{HERE}:{self.site.address.port}":
            return self._refuse(421, f"This page is served as {HERE} only.")
        shown = self.get_query_argument("token", "") or self.get_cookie(self.site.cookie, "") or ""
        if not hmac.compare_digest(shown.encode(), self.site.address.token.encode()):
            return self._refuse(403, AGAIN)
        return None

    def _refuse(self, status: int, why: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(why)

    def write_error(self, status_code: int, **how: Any) -> None:
        self._refuse(status_code, f"{status_code}: not served here.")


class _Page(_Guarded):
    def get(self) -> None:
        if self.get_query_argument("token", ""):  # out of the address bar, into a cookie
            self.set_cookie(
                self.site.cookie, self.site.address.token, httponly=True, samesite="Strict"
            )
            self.redirect("/")
            return
        self.finish(self.site.page)


class _Part(_Guarded):
    def get(self, name: str) -> None:
        kind, text = self.site.parts[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(text())


class _Requests(_Guarded):
    def post(self) -> None:
        # No other origin can send this header without asking first, and nobody answers that.
        if self.request.headers.get("X-Inspectkit") != "form":
            self._refuse(403, AGAIN)
            return
        try:
            asked = json.loads(self.request.body)
        except ValueError:
            self._refuse(400, "The request is no JSON.")
            return
        self.set_header("Content-Type", "application/json")
        self.finish(
            json.dumps(self.site.shown.replies.reply(asked if isinstance(asked, dict) else {}))
        )


@dataclass(frozen=True)
class Site:
    """What is served, and at which address."""

    shown: Shown
    address: Address

    @property
    def cookie(self) -> str:
        return f"inspectkit-{self.address.port}"

    @property
    def parts(self) -> dict[str, tuple[str, Callable[[], str]]]:
        return {
            "screen.js": ("text/javascript", lambda: self.shown.script),
            "start.js": ("text/javascript", lambda: (FOLDER / "start.js").read_text("utf-8")),
            "screen.css": ("text/css", lambda: self.shown.style),
            "alone.css": ("text/css", lambda: (FOLDER / "alone.css").read_text("utf-8")),
        }

    @property
    def page(self) -> str:
        text = (FOLDER / "alone.html").read_text(encoding="utf-8")
        return text.replace("TITLE", html.escape(self.shown.title))

    def application(self) -> Application:
        """The routes of the page."""
        site = {"site": self}
        return Application(
            [
                (r"/", _Page, site),
                (r"/(screen\.js|start\.js|screen\.css|alone\.css)", _Part, site),
                (r"/ask", _Requests, site),
                (r".*", _Guarded, site),
            ]
        )


def serve(shown: Shown, *, kept: Path, say: Callable[[str], None], browser: bool = True) -> None:
    """Serve the page until interrupted. kept: the file that remembers the address."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(shown, kept, say, browser))


async def _serve(shown: Shown, kept: Path, say: Callable[[str], None], browser: bool) -> None:
    wanted = Address.kept(kept)
    sockets = _open(wanted.port)
    address = Address(sockets[0].getsockname()[1], wanted.token)
    if wanted.port in (0, address.port):
        address.keep(kept)
    site = Site(shown, address)
    server = HTTPServer(site.application(), max_body_size=LARGEST)
    server.add_sockets(sockets)
    say(f"The page is open at {address.url}")
    say("Leave this window open while you work. Ctrl+C ends it; everything saved stays saved.")
    if browser:
        webbrowser.open(address.url)
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()


def _open(port: int) -> list[Any]:
    """The port wanted, else any that is free, as when the form of another folder has it."""
    try:
        return bind_sockets(port, HERE)
    except OSError:
        return bind_sockets(0, HERE)
