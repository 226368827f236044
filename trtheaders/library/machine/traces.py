"""One function's machine code to what it does with its arguments, by following every value that stays known.

Every path is walked; where paths meet only what they agree on is kept, so that nothing is claimed of a value that may
be another one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from trtheaders.library.machine.conventions import CONVENTIONS
from trtheaders.library.machine.disassembly import disassemble
from trtheaders.library.machine.states import Held, State, Value
from trtheaders.library.machine.steps import Deed, Effect, Flow, Memory, Step
from trtheaders.model.library.evidence import FunctionTrace, Handover, Place, Touch
from trtheaders.model.library.exports import Machine
from trtheaders.model.names import SymbolName

LONGEST = 4000
"""Steps walked in one function; what is longer is no accessor, and its start has told what it can."""

NORETURN = frozenset(
    [
        "_Unwind_Resume",
        "__cxa_throw",
        "__cxa_rethrow",
        "__cxa_bad_cast",
        "__cxa_bad_typeid",
        "__cxa_throw_bad_array_new_length",
        "abort",
        "_ZSt9terminatev",
        "__stack_chk_fail",
        "__assert_fail",
        "exit",
        "_exit",
        "_ZSt17__throw_bad_allocv",
        "__cxa_pure_virtual",
        "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE",
        "__clang_call_terminate",
    ]
)
ALLOCATORS = frozenset({"_Znwm", "_ZnwmSt11align_val_t", "_ZnwmRKSt9nothrow_t", "_ZnwmSt11align_val_tRKSt9nothrow_t"})
_WORD = 8
_OTHER_ALLOCATORS = frozenset({"_Znam", "malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"})


class Code(Protocol):
    """The executable part of a library."""

    @property
    def machine(self) -> Machine:
        """The architecture."""

    def read(self, address: int, size: int) -> bytes:
        """At most ``size`` bytes at ``address``; fewer where the file has no more."""

    def name_at(self, address: int) -> str:
        """The name of the function that starts there or that a linkage-table entry there goes to, or nothing."""

    def name_in(self, slot: int) -> str:
        """The name of the function whose address the dynamic linker puts into ``slot``, or nothing."""

    def region(self, address: int) -> tuple[int, int] | None:
        """Start and end of the unwinder's region around ``address``: a function, or a part of one split off."""


def trace_function(code: Code, symbol: SymbolName, library: str, start: int, size: int) -> FunctionTrace:
    """What the function of ``size`` bytes at ``start`` does with its arguments."""
    walk = _Walk(code, start, start + size)
    walk.run()
    return walk.finish(symbol, library)


