"""Batches have the shares that are planned, and the priors that are told."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vidsent.training.data.corpora import AFFECT, CKPLUS, FERPLUS, Corpus, one_hot
from vidsent.training.expression.sampling import SHARES, Sampler


def _corpus(name: str, level: int, counts: list[int]) -> Corpus:
    labels = np.repeat(np.arange(7), counts)
    images = np.full((len(labels), 4, 4), level, np.uint8)
    return Corpus(name, images, one_hot(labels))


def test_each_corpus_has_its_share_and_rare_labels_come_more_often() -> None:
    corpora = [
        _corpus(AFFECT, 0, [10] * 7),
        _corpus(FERPLUS, 1, [100, 1, 9, 100, 100, 100, 400]),
        _corpus(CKPLUS, 2, [5, 5, 5, 5, 5, 5, 0]),
    ]
    sampler = Sampler(corpora, torch.Generator().manual_seed(0))
    faces, targets, priors = sampler.draw(20_000)
    drawn = faces[:, 0, 0, 0]
    for index, corpus in enumerate(corpora):
        mine = drawn == index
        assert float(mine.float().mean()) == pytest.approx(SHARES[corpus.name], abs=0.01)
        shares = targets[mine].mean(0)
        torch.testing.assert_close(shares, priors[mine][0].exp(), atol=0.02, rtol=0)
    common = targets[drawn == 1].mean(0)
    assert common[1] > 2 * 1 / 810 and common[6] < 400 / 810
