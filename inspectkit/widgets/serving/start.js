// Starts a form or a screen on a page of its own: requests go to the server that sent the page.

import screen from "./screen.js";

class Model {
  constructor() {
    this.listeners = new Set();
  }

  on(name, listener) {
    this.listeners.add(listener);
  }

  off(name, listener) {
    this.listeners.delete(listener);
  }

  // No reply is no news: the age of the request raises the banner, as with a kernel.
  send(content) {
    const body = JSON.stringify(content);
    fetch("ask", { method: "POST", body, headers: { "X-Inspectkit": "form" }, credentials: "same-origin" })
      .then((reply) => (reply.ok ? reply.json() : Promise.reject(new Error(reply.status))))
      .then((reply) => this.listeners.forEach((listener) => listener(reply)))
      .catch(() => {});
  }

  get(name) {
    return name === "place" ? "page" : undefined;
  }
}

screen.render({ model: new Model(), el: document.querySelector("main") });