class _Walk:
    """The state of one function's walk."""

    def __init__(self, code: Code, start: int, end: int) -> None:
        self.code = code
        self.convention = CONVENTIONS[code.machine]
        self.extents = [(start, end)]
        self.steps: dict[int, Step] = {}
        self.entry: dict[int, State] = {}
        self.gathered: dict[int, _Gathered] = {}
        self.waiting = [start]
        self.block_of: dict[int, int] = {}
        self.budget = LONGEST
        self.complete = True
        registers = {name: Value(Held.ARGUMENT, number) for name, number in self.convention.arguments.items()}
        registers[self.convention.stack] = Value(Held.FRAME, 0)
        self.entry[start] = State(registers, {})

    def run(self) -> None:
        """Walk until nothing new is learnt."""
        while self.waiting and self.budget > 0:
            address = self.waiting.pop()
            # A block that is walked again, because less is known at its start, replaces what it gave before.
            gathered = self.gathered[address] = _Gathered()
            self._block(address, self.entry[address].copy(), gathered)
        self.complete = self.complete and self.budget > 0

    def finish(self, symbol: SymbolName, library: str) -> FunctionTrace:
        """What all blocks do, in the order of their addresses."""
        total = _Gathered()
        for _, gathered in sorted(self.gathered.items()):
            total.add(gathered)
        return total.trace(symbol, library, self.complete)

    def _block(self, address: int, state: State, gathered: _Gathered) -> None:
        """Follow straight-line code from ``address`` up to where control parts or another block starts."""
        begin = address
        while self.budget > 0:
            if address != begin and address in self.entry:
                self._reach(address, state)
                return
            self.block_of[address] = begin
            step = self._step(address)
            if step is None:
                return
            self.budget -= 1
            if not self._perform(step, state, gathered):
                return
            address = step.end

    def _perform(self, step: Step, state: State, gathered: _Gathered) -> bool:
        """Do one step; False if control does not go on to the next instruction."""
        if step.flow is Flow.ON:
            for effect in step.effects:
                gathered.touch(effect, state)
                state.apply(effect)
            return True
        if step.flow is Flow.CALL:
            return not self._steps_over(step, state) and self._call(step, state, gathered)
        if step.flow is Flow.BRANCH:
            self._leap(step, state, gathered)
            self._reach(step.end, state)
        elif step.flow is Flow.JUMP or (step.flow is Flow.RETURN and self._returns_elsewhere(state)):
            self._leap(step, state, gathered)
        elif step.flow is Flow.RETURN:
            gathered.leave(state, self.convention.result, self.convention.second, self.convention.floating)
        return False

    def _steps_over(self, step: Step, state: State) -> bool:
        """Whether a call only goes ahead in this function: a retpoline's, which then drops or replaces the address
        that it returns to (`-mfunction-return=thunk`, `-mindirect-branch=thunk`).
        """
        target = step.target
        starts = {start for start, _ in self.extents}
        if target is None or target <= step.end or target in starts or not self._inside(target):
            return False
        stack = self.convention.stack
        state.apply(Effect(Deed.ADD, stack, stack, amount=-_WORD))
        state.apply(Effect(Deed.STORE, memory=Memory(stack, 0), width=_WORD))
        self._reach(target, state)
        return True

    def _returns_elsewhere(self, state: State) -> bool:
        """Whether a return takes another address than the caller's from the stack: a retpoline's jump."""
        top = state.registers.get(self.convention.stack)
        return self.code.machine is Machine.X86_64 and top is not None and top.kind is Held.FRAME and top.offset < 0

    def _leap(self, step: Step, state: State, gathered: _Gathered) -> None:
        """A jump: inside the function, into a nameless part of it, or away to another function."""
        target = step.target
        if target is not None and (self._inside(target) or self._follow(target)):
            self._reach(target, state)
            return
        name = self._callee(step, state)
        if not name and target is None:
            self.complete = False
        if name not in NORETURN:
            gathered.hand(name, state, self.convention.integers)
            gathered.returned.add(None)

    def _call(self, step: Step, state: State, gathered: _Gathered) -> bool:
        name = self._callee(step, state)
        if name in NORETURN or (name.startswith(("_ZSt", "_ZNSt")) and "__throw_" in name):
            return False
        gathered.hand(name, state, self.convention.integers)
        self._expose_frame(state)
        size = state.registers.get(self.convention.integers[0])
        constant = size is not None and size.kind is Held.CONSTANT
        gathered.allocates_freely |= name in _OTHER_ALLOCATORS or (name in ALLOCATORS and not constant)
        kept = self.convention.kept
        state.registers = {key: value for key, value in state.registers.items() if key in kept}
        if name in ALLOCATORS and size is not None and size.kind is Held.CONSTANT:
            state.put(self.convention.result, Value(Held.ALLOCATED, size.number))
        if name == "__tls_get_addr":
            state.put(self.convention.result, Value(Held.THREAD, 0))
        return True

    def _expose_frame(self, state: State) -> None:
        """Forget copies in frame objects that the callee was given the address of; it may write there."""
        given = [state.registers.get(register) for register in self.convention.integers]
        places = [value.offset for value in given if value is not None and value.kind is Held.FRAME]
        if places:
            lowest = min(places)
            state.frame = {
                place: value for place, value in state.frame.items() if place < lowest or value.kind is not Held.LOADED
            }

    def _callee(self, step: Step, state: State) -> str:
        if step.target is not None:
            return self.code.name_at(step.target)
        if isinstance(step.through, Memory):
            place = state.address(step.through)
            return self.code.name_in(place.number) if place and place.kind is Held.CONSTANT else ""
        held = state.registers.get(step.through or "")
        if held is not None and held.kind is Held.FETCHED:
            return self.code.name_in(held.number)
        return self.code.name_at(held.number) if held is not None and held.kind is Held.CONSTANT else ""

    def _inside(self, address: int) -> bool:
        return any(start <= address < end for start, end in self.extents)

    def _follow(self, target: int) -> bool:
        """Whether ``target`` is a nameless part that only this kind of jump can reach; it is walked then."""
        if self.code.name_at(target):
            return False
        region = self.code.region(target)
        if region is None:
            return False
        self.extents.append((target, region[1]))
        return True

    def _reach(self, address: int, state: State) -> None:
        known = self.entry.get(address)
        if known is None:
            self.entry[address] = state.copy()
            # A block that was walked across this place has something to say to it, too.
            self.waiting += [address, self.block_of[address]] if address in self.block_of else [address]
        elif known.meet(state) and address not in self.waiting:
            self.waiting.append(address)

    def _step(self, address: int) -> Step | None:
        """The instruction at ``address``; None outside of the function."""
        step = self.steps.get(address)
        if step is not None:
            return step
        for start, end in self.extents:
            if start <= address < end:
                self._decode(address, end)
                break
        return self.steps.get(address)

    def _decode(self, address: int, end: int) -> None:
        for step in disassemble(self.code.machine, self.code.read(address, end - address), address):
            if step.address in self.steps:
                return
            self.steps[step.address] = step
            if step.flow in (Flow.JUMP, Flow.RETURN, Flow.STOP):
                return


