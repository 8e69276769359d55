"""Measures how long a report takes as PDF and as Word: 12 questions with answers of 250 characters, ratings and
transcripts, all in different words. Also how long the event loop was kept from other work meanwhile.

Usage: python benchmarks/report_files.py [--reports N] [--characters N]
"""

import argparse
import asyncio
import random
import time

from handlers.report_files.document import Block, Document, Heading, Paragraph, Table
from handlers.report_files.pdf import as_pdf
from handlers.report_files.word import as_word

_FIRST_IDEOGRAPH = 0x4E00
_MADE = "2026-11-23T10:00:00+08:00"


class Writer:
    """Writes documents of random Chinese text with so many different characters."""

    def __init__(self, characters: int) -> None:
        self._random = random.Random(1)
        self._characters = [chr(_FIRST_IDEOGRAPH + each) for each in range(characters)]

    def document(self) -> Document:
        facts = tuple((self._text(4), self._text(12)) for _ in range(9))
        blocks: list[Block] = [Heading(1, self._text(3)), Table((), facts)]
        for number in range(12):
            blocks += [Heading(2, self._text(5))] if number % 3 == 0 else []
            blocks += [Heading(3, self._text(30)), Paragraph(self._text(250), "quote"), Paragraph(self._text(40))]
            blocks += [Paragraph(self._text(20)) for _ in range(8)]
        blocks.append(Table((), tuple((self._text(12), self._text(20)) for _ in range(20))))
        return Document(self._text(5), "zh", _MADE, "0123456789abcdef", tuple(blocks))

    def _text(self, length: int) -> str:
        return "".join(self._random.choices(self._characters, k=length))


async def _longest_wait() -> float:
    """Return the longest time, in seconds, after which a task that wanted to go on after 5 ms could."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - began - 0.005)
    except asyncio.CancelledError:
        return longest


def _said(what: str, taken: list[float], work: list[float]) -> None:
    for name, values in ((what, taken), (f"{what}, CPU time", work)):
        ordered = sorted(values)
        p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
        fastest, longest = ordered[0], ordered[-1]
        print(
            f"{name}: fastest {fastest * 1000:.0f} ms, median {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
            f"longest {longest * 1000:.0f} ms"
        )


async def measure(reports: int, characters: int) -> None:
    writer = Writer(characters)
    busy = time.process_time()
    await as_pdf(writer.document())
    first = (time.process_time() - busy) * 1000
    print(f"the first PDF, which loads the library and the fonts, CPU time: {first:.0f} ms")
    as_word(writer.document())
    waiting = asyncio.create_task(_longest_wait())
    for what, write in (("PDF", as_pdf), ("Word", lambda each: asyncio.to_thread(as_word, each))):
        taken, work = [], []
        for document in [writer.document() for _ in range(reports)]:
            began, busy = time.perf_counter(), time.process_time()
            await write(document)
            taken.append(time.perf_counter() - began)
            work.append(time.process_time() - busy)
        _said(what, taken, work)
    waiting.cancel()
    print(f"the event loop waited at most {await waiting * 1000:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100, help="of each form (default: %(default)s)")
    parser.add_argument("--characters", type=int, default=800, help="different ones (default: %(default)s)")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.reports, arguments.characters))


if __name__ == "__main__":
    main()
