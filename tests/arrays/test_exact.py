"""The reading rule: what a user types, and which rational number it is."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma.arrays.exact import common_denominator, fraction, fractions, rounded, to_float

law = settings(database=None, derandomize=True, deadline=None, max_examples=200)
F = Fraction


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, F(3)),
        (-(10**40), F(-(10**40))),
        (F(2, 6), F(1, 3)),
        (0.3, F(3, 10)),
        (-0.0, F(0)),
        (1e-6, F(1, 10**6)),
        (1e22, F(10**22)),
        (0.1 + 0.2, F(30000000000000004, 10**17)),
        (5e-324, F(5, 10**324)),
        (1.7976931348623157e308, F(17976931348623157 * 10**292)),
        ("3/10", F(3, 10)),
        ("0.3", F(3, 10)),
        ("3e-1", F(3, 10)),
        (" -7/4 ", F(-7, 4)),
        ("+.5", F(1, 2)),
        ("1E3", F(1000)),
        ("1e1000", F(10**1000)),
        ("1e-1000", F(1, 10**1000)),
        (Decimal("0.30"), F(3, 10)),
        (Decimal("-1E+2"), F(-100)),
        (np.float64(0.3), F(3, 10)),
        (np.float32(0.3), F(3, 10)),
        (np.float16(0.3), F(3, 10)),
        (np.int8(-5), F(-5)),
        (np.uint64(2**64 - 1), F(2**64 - 1)),
        (np.str_("3/10"), F(3, 10)),
        (np.array(0.3), F(3, 10)),
        (np.array(F(1, 3), dtype=object), F(1, 3)),
        (sympy.Rational(3, 10), F(3, 10)),
        (sympy.Integer(7), F(7)),
        (sympy.Float(0.3), F(3, 10)),
        (sympy.Float("0.1", 30), F(1, 10)),
        (sympy.Rational(1, 2) + sympy.Rational(1, 3), F(5, 6)),
        (fmpz(-4), F(-4)),
        (fmpq(3, 10), F(3, 10)),
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:24]}",
)
def test_a_number_of_any_kind_is_read_exactly(value: object, expected: Fraction) -> None:
    read = fraction(value)
    assert type(read) is Fraction
    assert read == expected


def test_numbers_of_numpy_double_precision_and_beyond() -> None:
    assert fraction(np.longdouble("0.3")) == F(3, 10)
    assert fraction(np.longdouble(0.5)) == F(1, 2)


@law
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_decimal_that_prints_it(value: float) -> None:
    read = fraction(value)
    assert read == Fraction(repr(value))
    assert float(read) == value
    assert fraction(np.float64(value)) == read
    assert fraction(repr(value)) == read


@law
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_single_precision_float_is_the_decimal_that_prints_it(value: float) -> None:
    short = np.float32(value)
    assert fraction(short) == Fraction(str(short))
    assert np.float32(str(short)) == short


@law
@given(st.integers(-(10**6), 10**6), st.integers(0, 12))
def test_typed_decimals_are_what_was_typed(whole: int, places: int) -> None:
    text = f"{whole}e-{places}"
    expected = Fraction(whole, 10**places)
    assert fraction(text) == fraction(float(text)) == fraction(Decimal(text)) == expected


@law
@given(st.fractions())
def test_texts_of_fractions_are_read_back(value: Fraction) -> None:
    assert fraction(str(value)) == fraction(fmpq(value.numerator, value.denominator)) == value
    assert fraction(sympy.Rational(value.numerator, value.denominator)) == value


def test_a_fraction_is_taken_as_it_is() -> None:
    value = Fraction(1, 3)
    assert fraction(value) is value


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        np.float32("nan"),
        np.float64("inf"),
        np.array(np.nan),
        Decimal("NaN"),
        Decimal("-Infinity"),
        "nan",
        "inf",
        "high",
        "",
        " ",
        "1/2/3",
        "1,5",
        "0x10",
        "1/-2",
        "½",
        "3 / 10 %",
        "1e",
    ],
)
def test_what_is_not_a_finite_number_is_refused_by_value(value: object) -> None:
    with pytest.raises(
        ValueError, match=r'^trust: requires a finite number such as 0.3 or "3/10"'
    ):
        fraction(value, "trust")


def test_a_message_shows_a_text_in_quotes_and_a_number_without() -> None:
    with pytest.raises(ValueError, match=r"got 'high'$"):
        fraction("high", "trust")
    with pytest.raises(ValueError, match=r"got nan$"):
        fraction(math.nan, "trust")


@pytest.mark.parametrize("text", ["1/0", "-3/0", "0/0"])
def test_a_denominator_of_zero_is_refused(text: str) -> None:
    with pytest.raises(
        ValueError, match=f"^stakes: requires a denominator other than 0, got '{text}'"
    ):
        fraction(text, "stakes")


@pytest.mark.parametrize(
    "value",
    ["1e1001", "1e-1001", "-2.5E+99999", "1e1000000000", "1e-1000000000", Decimal("1e5000")],
)
def test_exponents_beyond_a_thousand_are_refused_before_they_hang_the_machine(
    value: object,
) -> None:
    with pytest.raises(ValueError, match=r"^stakes: requires an exponent of ten of at most 1000"):
        fraction(value, "stakes")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "got the truth value True"),
        (np.bool_(False), "got the truth value False"),
        (np.array(True), "got the truth value True"),
        (None, "got None"),
        ([0.3], "got"),
        (np.array([0.3]), "got"),
        (b"0.3", "got b'0.3'"),
        (1 + 2j, "got"),
        (np.complex128(1), "got"),
        (object, "got"),
        (sympy.Symbol("tau"), "got the symbolic expression tau"),
        (sympy.Symbol("tau") + 1, "got the symbolic expression"),
        (sympy.sqrt(2), "a rational number, got the expression sqrt"),
        (sympy.pi, "a rational number, got the expression pi"),
        (sympy.I, "a rational number, got the expression I"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_number_is_refused_by_type(value: object, words: str) -> None:
    with pytest.raises(TypeError, match=f"^trust: requires .*{words}"):
        fraction(value, "trust")


# ---- arrays -------------------------------------------------------------------------------------


def test_arrays_keep_their_shape_and_are_new() -> None:
    source = np.array([[0.1, 0.2], [0.3, 0.1]])
    kept = source.copy()
    read = fractions(source)
    assert read.dtype == object
    assert read.tolist() == [[F(1, 10), F(1, 5)], [F(3, 10), F(1, 10)]]
    assert np.array_equal(source, kept)
    exact = np.array([[F(1, 3)]], dtype=object)
    again = fractions(exact)
    again[0, 0] = F(9)
    assert exact[0, 0] == F(1, 3)


def test_kinds_can_be_mixed_in_an_array() -> None:
    read = fractions([[1, 0.5, "1/3"], [Decimal("0.25"), F(1, 5), np.float32(0.1)]])
    assert read.tolist() == [[F(1), F(1, 2), F(1, 3)], [F(1, 4), F(1, 5), F(1, 10)]]


def test_equal_values_of_different_kinds_are_each_read_by_their_own_rule() -> None:
    # float32(0.1) as a double is 0.10000000149011612, and equals it.
    double = float(np.float32(0.1))
    read = fractions([np.float32(0.1), double, np.float32(0.1)])
    assert read[0] == read[2] == F(1, 10)
    assert read[1] == F("0.10000000149011612")
    with pytest.raises(TypeError, match=r"truth value"):
        fractions([1, True])


def test_arrays_of_single_precision_texts_and_whole_numbers() -> None:
    assert fractions(np.array([0.1, 0.7], dtype=np.float32)).tolist() == [F(1, 10), F(7, 10)]
    assert fractions(np.array(["1/3", "0.5"])).tolist() == [F(1, 3), F(1, 2)]
    assert fractions(np.array([2**63 - 1])).tolist() == [F(2**63 - 1)]


def test_scalars_and_empty_arrays() -> None:
    assert fractions(0.3).shape == ()
    assert fractions(0.3)[()] == F(3, 10)
    assert fractions([]).shape == (0,)
    assert fractions(np.zeros((2, 0))).shape == (2, 0)


def test_an_offending_entry_is_named_with_its_index() -> None:
    with pytest.raises(
        ValueError, match=r"^payoffs\[1, 0\]: requires a finite number .* got nan$"
    ):
        fractions([[1, 2], [math.nan, 4]], "payoffs")
    with pytest.raises(TypeError, match=r"^payoffs\[2\]: requires a number, got None"):
        fractions([1, 2, None], "payoffs")


# ---- back to floats -----------------------------------------------------------------------------


@law
@given(st.fractions())
def test_rounding_is_to_the_nearest_float(value: Fraction) -> None:
    nearest = to_float(value)
    gap = abs(Fraction(nearest) - value)
    for neighbour in (math.nextafter(nearest, math.inf), math.nextafter(nearest, -math.inf)):
        assert gap <= abs(Fraction(neighbour) - value)


@law
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_survives_the_way_there_and_back(value: float) -> None:
    assert to_float(fraction(value)) == value


def test_numbers_beyond_the_range_of_floats() -> None:
    assert to_float(F(1, 10**400)) == 0.0
    assert to_float(F(10**400, 10**399)) == 10.0
    with pytest.raises(
        ValueError, match=r"^stakes: requires a number within the range of a float"
    ):
        to_float(F(10**400), "stakes")
    with pytest.raises(
        ValueError, match=r"^payoffs: requires a number within the range of a float"
    ):
        rounded(fractions([1, "1e400"]), "payoffs")


def test_rounded_keeps_the_shape() -> None:
    floats = rounded(fractions([["1/2", 2, "1/3"]]))
    assert floats.dtype == np.float64
    assert floats.tolist() == [[0.5, 2.0, 1 / 3]]
    assert rounded(fractions(np.zeros((2, 0)))).shape == (2, 0)


@law
@given(st.lists(st.fractions(max_denominator=30), max_size=6))
def test_common_denominator_is_the_least_that_makes_all_whole(values: list[Fraction]) -> None:
    common = common_denominator(values)
    assert all((value * common).denominator == 1 for value in values)
    smaller = [d for d in range(1, min(common, 2000)) if common % d == 0]
    assert not any(all((value * d).denominator == 1 for value in values) for d in smaller)


@pytest.mark.parametrize("text", ["1e1_000_000_000", "1e-9_999_999", "2E99999999999999999999"])
def test_exponents_that_would_hang_the_machine_are_refused(text):
    with pytest.raises(ValueError, match="x: requires an exponent of ten of at most 1000"):
        fraction(text, "x")


def test_arrays_without_dimensions_are_their_scalars():
    assert fraction(np.array(0.1, dtype=np.float32)) == Fraction(1, 10)


@pytest.mark.parametrize("value", [sympy.oo, -sympy.oo, sympy.nan, sympy.zoo])
def test_infinities_and_nan_of_sympy_are_not_finite(value):
    with pytest.raises(ValueError, match="x: requires a finite number"):
        fraction(value, "x")


def test_a_signalling_nan_is_named_with_its_index():
    with pytest.raises(ValueError, match=r"payoffs\[1\]: requires a finite number"):
        fractions([Decimal(1), Decimal("sNaN")], "payoffs")
