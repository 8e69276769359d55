"""The names of all Redis keys. The keys of one commit share the hash tag `{pNN}` of their partition, so that a
script may use them together on a cluster."""

import re
from functools import lru_cache
from hashlib import sha256
from zlib import crc32

from conversation.inbound import Address

PARTITIONS = 16
"""Fixed when an installation first starts, and checked at each later start: see `installation`."""

CONFIG = "xm:config"
RESTORING = "restoring"
"""The field of `CONFIG` that exists from the first to the last key of a restore."""
PING = "xm:ping"
"""Written to find out whether that works."""
ERASURES = "xm:erasures"
LENT = "xm:lent"
CAMPAIGNS = "xm:campaigns"
SEARCH_LINES = "xm:search-lines"
"""How far the lines by which interviews are searched are written."""
PROBES = tuple(f"xm:{{probe}}:{kind}" for kind in ("string", "hash", "list", "set", "zset", "stream"))
"""Keys that exist only while a start is checked."""
PROBE_TOPIC = "xm:probe"
PING = "xm:ping"
"""Written to find out whether the store can be written."""


def partition_of(name: str) -> int:
    """Return the partition of an interview, or of an address for what belongs to no interview."""
    return crc32(name.encode()) % PARTITIONS


def _tag(partition: int) -> str:
    return f"xm:{{p{partition:02d}}}"


_TAGS = tuple(_tag(partition) for partition in range(PARTITIONS))


_OF_ONE = re.compile(
    r"xm:(\{p\d\d\}:([ilash]:[0-9a-f]+$|[rh]:[0-9a-f]+:|shown:|lobby:|box:|boxids:)|(who|inv|code):)"
)


@lru_cache(4096)
def tag_of(name: str) -> str:
    """Return the tag of an interview or address. Every commit asks for it several times."""
    return _TAGS[partition_of(name)]


def state(interview: str) -> str:
    return f"{tag_of(interview)}:i:{interview}"


def parts(interview: str) -> str:
    """The messages of the open answer, which the state does not contain (see `codec`)."""
    return f"{tag_of(interview)}:a:{interview}"


def log(interview: str) -> str:
    return f"{tag_of(interview)}:l:{interview}"


def seen(interview: str) -> str:
    return f"{tag_of(interview)}:s:{interview}"


def reply(interview: str, inbound: str) -> str:
    return f"{tag_of(interview)}:r:{interview}:{inbound}"


def held(interview: str) -> str:
    """Messages that cannot be sent until the candidate writes."""
    return f"{tag_of(interview)}:h:{interview}"


def written(beside: str) -> str:
    """Something that is written for the sake of writing, on the node that has the key `beside` (empty: any)."""
    if not beside:
        return "xm:written"
    before, brace, _ = beside.partition("}")
    return f"{before}{brace}:written" if brace else f"xm:written:{{{beside}}}"


def outbox(partition: int) -> str:
    return f"{_TAGS[partition]}:outbox"


def jobs(partition: int, queue: str) -> str:
    return f"{_TAGS[partition]}:jobs:{queue}"


def jobs_later(partition: int) -> str:
    """Jobs to be tried again, by the time at which they are due."""
    return f"{_TAGS[partition]}:jobs-later"


def dead(partition: int) -> str:
    return f"{_TAGS[partition]}:dead"


def due(partition: int) -> str:
    return f"{_TAGS[partition]}:due"


def moves(partition: int) -> str:
    """Objects with records that were put into the archive, or are to be deleted there."""
    return f"{_TAGS[partition]}:moves"


def imported(partition: int, kind: str) -> str:
    """What was imported from earlier systems, by kind of record: those of a partition in one hash."""
    return f"{_TAGS[partition]}:imported:{kind}"


def members(partition: int, campaign: str) -> str:
    return f"{_TAGS[partition]}:m:{campaign}"


def search_lines(partition: int, campaign: str) -> str:
    """What the interviews of a campaign in a partition are searched by."""
    return f"{_TAGS[partition]}:f:{campaign}"


def counts(partition: int, campaign: str) -> str:
    return f"{_TAGS[partition]}:n:{campaign}"


def day_counts(partition: int, campaign: str, day: str) -> str:
    """The counters of one day (ISO date)."""
    return f"{_TAGS[partition]}:d:{campaign}:{day}"


def lease(partition: int, role: str) -> str:
    return f"{_TAGS[partition]}:lease:{role}"


def lobby(address: Address, topic: str) -> str:
    return f"{tag_of(str(address))}:lobby:{topic}:{address}"


def shown(interview: str, subject: str, address: Address) -> str:
    return f"{tag_of(interview or str(address))}:shown:{interview}:{subject}:{address}"


def mailbox(address: Address) -> str:
    return f"{tag_of(str(address))}:box:{address}"


def mailbox_ids(address: Address) -> str:
    return f"{tag_of(str(address))}:boxids:{address}"


def mailbox_topic(address: Address) -> str:
    """The publish/subscribe channel on which news of a mailbox are announced."""
    return f"xm:box:{address}"


def owners(role: str) -> str:
    return f"xm:owners:{role}"


def who(address: Address) -> str:
    return f"xm:who:{address}"


def connected(account: str) -> str:
    return f"xm:connected:{account}"


def invitation(token: str) -> str:
    """Which interview an invitation leads to. Tokens are secrets, so only their hash is used."""
    return f"xm:inv:{digest(token)}"


def contacts(campaign_id: str) -> str:
    """Which interviews of a campaign belong to whom: a hash of SHA-256 of what identifies a person."""
    return f"xm:contacts:{campaign_id}"


def recordings(sha256: str) -> str:
    """Which interviews have files in the archive. One key holds all files whose hash begins with the same two hex
    digits."""
    return f"xm:files:{sha256[:2]}"


def walk_in(code: str) -> str:
    return f"xm:walkin:{code}"


def resume_code(code_sha256: str) -> str:
    return f"xm:code:{code_sha256}"


def campaign(campaign_id: str) -> str:
    return f"xm:campaign:{campaign_id}"


def places(campaign_id: str) -> str:
    return f"xm:places:{campaign_id}"


def script(version: str) -> str:
    return f"xm:script:{version}"


def kv(name: str) -> str:
    return f"xm:note:{name}"


def send_budget(account: str) -> str:
    return f"xm:rate:{{{account}}}"


def complaint(account: str) -> str:
    return f"xm:rate:{{{account}}}:complaint"


def is_of_one(key: str) -> bool:
    """Return whether a key belongs to one conversation: to an interview's record, whose id is hexadecimal, or to
    what is kept for one address, token or code."""
    return _OF_ONE.match(key) is not None


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
