"""Floors are read from what is asked for."""

from __future__ import annotations

import pytest

from scripts.try_requirements import floor, requirements


def test_every_requirement_has_a_floor_and_a_ceiling() -> None:
    assert len(requirements()) > 10
    assert all(",<" in each and floor(each) for each in requirements())
    assert floor("torch>=2.13,<3") == "torch==2.13"
    assert floor("ray[data]>=2.50,<3") == "ray[data]==2.50"
    with pytest.raises(ValueError):
        floor("torch")
