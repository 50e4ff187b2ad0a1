"""What talks to a kernel that runs already; to load it takes as long as to start a kernel."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from subprocess import Popen
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import run_sync
from traitlets.config import Config

SPEC = KernelSpec(argv=["{connection_file}"], display_name="Python", language="python")


class _Started(LocalProvisioner):
    """Gives out a Python that waits on its standard input for the path of a connection file."""

    python: Any = None

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> Any:
        self.process = self.python
        with suppress(OSError):  # it has ended: whoever greets it will say so
            self.python.stdin.write(os.fsencode(cmd[0]) + b"\n")
            self.python.stdin.flush()
        return self.connection_info


class Manager(AsyncKernelManager):
    """Manages a `report.kernel` that runs, whatever kernels happen to be installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return SPEC


def managed(python: Popen[bytes], place: str) -> Manager:
    """The manager of a kernel that waits to be told its connection file; place: its own folder."""
    manager = Manager(connection_file=f"{place}/connection.json", config=_transport(place))
    manager.provisioner = _Started(kernel_id="report", kernel_spec=SPEC, parent=manager)
    manager.provisioner.python = python
    run_sync(manager.start_kernel)()
    return manager


def forget(manager: Manager) -> None:
    """Clear away what was kept for a kernel that has ended."""
    run_sync(manager.shutdown_kernel)(now=True)


def _transport(place: str) -> Config:
    # Sockets as files are for this user alone; Windows has only TCP. The prefix must be absolute.
    sockets = {} if sys.platform == "win32" else {"transport": "ipc", "ip": f"{place}/kernel"}
    return Config({"KernelManager": sockets})