class _Gathered:
    """What the final walk has seen."""

    def __init__(self) -> None:
        self.touches: dict[Touch, None] = {}
        self.handovers: dict[Handover, None] = {}
        self.returned: set[Place | None] = set()
        self.seconds: set[Place | None] = set()
        self.floatings: set[Place | None] = set()
        self.scattered: dict[tuple[int, bool], None] = {}
        self.allocates_freely = False

    def add(self, other: _Gathered) -> None:
        """Take over what another block has seen."""
        self.touches |= other.touches
        self.handovers |= other.handovers
        self.returned |= other.returned
        self.seconds |= other.seconds
        self.floatings |= other.floatings
        self.scattered |= other.scattered
        self.allocates_freely |= other.allocates_freely

    def touch(self, effect: Effect, state: State) -> None:
        """Note a read or write through an argument."""
        if effect.memory is None or effect.deed not in (Deed.LOAD, Deed.STORE):
            return
        place = state.address(effect.memory)
        write = effect.deed is Deed.STORE
        if place is not None and place.kind is Held.INSIDE:
            self.scattered[place.number, write] = None
        if place is None or place.kind is not Held.ARGUMENT:
            return
        value = as_place(state.registers.get(effect.source)) if write else None
        touch = Touch(argument=place.number, offset=place.offset, width=effect.width, write=write, value=value)
        self.touches[touch] = None

    def hand(self, callee: str, state: State, registers: Collection[str]) -> None:
        """Note a call that gets something of ours."""
        values = [state.registers.get(register) for register in registers]
        first, second = values[0], values[1]
        handover = Handover(
            callee=callee,
            arguments=tuple(as_place(value) for value in values),
            constant=second.number if second is not None and second.kind is Held.CONSTANT else None,
            allocated=first.number if first is not None and first.kind is Held.ALLOCATED and not first.offset else None,
            static=first is not None and first.kind in (Held.CONSTANT, Held.THREAD),
        )
        if handover.allocated is not None or handover.static or any(handover.arguments):
            self.handovers[handover] = None

    def leave(self, state: State, result: str, second: str, floating: str) -> None:
        """Note what the result registers hold at a return."""
        self.returned.add(as_place(state.registers.get(result)))
        self.seconds.add(as_place(state.registers.get(second)))
        self.floatings.add(as_place(state.registers.get(floating)))

    def trace(self, symbol: SymbolName, library: str, complete: bool) -> FunctionTrace:
        """All of it as a frozen value, in a fixed order."""
        return FunctionTrace(
            symbol=symbol,
            library=library,
            touches=tuple(self.touches),
            returned=tuple(sorted(self.returned, key=repr)),
            second=_only(self.seconds),
            floating=_only(self.floatings),
            handovers=tuple(self.handovers),
            complete=complete,
            scattered=tuple(self.scattered),
            allocates_freely=self.allocates_freely,
        )


def as_place(value: Value | None) -> Place | None:
    """A value in the model's words; None for what has nothing to do with an argument."""
    if value is None or value.kind not in (Held.ARGUMENT, Held.LOADED):
        return None
    width = value.width if value.kind is Held.LOADED else 0
    return Place(argument=value.number, offset=value.offset, width=width)


def _only(values: set[Place | None]) -> Place | None:
    return next(iter(values)) if len(values) == 1 else None
