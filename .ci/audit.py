"""Compare the locked dependencies with databases of known vulnerabilities, by pip-audit.

Fails on a vulnerability that `.ci/audit-ignored.txt` does not name. If no database can be reached, says so and
does not fail.
"""

import datetime
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

IGNORED = Path(__file__).parent / "audit-ignored.txt"
_SERVICES = ("osv", "pypi")
_UNREACHABLE = re.compile(
    r"ConnectionError|ServiceError|Timeout|HTTPError|SSLError|ProxyError|Max retries|resolve"
)
_ENTRY = re.compile(r"(?P<id>\S+) (?P<date>\d{4}-\d{2}-\d{2}) (?P<reason>\S.*)")


class Found(NamedTuple):
    """A known vulnerability of a locked version. `names`: its id and aliases."""

    package: str
    version: str
    names: tuple[str, ...]
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        fixed = f"fixed in {', '.join(self.fixed)}" if self.fixed else "no fixed version is known"
        return f"{self.package} {self.version}: {', '.join(self.names)}; {fixed}"


def ignored(lines: Iterable[str]) -> dict[str, str]:
    """Return the ids that are ignored, each with its date and reason. Raises ValueError if one lacks these."""
    entries = {}
    for line in lines:
        text = line.partition("#")[0].strip()
        if not text:
            continue
        if (entry := _ENTRY.fullmatch(text)) is None:
            raise ValueError(f"{text!r} must be an id, the date of the decision (YYYY-MM-DD) and the reason")
        datetime.date.fromisoformat(entry["date"])
        entries[entry["id"]] = f"{entry['date']}: {entry['reason']}"
    return entries


def vulnerabilities(report: str) -> list[Found]:
    """Return what pip-audit found, from its JSON."""
    return [
        Found(
            each["name"],
            each["version"],
            tuple(dict.fromkeys((found["id"], *found.get("aliases", ())))),
            tuple(found["fix_versions"]),
        )
        for each in json.loads(report)["dependencies"]
        for found in each.get("vulns", ())
    ]


def skipped(report: str) -> list[str] | None:
    """Return the packages that the database does not know. None: it knows none, so it is no such database."""
    packages = json.loads(report)["dependencies"]
    unknown = [f"{each['name']} ({each['skip_reason']})" for each in packages if "skip_reason" in each]
    return None if len(unknown) == len(packages) else unknown


def ask(requirements: str, service: str) -> tuple[str, str]:
    """Return pip-audit's report as JSON (empty: there is none) and what it says besides."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pip_audit", "--requirement", requirements, "--disable-pip", "--format", "json",
            "--progress-spinner", "off", "--vulnerability-service", service,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip(), done.stderr.strip()


def audit(requirements: str, allowed: dict[str, str]) -> int:
    """Audit a requirements file, print the result, and return the exit code."""
    for service in _SERVICES:
        report, said = ask(requirements, service)
        if report and (unknown := skipped(report)) is not None:
            for each in unknown:
                print(f"NOT audited: {each}")
            return judge(vulnerabilities(report), allowed, requirements)
        if not report and not _UNREACHABLE.search(said):
            print(f"pip-audit failed on {requirements}:\n{said}", file=sys.stderr)
            return 2
    print(f"{requirements} was NOT audited: no database of vulnerabilities can be reached from here.")
    return 0


def judge(found: list[Found], allowed: dict[str, str], requirements: str) -> int:
    """Print what was found, and return 1 if any of it is not ignored."""
    open_ = [each for each in found if not set(each.names) & set(allowed)]
    for each in found:
        why = next((allowed[name] for name in each.names if name in allowed), "")
        print(f"{'ignored' if why else 'VULNERABLE'}: {each}{f' ({why})' if why else ''}")
    if open_:
        print(f"Update them in {requirements}, or add an id, the date and the reason to .ci/{IGNORED.name}.")
    else:
        print(f"{requirements}: no known vulnerability that is not ignored.")
    return 1 if open_ else 0


if __name__ == "__main__":
    allowed_ = ignored(IGNORED.read_text().splitlines())
    sys.exit(max(audit(each, allowed_) for each in sys.argv[1:]))
