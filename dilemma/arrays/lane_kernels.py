"""Vector instructions for kernels: eight games side by side, one in each lane.

LLVM's own vectorizer gives up on these loops (it can't prove that the arrays don't overlap),
so that the vectors are written down. A processor without registers of 512 bits runs them as two or
four shorter ones, with the same results: each lane is plain double precision, rounded once for
each operation.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from dilemma.arrays.kernels import LANES

_cgutils: Any = cgutils
_I64 = ir.IntType(64)
_FLOATS = ir.VectorType(ir.DoubleType(), LANES)
_INTEGERS = ir.VectorType(_I64, LANES)


def _pointer(context: Any, builder: Any, kind: Any, array: Any, offset: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [offset])


def _load(builder: Any, pointer: Any, vector: Any) -> Any:
    value = builder.load(builder.bitcast(pointer, vector.as_pointer()))
    value.align = 8
    return value


def _store(builder: Any, value: Any, pointer: Any) -> None:
    builder.store(value, builder.bitcast(pointer, value.type.as_pointer())).align = 8


def _expansion(
    context: Any, builder: Any, vector: Any, arrays: Any, table: Any, terms: Any
) -> Any:
    """Sum (−1)^(k − 1 − t) entry × minor over the k terms t of a table, in each lane."""
    (entry_kind, entries), (minor_kind, minors), (table_kind, froms), (_, whats) = arrays
    total = _cgutils.alloca_once(builder, vector)
    builder.store(ir.Constant(vector, None), total)
    entry_data = context.make_array(entry_kind)(context, builder, entries).data
    minor_data = context.make_array(minor_kind)(context, builder, minors).data
    from_data = context.make_array(table_kind)(context, builder, froms).data
    what_data = context.make_array(table_kind)(context, builder, whats).data
    (minor_base, entry_base, row) = table
    with _cgutils.for_range(builder, terms) as loop:
        at = builder.add(row, loop.index)
        entry_at = builder.add(entry_base, builder.load(builder.gep(what_data, [at])))
        minor_at = builder.add(minor_base, builder.load(builder.gep(from_data, [at])))
        entry = _load(builder, builder.gep(entry_data, [entry_at]), vector)
        minor = _load(builder, builder.gep(minor_data, [minor_at]), vector)
        so_far = builder.load(total)
        if vector is _FLOATS:
            builder.store(builder.fsub(builder.fmul(entry, minor), so_far), total)
        else:
            builder.store(builder.sub(builder.mul(entry, minor), so_far), total)
    return builder.load(total)


def _mask(builder: Any, lanes: Any) -> Any:
    return builder.bitcast(lanes, ir.IntType(LANES))


def _expand(
    typingctx: Any,
    minors: Any,
    entries: Any,
    bounds: Any,
    parents: Any,
    whats: Any,
    signs: Any,
    minor_base: Any,
    entry_base: Any,
    bound_at: Any,
    position: Any,
    terms: Any,
    sign_at: Any,
) -> Any:
    """Expand one minor in eight lanes, and note in two bytes where it is surely > 0 and < 0."""
    signature = types.void(
        minors, entries, bounds, parents, whats, signs,
        types.int64, types.int64, types.int64, types.int64, types.int64, types.int64,
    )  # fmt: skip

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        lanes = ir.Constant(_I64, LANES)
        row = builder.mul(values[9], lanes)
        arrays = [(kinds[i], values[i]) for i in (1, 0, 3, 4)]
        total = _expansion(
            context, builder, _FLOATS, arrays, (values[6], values[7], row), values[10]
        )
        _store(
            builder,
            total,
            _pointer(context, builder, kinds[0], values[0], builder.add(values[6], row)),
        )
        bound = _load(builder, _pointer(context, builder, kinds[2], values[2], values[8]), _FLOATS)
        zero = ir.Constant(_FLOATS, None)
        above = builder.fcmp_ordered(">", total, bound)
        below = builder.fcmp_ordered("<", total, builder.fsub(zero, bound))
        at = _pointer(context, builder, kinds[5], values[5], values[11])
        builder.store(_mask(builder, above), at)
        # The byte for < 0 is eight groups on: see `minor_kernels`.
        builder.store(_mask(builder, below), builder.gep(at, [ir.Constant(_I64, 8)]))
        return context.get_dummy_value()

    return signature, codegen


def _expand_exactly(
    typingctx: Any,
    minors: Any,
    entries: Any,
    bounds: Any,
    parents: Any,
    whats: Any,
    signs: Any,
    minor_base: Any,
    entry_base: Any,
    bound_at: Any,
    position: Any,
    terms: Any,
    sign_at: Any,
    whole_minors: Any,
    whole_entries: Any,
) -> Any:
    """Do the same in floats and in wrapping integers, which decide where a float can't."""
    signature = types.void(
        minors, entries, bounds, parents, whats, signs,
        types.int64, types.int64, types.int64, types.int64, types.int64, types.int64,
        whole_minors, whole_entries,
    )  # fmt: skip

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        lanes = ir.Constant(_I64, LANES)
        row = builder.mul(values[9], lanes)
        bases = (values[6], values[7], row)
        tables = [(kinds[i], values[i]) for i in (3, 4)]
        arrays = [(kinds[1], values[1]), (kinds[0], values[0]), *tables]
        total = _expansion(context, builder, _FLOATS, arrays, bases, values[10])
        arrays = [(kinds[13], values[13]), (kinds[12], values[12]), *tables]
        whole = _expansion(context, builder, _INTEGERS, arrays, bases, values[10])
        place = builder.add(values[6], row)
        _store(builder, total, _pointer(context, builder, kinds[0], values[0], place))
        _store(builder, whole, _pointer(context, builder, kinds[12], values[12], place))
        bound = _load(builder, _pointer(context, builder, kinds[2], values[2], values[8]), _FLOATS)
        zero, none = ir.Constant(_FLOATS, None), ir.Constant(_INTEGERS, None)
        above = builder.fcmp_ordered(">", total, bound)
        below = builder.fcmp_ordered("<", total, builder.fsub(zero, bound))
        open_ = builder.not_(builder.or_(above, below))
        more = builder.and_(open_, builder.icmp_signed(">", whole, none))
        less = builder.and_(open_, builder.icmp_signed("<", whole, none))
        at = _pointer(context, builder, kinds[5], values[5], values[11])
        builder.store(_mask(builder, builder.or_(above, more)), at)
        builder.store(
            _mask(builder, builder.or_(below, less)), builder.gep(at, [ir.Constant(_I64, 8)])
        )
        return context.get_dummy_value()

    return signature, codegen


