"""The tokenizer of the bilingual BERT: the English pieces of the model it starts from, and Chinese.

English keeps the pieces of the first model's WordPiece vocabulary that our text uses, so that what
it knows of them is kept. Chinese gets every character and the commonest words, as a unigram model
(Kudo 2018) learns them; a word as one piece needs far less text to be understood than its
characters do. Bracketed emotes such as [泪] are one piece each.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import UnigramTrainer

from vidsent.core.errors import DataError

PAD, UNKNOWN, CLS, SEP, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORD_START = "▁"  # before the first piece of a Latin word or number
CONTINUED = "##"  # how WordPiece marks the other pieces
LEAST_SCORE = -18.0  # nats; of a piece that our text never used

_HAN = re.compile(r"[\u3400-\u9fff]+")
_SYMBOL = re.compile(r"[^\w\s]")
_EMOTE = re.compile(r"\[[^\[\]\s]{1,6}\]")


@dataclass(frozen=True)
class VocabularyOptions:
    """How large each part may be."""

    english: int = 11_600
    chinese: int = 9_000
    longest: int = 4  # characters of a Chinese word
    least_texts: int = 15  # that an emote or a symbol, such as an emoji, occurs in


def build(
    start: Path, english: Sequence[str], chinese: Sequence[str], options: VocabularyOptions
) -> Tokenizer:
    """A tokenizer for both languages; raises DataError when `start` holds no tokenizer.json."""
    if not (start / "tokenizer.json").is_file():
        raise DataError(f"{start} holds no BERT: it needs config.json, tokenizer.json and weights.")
    first = Tokenizer.from_file(str(start / "tokenizer.json"))
    first.no_truncation()
    first.no_padding()
    without_han = [_HAN.sub(" ", _EMOTE.sub(" ", text)) for text in chinese]
    scores = _latin(first, [*english, *without_han], options.english)
    han = [run for text in chinese for run in _HAN.findall(text)]
    scores.update(_chinese(han, options))
    symbols, emotes = _texts_with(_SYMBOL, [*english, *chinese]), _texts_with(_EMOTE, chinese)
    total = sum(symbols.values())
    for symbol, count in symbols.items():
        if count >= options.least_texts:
            scores.setdefault(symbol, math.log(count / total))
    kept = [emote for emote, count in emotes.items() if count >= options.least_texts]
    tokenizer = assemble(scores)
    tokenizer.add_tokens([AddedToken(emote, normalized=False) for emote in sorted(kept)])
    return tokenizer


def _texts_with(pattern: re.Pattern[str], texts: Iterable[str]) -> Counter[str]:
    """In how many texts each match of a pattern occurs."""
    return Counter(found for text in texts for found in set(pattern.findall(text)))


def assemble(scores: Mapping[str, float]) -> Tokenizer:
    """A tokenizer of the pieces in `scores` (log-probabilities), with BERT's special tokens."""
    pieces = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    vocabulary = [(token, 0.0) for token in SPECIAL] + pieces
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index(UNKNOWN)))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.NFD(), normalizers.StripAccents()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{Han}+|[^\p{L}\p{N}\s]"), "isolated"),
            pre_tokenizers.Metaspace(WORD_START, prepend_scheme="always"),
            pre_tokenizers.Split(
                Regex(rf"{WORD_START}(?![\p{{L}}\p{{N}}])|{WORD_START}(?=\p{{Han}})"), "removed"
            ),
        ]
    )
    marks = [(token, SPECIAL.index(token)) for token in (CLS, SEP)]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{CLS} $A {SEP}", pair=f"{CLS} $A {SEP} $B:1 {SEP}:1", special_tokens=marks
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def embeddings(
    tokenizer: Tokenizer, first: Tokenizer, rows: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (V, D) float32 for the pieces of `tokenizer`, and which are known, (V,) bool.

    A piece that the first model has, with rows (V', D), keeps its row. The others are random, of
    the usual spread.
    """
    table, random = first.get_vocab(), np.random.default_rng(seed)
    size = tokenizer.get_vocab_size()
    found = rows.mean(0) + random.normal(size=(size, rows.shape[1])) * rows.std(0)
    known = np.zeros(size, bool)
    for piece, index in tokenizer.get_vocab().items():
        if (row := table.get(_as_wordpiece(piece))) is not None and not _HAN.search(piece):
            found[index], known[index] = rows[row], True
    return found.astype(np.float32), known


def _latin(first: Tokenizer, texts: Sequence[str], size: int) -> dict[str, float]:
    """The commonest pieces of the first model in `texts`, no Chinese ones, and their scores."""
    counts: Counter[str] = Counter()
    for encoded in first.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoded.tokens)
    total = math.log(sum(counts.values()))
    wanted = [piece for piece, _ in counts.most_common() if _is_latin(piece)][:size]
    letters = [piece for piece in first.get_vocab() if len(piece.removeprefix(CONTINUED)) == 1]
    scores = {_from_wordpiece(piece): LEAST_SCORE for piece in letters if _is_latin(piece)}
    scores.update({_from_wordpiece(piece): math.log(counts[piece]) - total for piece in wanted})
    return scores


def _chinese(runs: Sequence[str], options: VocabularyOptions) -> dict[str, float]:
    """Characters and words of runs of Han characters, and their scores."""
    tokenizer = Tokenizer(models.Unigram())
    trainer = UnigramTrainer(
        vocab_size=options.chinese,
        max_piece_length=options.longest,
        shrinking_factor=0.5,
        show_progress=False,
    )
    tokenizer.train_from_iterator(runs, trainer)
    scores = dict(json.loads(tokenizer.to_str())["model"]["vocab"])
    return {piece: score for piece, score in scores.items() if _HAN.fullmatch(piece)}


def _is_latin(piece: str) -> bool:
    return piece not in SPECIAL and not piece.startswith("[unused") and not _HAN.search(piece)


def _from_wordpiece(piece: str) -> str:
    if piece.startswith(CONTINUED) and len(piece) > len(CONTINUED):
        return piece.removeprefix(CONTINUED)
    return WORD_START + piece if piece[0].isalnum() else piece


def _as_wordpiece(piece: str) -> str:
    """How the first model writes a piece of ours."""
    if piece in SPECIAL or _HAN.fullmatch(piece):
        return piece
    if piece.startswith(WORD_START):
        return piece.removeprefix(WORD_START)
    return CONTINUED + piece if piece[0].isalnum() else piece
