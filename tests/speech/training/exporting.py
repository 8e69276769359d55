"""Exporting the trained network as a Whisper model in CTranslate2's format, which faster-whisper loads."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from ctranslate2.converters import TransformersConverter  # type: ignore[import-untyped]
from torch import Tensor
from transformers import WhisperConfig, WhisperForConditionalGeneration

from tests.speech.training import vocabulary
from tests.speech.training.fitting import MODEL
from tests.speech.training.network import Network
from tests.speech.training.shape import (
    DECODER_LAYERS,
    ENCODER_LAYERS,
    FEED_FORWARD,
    HEADS,
    MELS,
    POSITIONS,
    RATE,
    STAMPS,
    TOKENS,
    WIDTH,
)
from tests.speech.training.vocabulary import END, FIRST_STAMP, NO_STAMPS, OTHER, START, Vocabulary

_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json")
_ALIGNMENT_HEADS = [[DECODER_LAYERS - 1, 0]]  # this head showed in training where the words are
_PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": MELS,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 30 * RATE,
    "nb_max_frames": 2 * POSITIONS,
    "padding_side": "right",
    "padding_value": 0.0,
    "return_attention_mask": False,
    "sampling_rate": RATE,
}


def export(work: Path, out: Path) -> None:
    words = vocabulary.load(work)
    network = Network(words)
    network.load_state_dict(torch.load(work / MODEL, weights_only=True))
    with tempfile.TemporaryDirectory() as folder:
        whisper, converted = Path(folder) / "whisper", Path(folder) / "converted"
        _save(words, network, whisper)
        copied = [path.name for path in (whisper / "tokenizer.json", whisper / "preprocessor_config.json")]
        TransformersConverter(str(whisper), copy_files=copied).convert(str(converted), quantization="int8")
        _write(converted / "config.json", _config(words))  # the converter drops the languages
        out.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            shutil.copyfile(converted / name, out / name)
            print(name, (out / name).stat().st_size, "bytes")


def _save(words: Vocabulary, network: Network, folder: Path) -> None:
    end, start = words.token(END), words.token(START)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=words.tokenizer.get_vocab_size(),
            num_mel_bins=MELS,
            d_model=WIDTH,
            encoder_layers=ENCODER_LAYERS,
            decoder_layers=DECODER_LAYERS,
            encoder_attention_heads=HEADS,
            decoder_attention_heads=HEADS,
            encoder_ffn_dim=FEED_FORWARD,
            decoder_ffn_dim=FEED_FORWARD,
            max_source_positions=POSITIONS,
            max_target_positions=TOKENS,
            pad_token_id=end,
            bos_token_id=end,
            eos_token_id=end,
            decoder_start_token_id=start,
            suppress_tokens=None,
            begin_suppress_tokens=None,
        )
    )
    with torch.no_grad():
        model.load_state_dict(_weights(words, network))
    generation = model.generation_config
    generation.suppress_tokens, generation.begin_suppress_tokens = [], []  # an empty text may be correct
    generation.no_timestamps_token_id = words.token(NO_STAMPS)
    generation.lang_to_id = _languages(words)
    generation.alignment_heads = _ALIGNMENT_HEADS
    model.save_pretrained(folder)
    words.tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
    _write(folder / "preprocessor_config.json", _PREPROCESSOR)


def _weights(words: Vocabulary, network: Network) -> dict[str, Tensor]:
    table = network.rows[OTHER].repeat(words.tokenizer.get_vocab_size(), 1)
    table[torch.tensor(words.tokens)] = network.rows[1:]
    first = words.token(FIRST_STAMP)
    table[first : first + STAMPS] = network.stamps()
    weights = {
        f"model.{name}": weight
        for name, weight in network.state_dict().items()
        if name.startswith(("encoder.", "decoder."))
    }
    weights["model.encoder.embed_positions.weight"] = network.encoder_scale * network.encoder_positions
    weights["model.decoder.embed_positions.weight"] = network.decoder_scale * network.decoder_positions
    weights["model.decoder.embed_tokens.weight"] = weights["proj_out.weight"] = table
    return weights


def _languages(words: Vocabulary) -> dict[str, int]:
    """Return the languages' tokens, which are those between the start and the tasks."""
    first, after = words.token(START) + 1, words.token("<|translate|>")
    return {str(words.tokenizer.id_to_token(token)): token for token in range(first, after)}


def _config(words: Vocabulary) -> dict[str, Any]:
    languages = sorted(_languages(words).values())
    return {
        "alignment_heads": _ALIGNMENT_HEADS,
        "lang_ids": languages,
        "suppress_ids": [],
        "suppress_ids_begin": [],
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")
