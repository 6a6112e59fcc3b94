"""First rows for the pieces of a new language: what each is seen with, as the first model's rows.

Positive pointwise mutual information of pieces with their neighbours and with the labels of their
texts, reduced by a singular value decomposition (Levy & Goldberg 2014), and mapped by ridge
regression onto the rows that the first model has for English pieces. Emoji, digits and labels
stand in texts of both languages and tie them together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.utils.extmath import randomized_svd

WINDOW = 4  # pieces to either side that count as neighbours
CONTEXTS = 8_000  # commonest pieces, as neighbours
LABEL_WEIGHT = 3.0  # of a label beside a neighbour
SMOOTHING = 0.75  # exponent of the neighbours' counts (Levy et al. 2015)
PENALTY = 1.0


def vectors(
    texts: Sequence[np.ndarray], labels: Sequence[np.ndarray], size: int, width: int
) -> np.ndarray:
    """Vectors (size, width) float32 of pieces, out of token numbers of texts; 0 for unseen ones.

    `labels` are numbers of each text's labels, possibly none.
    """
    counts = _counts(texts, labels, size)
    mutual = _positive_mutual_information(counts)
    left, values, _ = randomized_svd(mutual, width, n_iter=3, random_state=0)
    found: np.ndarray = (left * np.sqrt(values)).astype(np.float32)
    return found


def map_onto_rows(vectors: np.ndarray, known: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Rows (V, D) for `vectors` (V, K), learned from the pieces `known` (V,) bool with rows (V, D).

    What a regression gives is too alike: each row is brought to the usual length around the mean.
    """
    seen = known & (np.abs(vectors).sum(1) > 0)
    model = Ridge(alpha=PENALTY).fit(vectors[seen], rows[seen])
    found: np.ndarray = model.predict(vectors)
    mean = rows[seen].mean(0)
    usual = np.linalg.norm(rows[seen] - mean, axis=1).mean()
    away = found - mean
    lengths = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return (mean + away / lengths * usual).astype(np.float32)


def _counts(
    texts: Sequence[np.ndarray], labels: Sequence[np.ndarray], size: int
) -> sparse.csr_matrix:
    """How often each piece stands beside each common piece, and in texts of each label."""
    joined = np.concatenate([np.append(text, -1) for text in texts])
    common = np.bincount(joined[joined >= 0], minlength=size).argsort()[::-1][:CONTEXTS]
    column = np.full(size, -1)
    column[common] = np.arange(len(common))
    most = max((int(each.max()) for each in labels if len(each)), default=0)
    shape = (size, len(common) + 1 + most)
    total = _matrix(*_label_cells(texts, labels, len(common)), shape)
    text_of = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    for distance in range(1, WINDOW + 1):
        first, second = joined[:-distance], joined[distance:]
        same = (text_of[:-distance] == text_of[distance:]) & (first >= 0) & (second >= 0)
        for piece, neighbour in ((first[same], second[same]), (second[same], first[same])):
            kept = column[neighbour] >= 0
            total += _matrix(piece[kept], column[neighbour[kept]], 1.0 / distance, shape)
    return total


def _label_cells(
    texts: Sequence[np.ndarray], labels: Sequence[np.ndarray], first: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Rows, columns and weight: every piece of a text with every label of it, from `first` on."""
    each = zip(texts, labels, strict=True)
    pairs = [(piece, first + label) for text, told in each for label in told for piece in text]
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    return rows, columns, LABEL_WEIGHT


def _matrix(
    rows: np.ndarray, columns: np.ndarray, weight: float, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """`weight` in each of these cells, summed where one occurs again."""
    weights = np.full(len(rows), weight, np.float32)
    return sparse.coo_matrix((weights, (rows, columns)), shape).tocsr()


def _positive_mutual_information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    pieces = np.asarray(counts.sum(1)).ravel()
    neighbours = np.asarray(counts.sum(0)).ravel() ** SMOOTHING
    neighbours = neighbours / neighbours.sum()
    cells = counts.tocoo()
    information = np.log(cells.data / (pieces[cells.row] * neighbours[cells.col] + 1e-12))
    kept = information > 0
    return sparse.csr_matrix(
        (information[kept], (cells.row[kept], cells.col[kept])), shape=counts.shape
    )
