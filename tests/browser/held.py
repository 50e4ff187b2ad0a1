"""A form or screen in a browser page, its requests answered in this very process."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from inspectkit.widgets.replies import Replies

PLACE = "http://form.example/"
START = """
const listeners = new Set();
const model = {
  on: (name, listener) => listeners.add(listener),
  off: (name, listener) => listeners.delete(listener),
  send: (body) => window.ask(JSON.stringify(body))
    .then((reply) => listeners.forEach((listener) => listener(JSON.parse(reply)))).catch(() => {}),
  get: (name) => (name === "place" ? "page" : undefined),
};
screen_.render({ model, el: document.querySelector("main") });
"""


def hold(page: Page, replies: Replies, *, script: str, style: str) -> None:
    """Show it on a page of its own, which is no secure origin; called again it is loaded anew."""

    def ask(body: str) -> str:
        asked: dict[str, Any] = json.loads(body)
        return json.dumps(replies.reply(asked))

    code = script.replace("export default", "const screen_ =") + START
    html = (
        f"<!doctype html><html lang=en><title>Form</title><style>{style}</style>"
        f"<main><h1 class=ik-hidden>Form</h1></main><script type=module>{code}</script></html>"
    )
    page.unroute(PLACE)
    page.route(
        PLACE, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    if not page.evaluate("Boolean(window.ask)"):
        page.expose_function("ask", ask)
    page.goto(PLACE)
