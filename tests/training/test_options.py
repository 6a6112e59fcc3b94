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
        {"mixup": 0.2, "keep_cnn": True},
        {"sharpness": -0.1},
        {"sharpness": 2.0},
        {"sharpness": 0.1, "keep_cnn": True},
        {"majority": 1.1},
        {"majority": 0.3, "keep_cnn": True},
        {"anchor": 1.0},
        {"anchor": 0.5, "keep_cnn": True},
    ],
)
def test_options_that_do_not_exist_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        SystemOptions(**wrong)
