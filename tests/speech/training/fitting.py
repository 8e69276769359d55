"""Training of the network: first on short windows, then partly on windows of 30 seconds."""

import random
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from tests.speech.training import alignment, corpus, vocabulary
from tests.speech.training.corpus import Corpus
from tests.speech.training.examples import Arrays, Examples
from tests.speech.training.network import Network
from tests.speech.training.shape import DECODER_LAYERS, IGNORED, POSITIONS, SEED
from tests.speech.training.vocabulary import Vocabulary
from tests.speech.training.windows import Windows

MODEL = "model.pt"
_STATE = "state.pt"
_CHECK_EVERY = 200
_GUIDE = 0.3
_HEARD = 1.5  # below this CTC loss per phoneme, the network knows where the phonemes are
_NEAR = 6  # how many positions away from a word its head may look
_STAMP_WEIGHT = 0.3


class Step(NamedTuple):
    """The settings of one training step.

    - `rate`: the learning rate.
    - `ctc`: the weight of CTC's loss.
    - `size`, `positions`: how many windows there are, and their length.
    - `many`: the share of windows with many sentences.
    - `offset`: where the windows begin in the table of positions.
    """

    rate: float
    ctc: float
    size: int
    positions: int
    many: float
    offset: int


class Loss(NamedTuple):
    whole: Tensor
    parts: dict[str, float]
    logits: Tensor


