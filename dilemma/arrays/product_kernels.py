"""Sums of products in lanes: one vector instruction for many problems side by side.

As in `dilemma.arrays.lane_kernels` the vectors are written down, since LLVM's vectorizer loses
itself in short loops over arrays that might overlap. Each lane is plain double precision, and a
processor with shorter registers gives the same results.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

# How many problems stand side by side, and how many moments of one problem.
WIDE, NARROW = 32, 8

_cgutils: Any = cgutils
_I64 = ir.IntType(64)
_I32 = ir.IntType(32)


def _floats(width: int) -> Any:
    return ir.VectorType(ir.DoubleType(), width)


def _data(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return context.make_array(kind)(context, builder, array).data


def _vector(builder: Any, width: int, array: Any, offset: Any) -> Any:
    return builder.bitcast(builder.gep(array, [offset]), _floats(width).as_pointer())


def _load(builder: Any, width: int, array: Any, offset: Any) -> Any:
    value = builder.load(_vector(builder, width, array, offset))
    value.align = 8
    return value


def _store(builder: Any, width: int, value: Any, array: Any, offset: Any) -> None:
    builder.store(value, _vector(builder, width, array, offset)).align = 8


def _spread(builder: Any, width: int, array: Any, offset: Any) -> Any:
    """One number in all lanes."""
    number = builder.load(builder.gep(array, [offset]))
    unknown = ir.Constant(_floats(width), ir.Undefined)
    lanes = builder.insert_element(unknown, number, _I32(0))
    return builder.shuffle_vector(lanes, unknown, ir.Constant(ir.VectorType(_I32, width), None))


def _sum_of_products(width: int, scalars: bool) -> Any:
    def typed(
        typingctx: Any,
        result: Any,
        result_at: Any,
        first: Any,
        first_at: Any,
        second: Any,
        second_at: Any,
        terms: Any,
        stride: Any,
    ) -> Any:
        signature = types.void(
            result, types.int64, first, types.int64, second, types.int64, types.int64, types.int64
        )

        def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            arrays = [
                _data(context, builder, signature.args[place], values[place])
                for place in (0, 2, 4)
            ]
            total = _cgutils.alloca_once(builder, _floats(width))
            builder.store(ir.Constant(_floats(width), None), total)
            with _cgutils.for_range(builder, values[6]) as loop:
                offset = builder.mul(loop.index, values[7])
                if scalars:
                    one = _spread(builder, width, arrays[1], builder.add(values[3], loop.index))
                else:
                    one = _load(builder, width, arrays[1], builder.add(values[3], offset))
                two = _load(builder, width, arrays[2], builder.add(values[5], offset))
                builder.store(builder.fadd(builder.load(total), builder.fmul(one, two)), total)
            _store(builder, width, builder.load(total), arrays[0], values[1])
            return context.get_dummy_value()

        return signature, codegen

    return typed


def _between_steps(
    typingctx: Any, result: Any, result_at: Any, parts: Any, parts_at: Any, coefficients: Any
) -> Any:
    """Write the polynomial between two steps (hairer1993, §II.6) at NARROW parts of a step."""
    signature = types.void(result, types.int64, parts, types.int64, coefficients)

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        part = _load(builder, NARROW, _data(context, builder, kinds[2], values[2]), values[3])
        rest = builder.fsub(ir.Constant(_floats(NARROW), [1.0] * NARROW), part)
        table = _data(context, builder, kinds[4], values[4])
        value = _spread(builder, NARROW, table, ir.Constant(_I64, 7))
        for place in range(6, -1, -1):
            value = builder.fmul(value, part if place % 2 == 0 else rest)
            next_one = _spread(builder, NARROW, table, ir.Constant(_I64, place))
            value = builder.fadd(value, next_one)
        _store(builder, NARROW, value, _data(context, builder, kinds[0], values[0]), values[1])
        return context.get_dummy_value()

    return signature, codegen


# (result, its place, first, its place, second, its place, terms, stride): write the sum of
# first × second over terms that stand a stride apart; of multiples, first has one number a term.
add_products: Any = intrinsic(_sum_of_products(WIDE, scalars=False))
add_products_narrow: Any = intrinsic(_sum_of_products(NARROW, scalars=False))
add_multiples_narrow: Any = intrinsic(_sum_of_products(NARROW, scalars=True))
between_steps: Any = intrinsic(_between_steps)
