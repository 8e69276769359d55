"""A network of this process's own, with machines, that can be cut between any two of them.

The kernel makes it (network namespaces in a user namespace, which need no root), so what is cut is what a real
network would lose: the packets of open connections, without a word to either end. Needs Linux, `unshare`,
`nsenter` and `ip`.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

INSIDE = "XUMIAN_TEST_NETWORK"
HERE = "10.77.0.254"
"""The address of this process, and of all that it starts elsewhere than on a machine."""
_BRIDGE = "machines"
_AGAIN = f"""
import os, sys
os.environ[{INSIDE!r}] = str(os.getpid())
os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])
"""


def enter(module: str, arguments: Sequence[str]) -> None:
    """Run this program again as `python -m module arguments…` in a network of its own, unless it is in one.

    Returns only inside. Raises OSError or CalledProcessError if the kernel or the container does not allow it.
    """
    if os.environ.get(INSIDE) != str(os.getpid()):
        command = [sys.executable, "-c", _AGAIN, module, *arguments]
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--net", *command])
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "link", "add", _BRIDGE, "type", "bridge")
    _run("ip", "address", "add", f"{HERE}/24", "dev", _BRIDGE)
    _run("ip", "link", "set", _BRIDGE, "up")


class Machine:
    """A machine with an address and a network of its own. `enter` goes before a command that is to run there."""

    def __init__(self, number: int) -> None:
        self.address = f"10.77.0.{number}"
        # While it reads, the network exists. It ends with this process, whatever happens to that.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._holder.stdout
        self._holder.stdout.readline()
        self.enter = ("nsenter", "--net", "--target", str(self._holder.pid))
        self._near = f"m{number}"
        _run(
            "ip", "link", "add", self._near, "type", "veth", "peer", "name", "eth0", "netns", str(self._holder.pid)
        )
        _run("ip", "link", "set", self._near, "master", _BRIDGE, "up")
        for link in ("lo", "eth0"):
            self.run("ip", "link", "set", link, "up")
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")

    def run(self, *command: str) -> None:
        """Run a command there, which must succeed."""
        _run(*self.enter, *command)

    def close(self) -> None:
        _run("ip", "link", "del", self._near)  # the kernel removes a network's links only some time after its end
        self._holder.kill()
        self._holder.communicate()


class Network:
    """So many machines, and what is cut between them."""

    def __init__(self, machines: int) -> None:
        self._ends = ExitStack()
        self.machines: list[Machine] = []
        self._cut: list[tuple[Machine, str]] = []
        for number in range(1, machines + 1):
            machine = Machine(number)
            self._ends.callback(machine.close)
            self.machines.append(machine)

    def cut(self, some: Iterable[str], others: Iterable[str]) -> None:
        """Lose everything from now on that these addresses send each other. At most one side may contain HERE."""
        right = set(others)
        for one in some:
            for other in right - {one}:
                self._lose(one, other)
                self._lose(other, one)

    def mend(self) -> None:
        """Let everything pass again. What was sent meanwhile arrives if its sender still tries."""
        while self._cut:
            machine, address = self._cut.pop()
            machine.run("ip", "route", "del", "blackhole", f"{address}/32")

    def close(self) -> None:
        self._cut.clear()
        self._ends.close()

    def _lose(self, at: str, to: str) -> None:
        for machine in self.machines:
            if machine.address == at and (machine, to) not in self._cut:
                machine.run("ip", "route", "add", "blackhole", f"{to}/32")
                self._cut.append((machine, to))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
