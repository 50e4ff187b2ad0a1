"""Runs JupyterLab on a folder of its own and opens its notebooks in Chromium."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "marking"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = {"viewport": {"width": 1280, "height": 900}}
# Asks to be told about news: it wants the network and covers the page.
NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
# Run All straight after loading is lost: the session must be ready and its kernel have answered.
# Once in some thousand times an answer of the kernel is lost, and nothing would ever be ready.
RUN_ALL = """async (limit) => {
    const app = window.jupyterapp;
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    const run = async () => {
        await app.restored;
        let panel = app.shell.currentWidget;
        while (!panel?.sessionContext) { await wait(50); panel = app.shell.currentWidget; }
        await panel.context.ready;
        await panel.sessionContext.ready;
        await panel.sessionContext.session.kernel.info;
        while (panel.sessionContext.session.kernel.status !== 'idle') await wait(50);
        await app.commands.execute('notebook:run-all-cells');
        return true;
    };
    return Promise.race([run(), wait(limit).then(() => false)]);
}"""
LIMIT, TRIES = 60_000, 3  # milliseconds for all cells


class Lab:
    """A JupyterLab server that runs until it is stopped."""

    def __init__(self, folder: Path, private: Path) -> None:
        self.folder, self.private, self.port = folder, private, free_port()
        self._pages = count(1)
        config = private / "config" / "labconfig"
        config.mkdir(parents=True)
        (config / "page_config.json").write_text(json.dumps(NEWS), encoding="utf-8")
        self.log = (private / "lab.log").open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            self._command(), cwd=folder, env=self._environment(), stdout=self.log, stderr=self.log
        )

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "IdentityProvider.token": TOKEN,
            "ServerApp.root_dir": self.folder,
            "ServerApp.open_browser": False,
            "ServerApp.terminals_enabled": False,
            "LabApp.expose_app_in_browser": True,
        }
        head = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        return head + [f"--{name}={value}" for name, value in options.items()]

    def _environment(self) -> dict[str, str]:
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        own = {name: str(self.private / place) for name, place in places.items()}
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        return os.environ | own | {"PYTHONPATH": path}

    def address(self, notebook: str) -> str:
        """In a workspace of its own: in one that another page has open, it would move away."""
        workspace = f"lab/workspaces/page-{next(self._pages)}"
        return f"http://127.0.0.1:{self.port}/{workspace}/tree/{notebook}?token={TOKEN}"

    def wait(self, seconds: float = 60) -> None:
        """Until the server answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, "JupyterLab ended: " + self.words()
                time.sleep(0.1)
        raise AssertionError("JupyterLab did not start: " + self.words())

    def words(self) -> str:
        return (self.private / "lab.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def kernels(self) -> list[psutil.Process]:
        """The kernel processes of this server."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "ipykernel_launcher" in " ".join(child.cmdline())]

    def kill_kernel(self) -> None:
        """SIGKILL: the kernel has no chance to say anything."""
        found = self.kernels()
        assert found, "no kernel is running"
        for kernel in found:
            kernel.kill()

    def stop(self) -> None:
        for child in [*psutil.Process(self.process.pid).children(recursive=True)]:
            child.kill()
        self.process.kill()
        self.process.wait()
        self.log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(folder: Path, private: Path) -> Iterator[Lab]:
    """A server on the folder, its settings and logs in another one."""
    lab = Lab(folder, private)
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


# One process can hold one driver only; fixtures of several scopes may have pages open at once.
DRIVERS: list[Playwright] = []
USERS: list[str] = []


@contextmanager
def driver(user: str) -> Iterator[Playwright]:
    """The driver that all pages share; it ends with the last of them."""
    if not USERS:
        DRIVERS.append(sync_playwright().start())
    USERS.append(user)
    try:
        yield DRIVERS[-1]
    finally:
        USERS.remove(user)
        if not USERS:
            DRIVERS.pop().stop()


@contextmanager
def browser_page(executable: str, **context: Any) -> Iterator[Page]:
    """A page of a fresh Chromium."""
    with driver(executable) as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        try:
            page = browser.new_context(**(SCREEN | context)).new_page()
            page.set_default_timeout(20_000)
            yield page
        finally:
            browser.close()


def open_notebook(page: Page, lab: Lab, notebook: str) -> None:
    """Loads the notebook and runs all its cells."""
    page.goto(lab.address(notebook))
    page.wait_for_function("window.jupyterapp !== undefined")
    run_all(page)


def run_all(page: Page) -> None:
    """Runs every cell of the notebook in front, once its kernel is ready; again where it is not."""
    for _ in range(TRIES):
        if page.evaluate(RUN_ALL, LIMIT):
            return
        page.reload()
        page.wait_for_function("window.jupyterapp !== undefined")
    raise AssertionError("JupyterLab's kernel did not answer")
