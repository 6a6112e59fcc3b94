"""Choose where tensors live."""

from __future__ import annotations

import os
import warnings
from typing import TypeVar, cast

import torch
from torch import nn

from vidsent.core.errors import ModelError

Model = TypeVar("Model", bound=nn.Module)


def choose(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" is CUDA where there is one to keep, else the CPU.

    Raises ModelError when the name is unknown or the device is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() and not _on_zerogpu() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ModelError(f"There is no device '{name}'. Use auto, cpu or cuda.") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ModelError("No CUDA device is available here. Use --device cpu or auto.")
    return device


def supports_bfloat16(device: torch.device) -> bool:
    """Whether `device` is a CPU with instructions for bfloat16, by AMX or AVX-512.

    With AMX networks took a third of their time so; with AVX-512 the CNN took half, the BERT seven
    tenths.
    """
    if device.type != "cpu":
        return False
    if hasattr(torch.cpu, "get_capabilities"):  # since PyTorch 2.13
        able = torch.cpu.get_capabilities()
        return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


def mixed_precision(device: torch.device) -> torch.autocast:
    """In it networks compute in bfloat16, unless `device` would only pretend to.

    A processor without such instructions computes through float32 and back, many times slower.
    """
    enabled = device.type != "cpu" or supports_bfloat16(device)
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def use_one_thread() -> None:
    """Have the thread that calls this compute on one core, as PyTorch keeps it for each thread.

    Where several threads compute at once, each with helpers, these wait for each other in a
    loop: two cores were busy half as long again for the same work.
    """
    torch.set_num_threads(1)


def traced(network: Model, example: torch.Tensor) -> Model:
    """`network` in evaluation mode as one call that leaves Python's lock alone while it computes.

    It must do the same for every shape of its input. Without this, threads that compute hand the
    lock to and fro at each layer, 80 times a frame, which cost a quarter of the time.
    """
    with warnings.catch_warnings(), torch.inference_mode():
        # torch.jit is deprecated, but what torch.export makes runs in Python, layer by layer,
        # and torch.compile wants a C++ compiler where people run this.
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        return cast(Model, torch.jit.trace(network, example, check_trace=False))


def _on_zerogpu() -> bool:
    """Whether this is a ZeroGPU Space, which claims to have CUDA but lends it, see `zerogpu`."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
