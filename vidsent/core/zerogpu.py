"""ZeroGPU, Hugging Face's Spaces whose GPU is lent to a decorated function for seconds at a time.

Nothing of an analysis borrows it. Clips are decoded and searched for faces on the CPU, the
networks are small, and a CPU is through with them before a GPU would have been waited for; so no
visitor's quota is spent. But such a Space counts as started only once a function is decorated,
which is why one is here. Import this before torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

try:
    import spaces
except ImportError:  # anywhere but on a Space
    spaces = None

Function = TypeVar("Function", bound=Callable[..., object])


def gpu(function: Function) -> Function:
    """`function` with the GPU lent to it on ZeroGPU, and as it is anywhere else."""
    return function if spaces is None else spaces.GPU(function)


@gpu
def device_name() -> str:
    """What is lent: the name of the GPU, or "cpu"."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
