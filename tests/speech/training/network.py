"""Whisper's network in plain PyTorch with the parameter names of transformers, and additions for training."""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.speech.training.corpus import Mel
from tests.speech.training.shape import (
    DECODER_LAYERS,
    ENCODER_LAYERS,
    FEED_FORWARD,
    HEADS,
    MELS,
    POSITIONS,
    SEED,
    STAMPS,
    TOKENS,
    WIDTH,
)
from tests.speech.training.vocabulary import OTHER, Vocabulary

_HEAD = WIDTH // HEADS
_DISTANCES = ((-4, 0, 4), (-7, 0, 7), (-3, 0, 3))
"""The distances at which the encoder's heads look initially, by layer, in positions."""


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.q_proj = nn.Linear(WIDTH, WIDTH)
        self.k_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.v_proj = nn.Linear(WIDTH, WIDTH)
        self.out_proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor, memory: Tensor, causal: bool = False) -> Tensor:
        q, k, v = (
            each.unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for each in (self.q_proj(x), self.k_proj(memory), self.v_proj(memory))
        )
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.out_proj(y.transpose(1, 2).flatten(2))

    def first_head(self, x: Tensor, memory: Tensor) -> Tensor:
        """Return the logarithm of head 0's attention weights."""
        q, k = self.q_proj(x)[..., :_HEAD], self.k_proj(memory)[..., :_HEAD]
        return (q @ k.transpose(1, 2) / math.sqrt(_HEAD)).float().log_softmax(-1)


class Layer(nn.Module):
    """A layer of the encoder or of the decoder."""

    def __init__(self, decoder: bool) -> None:
        super().__init__()
        self.decoder = decoder
        self.self_attn, self.self_attn_layer_norm = Attention(), nn.LayerNorm(WIDTH)
        if decoder:
            self.encoder_attn, self.encoder_attn_layer_norm = Attention(), nn.LayerNorm(WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)
        self.final_layer_norm = nn.LayerNorm(WIDTH)

    def forward(self, x: Tensor, memory: Tensor | None = None, looks: list[Tensor] | None = None) -> Tensor:
        y = self.self_attn_layer_norm(x)
        x = x + self.self_attn(y, y, causal=self.decoder)
        if self.decoder:
            y = self.encoder_attn_layer_norm(x)
            x = x + self.encoder_attn(y, memory)
            if looks is not None:
                looks.append(self.encoder_attn.first_head(y, memory))
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.layers = nn.ModuleList(Layer(decoder=False) for _ in range(ENCODER_LAYERS))
        self.layer_norm = nn.LayerNorm(WIDTH)
        for conv in (self.conv1, self.conv2):  # otherwise the positions would drown out the sound
            nn.init.kaiming_normal_(conv.weight)


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(decoder=True) for _ in range(DECODER_LAYERS))
        self.layer_norm = nn.LayerNorm(WIDTH)


class Network(nn.Module):
    """The whole network. `ctc`, which recognises phonemes in the encoder's output, is used only in training."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        torch.manual_seed(SEED)
        self.encoder, self.decoder = Encoder(), Decoder()
        self.rows = nn.Parameter(torch.randn(vocabulary.first_stamp, WIDTH) * WIDTH**-0.5)
        self.stamp = nn.Linear(WIDTH, WIDTH)  # computed from sinusoids, so that neighbours are alike
        self.encoder_scale = nn.Parameter(torch.tensor(0.5))
        self.decoder_scale = nn.Parameter(torch.tensor(0.1))
        self.ctc = nn.Linear(WIDTH, 1 + len(vocabulary.phonemes))
        nn.init.normal_(self.stamp.weight, std=0.01)
        nn.init.normal_(self.stamp.bias, std=0.05)
        bias = torch.zeros(vocabulary.size)
        bias[OTHER] = math.log(vocabulary.tokenizer.get_vocab_size() - vocabulary.size + 1)
        for name, table in (
            ("encoder_positions", _sinusoids(POSITIONS)),
            ("decoder_positions", _sinusoids(TOKENS)),
            ("stamp_positions", _sinusoids(STAMPS)),
            ("bias", bias),  # row 0 counts as all tokens that share it, as in the loss of the full vocabulary
        ):
            self.register_buffer(name, table, persistent=False)
        with torch.no_grad():
            _look_around(self.encoder)

    def table(self) -> Tensor:
        return torch.cat([self.rows, self.stamps()])

    def stamps(self) -> Tensor:
        return self.stamp(self.stamp_positions)

    def encode(self, mel: Tensor, offset: int) -> Tensor:
        x = functional.gelu(self.encoder.conv1(mel.transpose(1, 2)))
        x = functional.gelu(self.encoder.conv2(x)).transpose(1, 2)
        x = x + (self.encoder_scale * self.encoder_positions[offset : offset + x.shape[1]]).to(x.dtype)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.encoder.layer_norm(x)

    def forward(
        self, mel: Tensor, rows: Tensor, offset: int = 0, looks: list[Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of the next tokens and of the phonemes heard.

        If `looks` is given, each decoder layer adds to it where its head 0 looks.
        """
        memory = self.encode(mel, offset)
        table = self.table()
        x = table[rows] + self.decoder_scale * self.decoder_positions[: rows.shape[1]]
        for layer in self.decoder.layers:
            x = layer(x, memory, looks)
        x = self.decoder.layer_norm(x)
        return x @ table.t() + self.bias.to(x.dtype), self.ctc(memory)


def _sinusoids(length: int) -> Tensor:
    half = WIDTH // 2
    angles: Mel = np.arange(length)[:, None] * _frequencies(half)[None]
    return torch.tensor(np.concatenate([np.sin(angles), np.cos(angles)], 1).astype(np.float32))


def _frequencies(half: int) -> Mel:
    frequencies: Mel = np.exp(-math.log(10_000) / (half - 1) * np.arange(half))
    return frequencies


def _look_around(encoder: Encoder) -> None:
    """Initialise each head of the encoder to look at positions a fixed distance away, as in a time-delay network.

    Learning this from random values takes far longer than all the rest. A key contains sine and cosine of its
    position, a query those of the position at this distance.
    """
    half, pairs = WIDTH // 2, _HEAD // 2
    frequencies = _frequencies(half)
    for layer, distances in zip(encoder.layers, _DISTANCES, strict=True):
        q, k = layer.self_attn.q_proj.weight, layer.self_attn.k_proj.weight
        q *= 0.3
        k *= 0.3
        for head, distance in enumerate(distances):
            for pair in range(pairs):
                row, turn = head * _HEAD + 2 * pair, float(frequencies[pair]) * distance
                k[row, pair] += 1.4
                k[row + 1, half + pair] += 1.4
                q[row, pair] += 1.4 * math.cos(turn)
                q[row, half + pair] += 1.4 * math.sin(turn)
                q[row + 1, half + pair] += 1.4 * math.cos(turn)
                q[row + 1, pair] -= 1.4 * math.sin(turn)
