"""What is made once in a process, whoever asks for it first.

`functools.cache` lets two threads that ask at once make it twice, and importing transformers in
two threads at once fails now and then ("cannot import name ..."). Here one waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from threading import RLock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_LOADING = RLock()  # one for all: what one maker imports, another may be importing


def once(make: Callable[P, R]) -> Callable[P, R]:
    """`make`, called once for each set of hashable arguments, by one thread at a time.

    What is there already is given without waiting for what others load.
    """
    made: dict[Hashable, R] = {}

    @wraps(make)
    def get(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in made:
            with _LOADING:
                if key not in made:
                    made[key] = make(*args, **kwargs)
        return made[key]

    return get
