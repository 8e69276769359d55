"""Alignment of a window's phonemes with positions, by the best path through CTC's lattice."""

import torch
from torch import Tensor

_NEVER = -1e9


def times(heard: Tensor, phonemes: Tensor, sizes: Tensor) -> Tensor:
    """Return the position of each phoneme, of shape [windows, phonemes].

    - `heard`: logarithms of probabilities, of shape [positions, windows, classes]. Class 0 is the blank.
    - `phonemes`: the phonemes of all windows, one after the other.
    - `sizes`: how many phonemes each window has.
    """
    positions, windows, _ = heard.shape
    said = _by_window(phonemes, sizes)
    states = torch.zeros(
        windows, 2 * said.shape[1] + 1, dtype=torch.long
    )  # blank, phoneme, blank, phoneme, … blank
    states[:, 1::2] = said
    skip = torch.full(states.shape, _NEVER)  # the blank between two different phonemes may be skipped
    skip[:, 3::2] = torch.where(said[:, 1:] != said[:, :-1], 0.0, _NEVER)
    emitted = heard.gather(2, states[None].expand(positions, -1, -1))
    best = torch.full(states.shape, _NEVER)
    best[:, :2] = emitted[0, :, :2]
    steps = torch.zeros(positions, *states.shape, dtype=torch.int8)
    wall = torch.full((windows, 2), _NEVER)
    for position in range(1, positions):
        before = torch.cat([wall, best], 1)
        best, steps[position] = torch.stack([before[:, 2:], before[:, 1:-1], before[:, :-2] + skip]).max(0)
        best = best + emitted[position]
    path = _path(best, steps, sizes)
    every, rows = torch.arange(positions), torch.arange(windows)
    first, last = torch.zeros(states.shape), torch.zeros(states.shape)
    for position in every:
        last[rows, path[position]] = float(position)
    for position in every.flip(0):
        first[rows, path[position]] = float(position)
    return ((first + last) / 2)[:, 1::2]


def _by_window(phonemes: Tensor, sizes: Tensor) -> Tensor:
    said = torch.zeros(len(sizes), max(1, int(sizes.max())), dtype=torch.long)
    for window, own in enumerate(phonemes.split(sizes.tolist())):
        said[window, : len(own)] = own
    return said


def _path(best: Tensor, steps: Tensor, sizes: Tensor) -> Tensor:
    """Trace the best path from its end. Returns the state at each position.

    The last state is a phoneme or the blank after it.
    """
    final = 2 * sizes
    before = (final - 1).clamp(min=0)
    ends = best.gather(1, torch.stack([final, before], 1))
    state = torch.where(ends[:, 1] > ends[:, 0], before, final)
    rows, path = torch.arange(len(sizes)), torch.zeros(steps.shape[:2], dtype=torch.long)
    for position in range(len(steps) - 1, -1, -1):
        path[position] = state
        state = (state - steps[position, rows, state].long()).clamp(min=0)
    return path
