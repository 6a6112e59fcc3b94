"""One clock for a whole clip: the packets of parts whose clocks start anew or jump ahead, in line.

Live recorders join transport streams end to end, and each part counts from its own zero. Here time
goes on from the last packet by its duration. Packets are changed before they are decoded, so that
picture and sound stay together; those of a part that come late keep the clock of their part.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

TS_DISCONT = 0x200  # FFmpeg's flag of formats whose clocks may jump
JUMPING = frozenset(("flv",))  # they may as well, though FFmpeg does not say so
BACK_S = 0.5  # a clock that goes back by more starts anew; by less, stamps are merely inexact
BACK_GUESSED_S = 60.0  # the same where FFmpeg guesses decoding times, by slides out of order
# Where clocks may jump, neither picture nor sound for longer than this is a jump, as FFmpeg has it.
AHEAD_S = 10.0
AHEAD_SILENT_S = 120.0  # the same where there is no sound: a picture may stay for long
AHEAD_STATED_S = 300.0  # the same in other formats, with sound; without it there is no telling
REMEMBERED = 4  # clocks of parts, for packets that come a little late
RUNNING = ("video", "audio")  # streams that go on without a pause
TOGETHER_S = 0.5  # by which picture and sound of a part may end apart
USUAL_DELAY_S = 0.08  # from decoding to showing; two frames as a rule
USUAL_S = 0.04  # of a packet that does not say how long it lasts


@dataclass
class _Position:
    """How far one stream is, in seconds of the mended clock."""

    kind: str  # of the stream: "video", "audio", ...
    shift: int  # index of the shift of its part
    dts_s: float
    end_s: float
    step_s: float = USUAL_S


class Clock:
    """Mends the packets of one pass over `container`; feed it those of all streams, in order."""

    def __init__(self, container: InputContainer) -> None:
        self.container = container
        self.may_jump = may_jump(container)
        self._guesses_dts = "matroska" in container.format.name.split(",")
        self.jumps = 0
        self.start_s = (container.start_time or 0) / av.time_base
        self._shifts_s = [0.0]  # to be added to the clock of each part
        self._positions: dict[int, _Position] = {}

    def packets(self, *wanted: Stream) -> Generator[Packet[Any], None, None]:
        """The mended packets of the streams `wanted`, all of them by default; FFmpegError passes.

        The others are read as well: they tell a jump of the clock from a picture that stays.
        """
        indices = {stream.index for stream in wanted}
        for packet in self.container.demux():
            self.mend(packet)
            if not indices or packet.stream.index in indices:
                yield packet

    def end_s(self, *kinds: str) -> float:
        """Where the last packet of the streams of these kinds ends, since the clip's start."""
        ends_s = [each.end_s for each in self._positions.values() if each.kind in kinds]
        return max(ends_s, default=self.start_s) - self.start_s

    def mend(self, packet: Packet[Any]) -> None:
        """Move the stamps of `packet` onto the clip's clock."""
        ticks = packet.dts if packet.dts is not None else packet.pts
        if not packet.size or ticks is None:
            return
        stated_s = float(ticks * packet.time_base)
        early_s = float(((packet.pts or ticks) - ticks) * packet.time_base)
        if early_s > AHEAD_STATED_S:  # decoding times made up of the stamps before a jump
            stated_s += early_s - USUAL_DELAY_S
        index = packet.stream.index
        position = self._positions.get(index)
        if position is None:
            shift = len(self._shifts_s) - 1
            begin_s = stated_s + self._shifts_s[shift]
            position = _Position(packet.stream.type, shift, float("-inf"), begin_s)
            self._positions[index] = position
        if position.kind not in RUNNING:  # too sparse to tell a jump
            position.shift = len(self._shifts_s) - 1
        elif packet.dts is not None and not self._fits(
            position, stated_s + self._shifts_s[position.shift]
        ):
            self._follow(position, stated_s)
        shift_s = self._shifts_s[position.shift]
        self._note(position, packet, stated_s + shift_s)
        _move(packet, shift_s)

    def _fits(self, position: _Position, t_s: float) -> bool:
        """Whether `t_s` may be the next time of a stream."""
        guessed = self._guesses_dts and position.kind == "video"
        if t_s < position.dts_s - (BACK_GUESSED_S if guessed else BACK_S):
            return False
        return t_s - self._furthest_s() <= self._ahead_s()

    def _follow(self, position: _Position, stated_s: float) -> None:
        """Find the part that a stream went on to, or begin one."""
        known = range(len(self._shifts_s) - 1, max(-1, len(self._shifts_s) - 1 - REMEMBERED), -1)
        for shift in known:
            if shift != position.shift and self._fits(position, stated_s + self._shifts_s[shift]):
                position.shift = shift
                return
        furthest_s = self._furthest_s()
        if furthest_s - position.end_s < TOGETHER_S:  # decoding begins a little before showing
            furthest_s = position.end_s
        self._shifts_s.append(furthest_s - stated_s)
        position.shift = len(self._shifts_s) - 1
        self.jumps += 1

    def _furthest_s(self) -> float:
        """Where picture or sound end so far."""
        return max(each.end_s for each in self._positions.values() if each.kind in RUNNING)

    def _ahead_s(self) -> float:
        kinds = {each.kind for each in self._positions.values()}
        if kinds.issuperset(RUNNING):
            return AHEAD_S if self.may_jump else AHEAD_STATED_S
        return AHEAD_SILENT_S if self.may_jump else float("inf")

    def _note(self, position: _Position, packet: Packet[Any], dts_s: float) -> None:
        if 0 < dts_s - position.dts_s < 1:
            position.step_s = dts_s - position.dts_s
        lasts_s = float((packet.duration or 0) * packet.time_base) or position.step_s
        lasts_s = min(lasts_s, AHEAD_SILENT_S) if self.may_jump else lasts_s
        position.end_s = dts_s + lasts_s
        if packet.dts is not None:  # stamps of showing go back and forth
            position.dts_s = dts_s


def may_jump(container: InputContainer) -> bool:
    """Whether the clock of this format may start anew, so that its stated length means little."""
    names = container.format.name.split(",")
    return bool(container.format.flags & TS_DISCONT) or not JUMPING.isdisjoint(names)


def _move(packet: Packet[Any], shift_s: float) -> None:
    if shift_s:
        ticks = round(shift_s / float(packet.time_base))
        packet.pts = packet.pts + ticks if packet.pts is not None else None
        packet.dts = packet.dts + ticks if packet.dts is not None else None
