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

# How many problems stand side by side.
WIDE = 32

_cgutils: Any = cgutils
_I64 = ir.IntType(64)
_I32 = ir.IntType(32)
_FLOATS = ir.VectorType(ir.DoubleType(), WIDE)


def _vector(builder: Any, array: Any, offset: Any) -> Any:
    return builder.bitcast(builder.gep(array, [offset]), _FLOATS.as_pointer())


def _load(builder: Any, array: Any, offset: Any) -> Any:
    value = builder.load(_vector(builder, array, offset))
    value.align = 8
    return value


def _spread(builder: Any, array: Any, offset: Any) -> Any:
    """One number in all lanes."""
    number = builder.load(builder.gep(array, [offset]))
    lanes = builder.insert_element(ir.Constant(_FLOATS, ir.Undefined), number, _I32(0))
    everywhere = ir.Constant(ir.VectorType(_I32, WIDE), None)
    return builder.shuffle_vector(lanes, ir.Constant(_FLOATS, ir.Undefined), everywhere)


def _sum_of_products(scalars: bool) -> Any:
    def typed(
        typingctx: Any,
        result: Any,
        result_at: Any,
        first: Any,
        first_at: Any,
        second: Any,
        second_at: Any,
        terms: Any,
    ) -> Any:
        signature = types.void(
            result, types.int64, first, types.int64, second, types.int64, types.int64
        )

        def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            kinds = signature.args
            data = [
                context.make_array(kinds[place])(context, builder, values[place]).data
                for place in (0, 2, 4)
            ]
            total = _cgutils.alloca_once(builder, _FLOATS)
            builder.store(ir.Constant(_FLOATS, None), total)
            wide = ir.Constant(_I64, WIDE)
            with _cgutils.for_range(builder, values[6]) as loop:
                offset = builder.mul(loop.index, wide)
                if scalars:
                    one = _spread(builder, data[1], builder.add(values[3], loop.index))
                else:
                    one = _load(builder, data[1], builder.add(values[3], offset))
                two = _load(builder, data[2], builder.add(values[5], offset))
                builder.store(builder.fadd(builder.load(total), builder.fmul(one, two)), total)
            builder.store(builder.load(total), _vector(builder, data[0], values[1])).align = 8
            return context.get_dummy_value()

        return signature, codegen

    return typed


# (result, its place, first, its place, second, its place, terms): write Σ first × second over
# terms that stand WIDE numbers apart; with multiples, first has one number for each term.
add_products: Any = intrinsic(_sum_of_products(scalars=False))
add_multiples: Any = intrinsic(_sum_of_products(scalars=True))