def planned(rng: random.Random, step: int, short: int, late: int) -> Step:
    """Return the settings of a step. The learning rate falls to almost zero at the end."""
    if step >= short:
        rate, ctc = 9e-4 * (1 - (step - short) / late) + 1e-6, 0.2
        if rng.random() < 0.3:
            return Step(rate, ctc, 8, POSITIONS, 0.5, 0)
    else:
        rate = 2.2e-3 * min(1.0, (step + 1) / 200) * (1 - 0.75 * step / short)
        ctc = 0.6 if step < 0.6 * short else 0.3
    positions = rng.choice([180, 250, 350, *([450, 800] if step > 0.6 * short else [])])
    offset = 0 if rng.random() < 0.5 else rng.randrange(POSITIONS - positions)
    return Step(rate, ctc, 7000 // positions, positions, 0.4 if positions < 500 else 0.9, offset)


def losses(network: Network, arrays: Arrays, first_stamp: int, offset: int, ctc: float, guide: float) -> Loss:
    """Return the losses of a batch.

    To the loss of the written text are added, weighted by `ctc`, the loss of the phonemes heard, and, weighted by
    `guide`, the loss of where the decoder looks.
    """
    mel, rows, labels, when, phonemes, sizes = map(torch.from_numpy, arrays)
    looks: list[Tensor] = []
    with torch.autocast("cpu", torch.bfloat16):
        logits, heard = network(mel, rows, offset, looks if guide else None)
    logits = logits.float()
    each = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none", ignore_index=IGNORED)
    weights = (torch.where(labels >= first_stamp, _STAMP_WEIGHT, 1.0) * (labels != IGNORED)).flatten()
    whole = (each * weights).sum() / weights.sum()
    parts = {"written": whole.item()}
    chances = heard.float().log_softmax(-1).transpose(0, 1)
    if ctc:
        lengths = torch.full((len(mel),), len(chances))
        by_window = functional.ctc_loss(chances, phonemes, lengths, sizes, reduction="none", zero_infinity=True)
        of_phonemes = by_window.sum() / sizes.sum().clamp(min=1)
        parts["phonemes"] = of_phonemes.item()
        whole = whole + ctc * of_phonemes
    if guide and len(phonemes):
        of_looks = _astray(looks, _spoken_at(when, alignment.times(chances.detach(), phonemes, sizes)))
        parts["looks"] = of_looks.item()
        whole = whole + guide * of_looks
    return Loss(whole, parts, logits)


def _spoken_at(when: Tensor, times: Tensor) -> Tensor:
    """Return `when` with the numbers of phonemes replaced by positions of the encoder."""
    place, last = (-2 - when).clamp(min=0), times.shape[1] - 1
    below, above = (times.gather(1, edge.long().clamp(max=last)) for edge in (place.floor(), place.ceil()))
    return torch.where(when <= -2, (below + above) / 2, when)


def _astray(looks: list[Tensor], when: Tensor) -> Tensor:
    """Return the loss of where the decoder looks.

    The last layer should look at the word to be written, earlier layers at the word written last.
    """
    before = torch.cat([torch.full_like(when[:, :1], -1), when[:, :-1]], 1)
    whole = torch.zeros(())
    for number, look in enumerate(looks):
        target = when if number == DECODER_LAYERS - 1 else before
        known = target >= 0
        far = (torch.arange(look.shape[-1]) - target[known][:, None]).abs() > _NEAR
        whole = whole - look[known].masked_fill(far, -1e4).logsumexp(-1).mean()
    return whole


def check(network: Network, held_out: Examples, positions: int, many: float, count: int) -> str:
    """Evaluate on sentences that training never hears.

    Returns a line with the share of windows in which every word is right, and how far timestamps are off on
    average.
    """
    rng, first_stamp = random.Random(5), held_out.vocabulary.first_stamp
    right = windows = stamps = 0
    off_s = 0.0
    network.eval()
    for _ in range(count):
        arrays = held_out.several(rng, 24, positions, many)
        labels = torch.from_numpy(arrays.labels)
        with torch.no_grad():
            logits = losses(network, arrays, first_stamp, 0, 0, 0).logits
        wrong = (logits.argmax(-1) != labels) & (labels != IGNORED) & (labels < first_stamp)
        right += int((~wrong.any(1)).sum())
        windows += len(labels)
        is_stamp = labels >= first_stamp
        closest = logits[..., first_stamp:].argmax(-1) + first_stamp
        off_s += 0.02 * float((closest - labels)[is_stamp].abs().sum())
        stamps += int(is_stamp.sum())
    network.train()
    return (
        f"{positions / 50:.0f} s: {right / windows:.1%} of windows right, times off {off_s / max(1, stamps):.2f} s"
    )


class Fitting:
    """The training, whose state in `work` survives an interruption."""

    def __init__(self, work: Path) -> None:
        words = vocabulary.load(work)
        self._work = work
        self.train, self.held_out = (
            Examples(Windows(Corpus(work, name)), words) for name in (corpus.TRAIN, corpus.HELD_OUT)
        )
        self.network = Network(words)
        self._optimizer = torch.optim.AdamW(self.network.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
        self._seen: dict[str, float] = {}
        self._next = 0
        if (work / _STATE).exists():
            state = torch.load(work / _STATE, weights_only=True)
            self.network.load_state_dict(state["network"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._next, self._seen = state["next"], state["seen"]
        print(_described(words, self.network, self.train.windows.corpus), flush=True)

    def run(self, short: int, late: int) -> None:
        rng, started = random.Random(SEED + self._next), time.monotonic()
        for step in range(self._next, short + late):
            self.train.windows.noisy = min(0.35, 0.1 + max(0.0, step / short - 0.3))  # less noise at first
            self._learn(rng, planned(rng, step, short, late))
            last = step == short + late - 1
            if step % 20 == 0 or last:
                seen = " ".join(f"{name} {value:.3f}" for name, value in self._seen.items())
                print(f"step {step}, {time.monotonic() - started:.0f} s: {seen}", flush=True)
            if (step + 1) % _CHECK_EVERY == 0 or last:
                self._check(step + 1, long=step >= short)
        torch.save(self.network.state_dict(), self._work / MODEL)

    def _learn(self, rng: random.Random, step: Step) -> None:
        hears = self._seen.get("phonemes", 99.0) < _HEARD
        self.train.misled = 0.08 if hears else 0.0
        for group in self._optimizer.param_groups:
            group["lr"] = step.rate
        arrays = self.train.several(rng, step.size, step.positions, step.many, step.offset)
        first_stamp = self.train.vocabulary.first_stamp
        loss = losses(self.network, arrays, first_stamp, step.offset, step.ctc, _GUIDE if hears else 0)
        self._optimizer.zero_grad(set_to_none=True)
        loss.whole.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        for name, value in loss.parts.items():
            self._seen[name] = 0.95 * self._seen.get(name, value) + 0.05 * value

    def _check(self, done: int, long: bool) -> None:
        print("  held out,", check(self.network, self.held_out, 400, 0.0, 4))
        if long:
            print("  held out,", check(self.network, self.held_out, POSITIONS, 0.5, 2), flush=True)
        state = {"network": self.network.state_dict(), "optimizer": self._optimizer.state_dict()}
        torch.save({**state, "next": done, "seen": self._seen}, self._work / _STATE)


def _described(words: Vocabulary, network: Network, spoken: Corpus) -> str:
    parameters = sum(each.numel() for each in network.parameters())
    return (
        f"{words.last_word} words, {len(words.phonemes)} phonemes, {parameters} parameters, "
        f"{len(spoken.sentences)} sentences"
    )
