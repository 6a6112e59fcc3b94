"""What a system may be: wrong options are refused as soon as they are given."""

from __future__ import annotations

from typing import Any

import pytest

from vidsent.core.errors import DataError
from vidsent.training.options import SystemOptions


@pytest.mark.parametrize(
    "wrong",
    [
        {"backbone": "vgg99"},
        {"temporal": "hmm"},
        {"window": 1},
        {"window": 66},
        {"freeze": -1},
        {"learning_rate": 0.0},
        {"learning_rate": 0.1, "keep_cnn": True},
        {"learning_rate": float("nan")},
        {"mixup": -0.1},
        {"mixup": float("nan")},
        {"mixup": 0.3, "keep_cnn": True},
        {"left_out": "fer2013"},
        {"left_out": "ck_plus", "keep_cnn": True},
    ],
)
def test_options_that_do_not_exist_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        SystemOptions(**wrong)