def _fill(
    typingctx: Any, target: Any, at: Any, source: Any, start: Any, factor: Any, terms: Any
) -> Any:
    """Write a number times consecutive vectors of one array to another."""
    signature = types.void(target, types.int64, source, types.int64, types.float64, types.int64)

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        lanes = ir.Constant(_I64, LANES)
        factor = _broadcast(builder, values[4])
        to = _pointer(context, builder, kinds[0], values[0], builder.mul(values[1], lanes))
        what = _pointer(context, builder, kinds[2], values[2], builder.mul(values[3], lanes))
        with _cgutils.for_range(builder, values[5]) as loop:
            place = [builder.mul(loop.index, lanes)]
            value = _load(builder, builder.gep(what, place), _FLOATS)
            _store(builder, builder.fmul(factor, value), builder.gep(to, place))
        return context.get_dummy_value()

    return signature, codegen


def _broadcast(builder: Any, value: Any) -> Any:
    one = builder.insert_element(
        ir.Constant(_FLOATS, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
    return builder.shuffle_vector(one, ir.Constant(_FLOATS, ir.Undefined), zeros)


def _leave_out(typingctx: Any, table: Any, width: Any, state: Any, extra: Any) -> Any:
    """Leave a state out of eight Markov chains, as `dilemma.arrays.chains` does.

    A row of the table has ``width`` vectors: ``extra`` columns that are led on like the others
    (what a visit brings), then one for each state. All states before this one are still there.
    """
    signature = types.void(table, types.int64, types.int64, types.int64)

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        lanes = ir.Constant(_I64, LANES)
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        _, width, state, extra = values
        last = builder.gep(data, [builder.mul(builder.mul(state, width), lanes)])
        total = _cgutils.alloca_once(builder, _FLOATS)
        builder.store(ir.Constant(_FLOATS, None), total)
        with _cgutils.for_range(builder, state) as loop:
            place = builder.mul(builder.add(extra, loop.index), lanes)
            value = _load(builder, builder.gep(last, [place]), _FLOATS)
            builder.store(builder.fadd(builder.load(total), value), total)
        leaving = builder.load(total)
        kept = builder.add(extra, state)
        with _cgutils.for_range(builder, state) as rows:
            row = builder.gep(data, [builder.mul(builder.mul(rows.index, width), lanes)])
            there = _load(builder, builder.gep(row, [builder.mul(kept, lanes)]), _FLOATS)
            factor = builder.fdiv(there, leaving)
            with _cgutils.for_range(builder, kept) as columns:
                place = [builder.mul(columns.index, lanes)]
                here = builder.gep(row, place)
                onward = _load(builder, builder.gep(last, place), _FLOATS)
                value = _load(builder, here, _FLOATS)
                _store(builder, builder.fadd(value, builder.fmul(factor, onward)), here)
        return context.get_dummy_value()

    return signature, codegen


def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """Give the position of the lowest bit of a word other than 0."""

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), codegen


fill: Any = intrinsic(_fill)
leave_out: Any = intrinsic(_leave_out)
expand: Any = intrinsic(_expand)
expand_exactly: Any = intrinsic(_expand_exactly)
lowest_bit: Any = intrinsic(_lowest_bit)
