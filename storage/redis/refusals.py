"""What the errors of Redis mean: all of them are waited for, and each has a remedy.

An error reply says something about the server, its settings, or its user, not about what was asked for. The
replies that callers expect, such as NOSCRIPT or BUSYGROUP, they recognise by `StoreUnavailable.code`.
"""

import re
import ssl
from typing import NamedTuple

from redis import exceptions as redis_errors

from storage.errors import StoreUnavailable

FAILURES = (redis_errors.RedisError, redis_errors.RedisClusterException, OSError)
"""What redis-py raises if a server does not answer or answers with an error."""

_IN_SCRIPT = re.compile(r"@user_script: ?\d+: -?([A-Z]{3,})(?![a-z])")
_FORBIDDEN_IN_SCRIPT = re.compile(r"executing the script can't|ACL failure in script")
_CODE = re.compile(r"[A-Z]{3,}(?= |$)")
_COMMAND = re.compile(r"'([a-z][a-z|.]*)'", re.I)


class Refusal(NamedTuple):
    """What a code means: words that follow "Redis ", what to do, and whether waiting can mend it."""

    meaning: str
    remedy: str
    passes: bool = True


_AWAY = Refusal("cannot be reached", "check that the server of XUMIAN_REDIS_URL runs")
_STRANGE = Refusal("does not answer as Redis does", "check the host and port in XUMIAN_REDIS_URL")
_UNKNOWN = Refusal("refuses", "look at its log and its settings")
_PASSWORD = Refusal(
    "does not accept the user or password", "correct them in XUMIAN_REDIS_URL, or at the server", passes=False
)
_CLUSTER = Refusal(
    "is a cluster, and the URL does not say so", "write redis+cluster:// in XUMIAN_REDIS_URL", passes=False
)
_DATABASE = Refusal(
    "has no such database", "correct its number in XUMIAN_REDIS_URL (a cluster has only 0)", passes=False
)
_RIGHTS = Refusal(
    "does not let the user run a command that Xumian needs, or use its keys",
    'give the user the ACL under "Redis" in docs/deploying.md',
    passes=False,
)
_LACKING = Refusal("lacks a command that Xumian needs", "use Redis 6.2 or later, or Valkey", passes=False)
_BY_CODE = {
    "BUSY": Refusal("is blocked by a script that runs too long", "wait, or end the script with SCRIPT KILL"),
    "LOADING": Refusal("is loading its files", "wait until it has"),
    "OOM": Refusal("has no memory left", "raise its maxmemory or make room"),
    "MISCONF": Refusal("cannot write its files", "look at its disk and its log"),
    "READONLY": Refusal("is a replica", "let XUMIAN_REDIS_URL name the master, or use redis+sentinel://"),
    "NOREPLICAS": Refusal("has too few replicas", "look at its replicas, or at min-replicas-to-write"),
    "MASTERDOWN": Refusal("has lost its master", "look at the master"),
    "CLUSTERDOWN": Refusal("is a cluster with slots that nobody serves", "look at the cluster's nodes"),
    "TRYAGAIN": Refusal("is moving slots", "wait until it has"),
    "EXECABORT": Refusal("gave up a transaction", "look at its log"),
    "UNBLOCKED": Refusal("ended a call", "wait"),
    "NOAUTH": _PASSWORD._replace(meaning="asks for a password", remedy="put it into XUMIAN_REDIS_URL"),
    "WRONGPASS": _PASSWORD,
    "NOPERM": _RIGHTS,
    "DENIED": Refusal(
        "is in protected mode", "set a password or an address to listen on at the server", passes=False
    ),
    "MOVED": _CLUSTER,
    "ASK": _CLUSTER,
    "CROSSSLOT": _CLUSTER,
    "MAXCLIENTS": Refusal("has too many clients", "raise its maxclients, or end other programs"),
    "WRONGTYPE": Refusal(
        "holds something else under a key of Xumian", "give Xumian a database of its own", passes=False
    ),
}
_BY_WORDS = {
    "unknown command": _LACKING,
    "Unknown Redis command": _LACKING,
    "invalid password": _PASSWORD,
    "without any password configured": _PASSWORD._replace(
        meaning="has no password", remedy="leave it out of XUMIAN_REDIS_URL"
    ),
    "DB index": _DATABASE,
    "SELECT is not allowed": _DATABASE,
    "CERTIFICATE_VERIFY_FAILED": Refusal(
        "shows a certificate that cannot be verified",
        "name its authority in XUMIAN_REDIS_URL (?ssl_ca_certs=FILE), and the host as in the certificate",
        passes=False,
    ),
    "cluster support disabled": Refusal("is no cluster", "write redis:// in XUMIAN_REDIS_URL", passes=False),
}


def closed_meanwhile(error: AttributeError | RuntimeError) -> redis_errors.ConnectionError:
    """Return the failure for an error that redis-py makes when a connection is closed by another task while it is
    opened or used, as happens when the nodes of a cluster change. Raises the error itself if it is another one."""
    if not (error.obj is None if isinstance(error, AttributeError) else "closed" in str(error)):
        raise error
    lost = redis_errors.ConnectionError("the connection was closed while it was used")
    lost.__cause__ = error
    return lost


def unavailable(error: Exception, command: str = "") -> StoreUnavailable:
    """Return what to raise for one of `FAILURES`, with the name of the refused command if it is known. Its text
    has nothing else from the reply, which may quote somebody's data.

    Raises the error itself if it is a mistake of the caller.
    """
    if isinstance(error, redis_errors.DataError):
        raise error
    error = _first(error)
    code, refusal = _code_of(error), _refusal_of(error)
    about = f"{code} {_command_in(error, code) or command}".strip() if code else _why(error)
    return StoreUnavailable(
        f"Redis {refusal.meaning} ({about}): {refusal.remedy}",
        code=code,
        passes=refusal.passes,
    )


def _why(error: BaseException) -> str:
    """Return what the system says of a connection that failed, or else what kind of error it is."""
    before = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    said = _why(before) if isinstance(before, OSError) else ""
    return said or type(error).__name__


def _first(error: Exception) -> Exception:
    """Return what a cluster's client met at the last node that it asked, instead of its summary."""
    before = error.__cause__ or error.__context__
    if isinstance(error, redis_errors.RedisClusterException) and isinstance(before, FAILURES):
        return _first(before)
    return error


def _refusal_of(error: Exception) -> Refusal:
    said = str(error)
    for words, refusal in _BY_WORDS.items():
        if words in said:
            return refusal
    code = _code_of(error)
    if not code:
        return _STRANGE if isinstance(error, redis_errors.InvalidResponse) else _AWAY
    return _BY_CODE.get(code, _UNKNOWN)


def _code_of(error: Exception) -> str:
    """Return the code of an error reply, and an empty string if there was no reply.

    Redis 6.2 reports an error in a script as "Error running script (call to f_…): @user_script:12: -OOM command
    not allowed …", later versions as "OOM command not allowed … script: f_…".
    """
    said = str(error)
    if found := _IN_SCRIPT.search(said):
        return found[1]
    if _FORBIDDEN_IN_SCRIPT.search(said):
        return "NOPERM"
    if "max number of clients" in said:  # the reply itself has only the general code ERR
        return "MAXCLIENTS"
    if code := getattr(error, "status_code", None):
        return str(code)
    if not isinstance(error, redis_errors.ResponseError):
        return ""
    found = _CODE.match(said)
    return found[0] if found else "ERR"


def _command_in(error: Exception, code: str) -> str:
    found = _COMMAND.search(str(error)) if code in ("NOPERM", "ERR") else None
    return found[1].upper() if found else ""
