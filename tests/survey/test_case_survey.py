"""Coded cases: what is read, and that everything wrong is listed with its rows."""

import dataclasses
import math
import pickle
import sys
from fractions import Fraction

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilemma import Alliance
from dilemma.alliance import STRATEGIES, Strategy, strategy_grid
from dilemma.show import table
from dilemma.survey import CaseSurvey, SurveyError, classify, simulate_survey

GOOD = """\
case,period,firm,rater,receptivity,transparency,trust,stakes,outcome
A,1,Nummi,Ann,high,low,0.4,1,2.5
A,1,Toyo,Ann,0.25,NA,0.4,2,
A,1,Nummi,Bob,High,0,0.6,1,3.5
A,1,Toyo,Bob,0.75,1,0.6,2,1
B,1,Kaz,Ann,medium,MEDIUM,1,1,0
B,1,Iko,Ann,low,high,1,1,0
"""


def write(path, text):
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def good(tmp_path):
    return CaseSurvey.read(write(tmp_path / "cases.csv", GOOD))


class TestReading:
    def test_every_cell_of_a_good_file(self, good):
        assert good.case.tolist() == ["A"] * 4 + ["B"] * 2
        assert good.period.tolist() == [1] * 6
        assert good.firm.tolist() == ["Nummi", "Toyo", "Nummi", "Toyo", "Kaz", "Iko"]
        assert good.rater.tolist() == ["Ann", "Ann", "Bob", "Bob", "Ann", "Ann"]
        assert good.receptivity.tolist() == [1, 0.25, 1, 0.75, 0.5, 0]
        np.testing.assert_array_equal(good.transparency, [0, math.nan, 0, 1, 0.5, 1])
        assert good.moderators["trust"].tolist() == [0.4, 0.4, 0.6, 0.6, 1, 1]
        assert good.moderators["stakes"].tolist() == [1, 2, 1, 2, 1, 1]
        np.testing.assert_array_equal(good.outcome, [2.5, math.nan, 3.5, 1, 0, 0])
        assert good.side.tolist() == [0, 1, 0, 1, 0, 1]
        assert good.rows.tolist() == [2, 3, 4, 5, 6, 7]
        assert good.spans == {"trust": "case-period", "stakes": "observation"}

    def test_csv_parquet_and_frames_say_the_same(self, good, tmp_path):
        frame = good.observations
        frame.to_parquet(tmp_path / "cases.parquet")
        for source in (frame, tmp_path / "cases.parquet"):
            other = CaseSurvey.read(source)
            for field in ("case", "period", "firm", "rater", "side"):
                assert getattr(other, field).tolist() == getattr(good, field).tolist()
            for field in ("receptivity", "transparency", "outcome"):
                np.testing.assert_array_equal(getattr(other, field), getattr(good, field))
            assert other.counted == "row"
            assert other.rows.tolist() == [1, 2, 3, 4, 5, 6]

    def test_names_of_columns_and_levels_are_the_users(self):
        frame = pandas.DataFrame(
            {
                "id": [7.0, 7.0],
                "year": [1998, 1998],
                "who": ["focal", "partner"],
                "R": [1, 5],
                "T": ["3", 2.0],
                "climate": [0.5, -3],
                "remarks": "",
            }
        )
        before = frame.copy()
        survey = CaseSurvey.read(
            frame,
            columns={"case": "id", "period": "year", "firm": "who", "receptivity": "R",
                     "transparency": "T"},
            levels={1: 0, 2: "1/4", 3: "1/2", 4: "3/4", 5: 1},
            moderators=["climate"],
            ignore=["remarks"],
            firms=("partner", "focal"),
        )  # fmt: skip
        pandas.testing.assert_frame_equal(frame, before)
        assert survey.case.tolist() == ["7", "7"]
        assert survey.receptivity.tolist() == [0, 1]
        assert survey.transparency.tolist() == [0.5, 0.25]
        assert survey.side.tolist() == [1, 0]
        assert survey.moderators["climate"].tolist() == [0.5, -3]
        assert survey.notes == ("column 'remarks' was left out",)

    def test_levels_written_as_numbers_leave_no_other_numbers(self):
        frame = pandas.DataFrame(
            {"case": "A", "period": 1, "firm": ["i", "j"], "receptivity": [1, 0.5],
             "transparency": [2, 2]}
        )  # fmt: skip
        with pytest.raises(SurveyError, match=r"one of the levels 1, 2, got 0\.5"):
            CaseSurvey.read(frame, levels={1: 0, 2: 1})

    def test_lines_are_those_of_the_file_where_a_cell_has_several(self, tmp_path):
        text = (
            "case,period,firm,receptivity,transparency\n"
            '"two\nlines",1,i,1,1\n\n"two\nlines",1,j,2,1\n'
        )
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(write(tmp_path / "a.csv", text))
        assert [one.rows for one in error.value.problems] == [(5,)]

    def test_excels_mark_semicolons_and_encodings(self, tmp_path):
        text = "\ufeffcase;period;firm;receptivity;transparency\nA;1;Süd;1;1\nA;1;j;1;1\n"
        survey = CaseSurvey.read(write(tmp_path / "a.csv", text), delimiter=";")
        assert survey.firm[0] == "Süd"
        (tmp_path / "b.csv").write_bytes(text[1:].encode("latin-1"))
        with pytest.raises(ValueError, match="requires a text in utf-8"):
            CaseSurvey.read(tmp_path / "b.csv", delimiter=";")
        again = CaseSurvey.read(tmp_path / "b.csv", delimiter=";", encoding="latin-1")
        assert again.firm[0] == "Süd"

    def test_a_float_code_is_the_decimal_that_prints_it(self):
        frame = pandas.DataFrame(
            {"case": "A", "period": 1, "firm": ["i", "j"], "receptivity": [0.3, "3/10"],
             "transparency": ["3e-1", 1]}
        )  # fmt: skip
        survey = CaseSurvey.read(frame)
        assert survey.receptivity.tolist() == [0.3, 0.3]
        assert survey.transparency[0] == 0.3


WRONG = """\
case,period,firm,rater,receptivity,transparency,trust,stakes,mood
A,1,i,Ann,high,low,0.4,1,fine
A,1,j,Ann,hihg,low,0.4,1,fine
A,1,i,Ann,high,low,0.4,1,fine
B,1.5,i,Ann,1,0,0.4,1,fine
B,1,j,Ann,1,0,0.4,1,fine
C,1,i,Ann,1.2,0,0.4,1,fine
C,1,j,Ann,1,0,0.4,0,fine
D,1,i,Ann,1,0,0.4,1,fine
,1,j,Ann,1,0,0.4,1,fine
E,1,i,Ann,1,0,0.4,1,fine
E,1,j,Ann,1,"0,5",0.5,one,fine
F,1,i,Ann,1,0,0.4,1
F,1,i,Bob,1,0,0.4,1,fine
F,1,j,Bob,1,0,1.4,1,fine
G,1,i,Ann,1,0,0.4,1,fine
G,1,j,Ann,1,0,0.4,1,fine
G,2,i,Ann,1,0,0.4,1,fine
G,2,k,Ann,1,0,0.4,1,fine
"""


class TestWrongFiles:
    def test_all_problems_at_once_with_the_right_lines(self, tmp_path):
        """Fourteen different things are wrong, and each has its lines."""
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(write(tmp_path / "wrong.csv", WRONG))
        found = {one.words: one.rows for one in error.value.problems}
        expected = {
            "column 'mood': requires a known name; name it in moderators= or ignore=": (),
            "receptivity: requires one of the levels low, medium, high, or a number in [0, 1], "
            "got 'hihg'": (3,),
            "the same case, period, firm and rater as in line 2: requires one row for each": (4,),
            "period: requires an integer, got '1.5'": (5,),
            "receptivity: requires one of the levels low, medium, high, or a number in [0, 1], "
            "got '1.2'": (7,),
            "stakes: requires a number > 0, got '0'": (8,),
            "case 'D', period 1: requires two firms, got 1 ('i')": (9,),
            "case: requires a name, got none": (10,),
            "trust: requires one value for case 'E', period 1, rater 'Ann' (it is measured per "
            "case-period), got 0.4 and 0.5": (11, 12),
            "transparency: requires one of the levels low, medium, high, or a number in [0, 1], "
            "got '0,5'": (12,),
            "stakes: requires a number > 0, got 'one'": (12,),
            "requires 9 values, as many as there are columns, got 8": (13,),
            "trust: requires a number in [0, 1], got '1.4'": (15,),
            "case 'G': requires the same two firms in all periods, got 3 ('i', 'j', 'k')": (
                16, 17, 18, 19,
            ),
        }  # fmt: skip
        assert found == expected
        assert error.value.counted == "line"
        message = str(error.value)
        assert message.startswith("wrong.csv: 14 problems, nothing was read")
        assert all(len(line) <= 80 for line in message.splitlines())
        joined = " ".join(message.split())
        assert all(words in joined for words in expected)
        assert pickle.loads(pickle.dumps(error.value)).problems == error.value.problems

    def test_missing_columns_beside_other_problems(self, tmp_path):
        path = write(tmp_path / "a.csv", "case,firm,receptivity\nA,i,2\nA,,1\n")
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(path, moderators=["trust"])
        words = " ".join(str(error.value).split())
        for part in ("column 'period' (or", "column 'transparency' (or", "column 'trust', got",
                     "line 2: receptivity", "line 3: firm: requires a name"):  # fmt: skip
            assert part in words

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "got an empty file"),
            ("case,period,firm,receptivity,transparency\n", "at least one row of data"),
            ("case,case,period,firm,receptivity,transparency\nA,A,1,i,1,1\n", "'case' 2 times"),
            (
                'case,period,firm,receptivity,transparency\nA,1,"i,1,1\n',
                "requires values between ','",
            ),
        ],
    )
    def test_files_that_are_no_table(self, tmp_path, text, words):
        with pytest.raises(SurveyError, match=words):
            CaseSurvey.read(write(tmp_path / "a.csv", text))

    def test_a_moderator_missing_in_one_of_two_rows_is_not_filled_in(self):
        frame = pandas.DataFrame(
            {"case": "A", "period": 1, "firm": ["i", "j"], "receptivity": 1, "transparency": 1,
             "trust": [0.5, None]}
        )  # fmt: skip
        with pytest.raises(SurveyError, match=r"got 0\.5 and none"):
            CaseSurvey.read(frame)
        assert len(CaseSurvey.read(frame, moderators={"trust": "observation"})) == 2

    @pytest.mark.parametrize(
        ("span", "wrong"),
        [("case", 4), ("case-period", 0), ("case-firm", 4), ("observation", 0)],
    )
    def test_a_moderator_is_constant_over_its_span(self, span, wrong):
        frame = pandas.DataFrame(
            {"case": "A", "period": [1, 1, 2, 2], "firm": ["i", "j"] * 2, "receptivity": 1,
             "transparency": 1, "climate": [1, 1, 2, 2]}
        )  # fmt: skip
        try:
            CaseSurvey.read(frame, moderators={"climate": span})
            rows = 0
        except SurveyError as error:
            rows = len({row for one in error.problems for row in one.rows})
        assert rows == wrong

    def test_cells_of_strange_types_are_problems_too(self):
        frame = pandas.DataFrame(
            {"case": ["A", True], "period": [[1], 1], "firm": ["i", 2.5],
             "receptivity": [1, float("inf")], "transparency": [{}, 1]}
        )  # fmt: skip
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(frame)
        found = sorted((one.rows, one.words.split(":")[0]) for one in error.value.problems)
        assert found == [
            ((1,), "period"), ((1,), "transparency"), ((2,), "case"), ((2,), "firm"),
            ((2,), "receptivity"),
        ]  # fmt: skip

    def test_arguments_of_the_wrong_kind(self, tmp_path):
        frame = pandas.DataFrame({"case": []})
        with pytest.raises(TypeError, match="source: requires the path"):
            CaseSurvey.read([1, 2])
        with pytest.raises(FileNotFoundError, match="source: requires a file"):
            CaseSurvey.read(tmp_path / "none.csv")
        with pytest.raises(ValueError, match="save the sheet as CSV"):
            CaseSurvey.read("cases.xlsx")
        with pytest.raises(ValueError, match="columns: requires keys among"):
            CaseSurvey.read(frame, columns={"kase": "id"})
        with pytest.raises(ValueError, match="requires one of case, case-period"):
            CaseSurvey.read(frame, moderators={"trust": "year"})
        with pytest.raises(TypeError, match="moderators: requires a sequence"):
            CaseSurvey.read(frame, moderators="trust")
        with pytest.raises(ValueError, match=r"levels\['top'\]: requires a number in \[0, 1\]"):
            CaseSurvey.read(frame, levels={"top": 2})
        with pytest.raises(ValueError, match="levels: requires each level once"):
            CaseSurvey.read(frame, levels={"top": 1, "Top": 0})
        with pytest.raises(ValueError, match="firms: requires two different names"):
            CaseSurvey.read(frame, firms=("a", "a"))
        with pytest.raises(TypeError, match="ignore: requires a sequence of texts"):
            CaseSurvey.read(frame, ignore="case")
        with pytest.raises(TypeError, match="moderators: requires a sequence of names, got 5"):
            CaseSurvey.read(frame, moderators=5)
        with pytest.raises(ValueError, match="other than those of the survey itself, got 'firm'"):
            CaseSurvey.read(frame, moderators=["firm"])
        with pytest.raises(ValueError, match="a column of its own for 'receptivity'"):
            CaseSurvey.read(frame, columns={"receptivity": "transparency"})
        with pytest.raises(SurveyError, match="ignore: requires columns that nothing else asks"):
            CaseSurvey.read(frame, ignore=["case"])
        with pytest.raises(SurveyError, match="ignore: requires columns of the table"):
            CaseSurvey.read(frame, ignore=["remarks"])
        path = write(tmp_path / "a.csv", "case;period\nA;1\n")
        with pytest.raises(SurveyError, match="say delimiter=';'"):
            CaseSurvey.read(path)
        with pytest.raises(ValueError, match="delimiter: requires one character"):
            CaseSurvey.read(path, delimiter=";;")
        with pytest.raises(ValueError, match="encoding: requires a known one"):
            CaseSurvey.read(path, encoding="klingon")
        path = write(tmp_path / "a.parquet", "no parquet")
        with pytest.raises(ValueError, match=r"requires a Parquet file, got 'a\.parquet'"):
            CaseSurvey.read(path)

    def test_a_line_that_cannot_be_parted_hides_no_other(self, tmp_path):
        text = (
            'case,period,firm,receptivity,transparency\nA,1,"i"x,1,1\nA,1,j,7,1\n'
            'B,1,i,1,1\nB,1,j,1,8\nC,1,"i,1,1\n'
        )
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(write(tmp_path / "a.csv", text))
        found = [(one.rows, one.words.split(":")[0]) for one in error.value.problems]
        assert found == [
            ((2,), "requires values between ','"),
            ((3,), "receptivity"),
            ((3,), "case 'A', period 1"),
            ((5,), "transparency"),
            ((6,), "requires values between ','"),
        ]

    def test_rows_of_one_problem_are_put_together(self):
        frame = simulate_survey(Alliance(), 3000, seed=1).observations
        frame["receptivity"] = frame["receptivity"].where(frame.index % 7 != 3, "?")
        frame.loc[:9, "transparency"] = 2
        with pytest.raises(SurveyError) as error:
            CaseSurvey.read(frame)
        second, first = error.value.problems
        assert second.rows == tuple(range(1, 11))
        assert first.rows == tuple(range(4, 6001, 7))
        words = " ".join(str(error.value).split())
        assert "rows 1-10: transparency" in words
        assert "and 817 more (all are in `problems`): receptivity" in words

    def test_without_pandas_a_csv_file_is_read_all_the_same(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        survey = CaseSurvey.read(write(tmp_path / "cases.csv", GOOD))
        assert len(survey) == 6
        with pytest.raises(ModuleNotFoundError, match=r'pip install "dilemma\[survey\]"'):
            survey.observations  # noqa: B018

    def test_arrays_given_by_hand_are_checked(self, good):
        with pytest.raises(ValueError, match="arrays of one length"):
            dataclasses.replace(good, period=[1])
        with pytest.raises(ValueError, match=r"receptivity: requires codes in \[0, 1\]"):
            dataclasses.replace(good, receptivity=[2] * 6)
        with pytest.raises(ValueError, match="side: requires 0 or 1"):
            dataclasses.replace(good, side=[2] * 6)


class TestUnchangeable:
    def test_neither_arrays_nor_fields_can_be_set(self, good):
        for name in ("case", "period", "receptivity", "outcome", "rows"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(good, name)[0] = 0
        with pytest.raises(ValueError, match="read-only"):
            good.moderators["trust"][0] = 0
        with pytest.raises(TypeError):
            good.moderators["trust"] = 0
        with pytest.raises(dataclasses.FrozenInstanceError):
            good.period = 0

    def test_observations_are_a_copy(self, good):
        frame = good.observations
        frame.loc[:, "receptivity"] = 0.0
        frame.loc[:, "trust"] = 0.0
        assert good.receptivity[0] == 1
        assert good.moderators["trust"][0] == 0.4

    def test_pickles(self, good):
        again = pickle.loads(pickle.dumps(good))
        np.testing.assert_array_equal(again.transparency, good.transparency)
        assert str(again) == str(good)
        pairs = pickle.loads(pickle.dumps(good.consensus().pairs()))
        assert list(pairs.moderators) == ["trust", "stakes"]

    def test_words_fit_a_page(self, good):
        for text in (
            str(good),
            table(good),
            str(good.classified()),
            str(good.consensus().pairs()),
        ):
            assert all(len(line) <= 80 for line in text.splitlines())
        assert "1 observation with one code of the two" in str(good)
        assert "transparency        1" in str(good)


class TestClassification:
    def test_nearest_with_distance_and_missing_codes(self):
        found = classify([1, 0.9, 0.5, 0.1, math.nan, 0], [0.9, 0, 0.5, 0.8, 1, math.nan])
        assert found.names == ("collaboration", "competition", "compromise", "accommodation",
                               None, None)  # fmt: skip
        np.testing.assert_allclose(found.distance[:4], [0.1, 0.1, 0, math.hypot(0.1, 0.2)])
        assert found.missing.tolist() == [False] * 4 + [True] * 2
        assert not found.tied.any()

    def test_three_levels_tie_at_four_of_nine_points(self):
        r, t = (one.ravel() for one in np.meshgrid([0, 0.5, 1], [0, 0.5, 1]))
        found = classify(r, t)
        assert found.tied.sum() == 4
        assert (found.nearest.sum(axis=1)[found.tied] == 3).all()
        assert (found.strategy[found.tied] == -1).all()
        first = classify(r, t, ties="first")
        assert (first.strategy[found.tied] == found.nearest[found.tied].argmax(axis=1)).all()
        assert not classify(r, t, strategy_grid(3)).tied.any()

    def test_ties_are_decided_exactly(self):
        """Two strategies equally near in decimals are tied, though their floats differ."""
        two = (Strategy("low", "1/10", 0), Strategy("high", "3/10", 0))
        assert (0.2 - 0.1) ** 2 != (0.2 - 0.3) ** 2
        assert classify([0.2], [0.0], two).tied.tolist() == [True]
        assert classify([0.2000000001], [0.0], two).names == ("high",)

    @settings(max_examples=60, derandomize=True, database=None)
    @given(st.fractions(0, 1, max_denominator=40), st.fractions(0, 1, max_denominator=40))
    def test_law_no_strategy_is_nearer(self, r, t):
        r, t = (Fraction(str(float(one))) for one in (r, t))
        found = classify([float(r)], [float(t)], ties="first")
        squares = [(r - s.receptivity) ** 2 + (t - s.transparency) ** 2 for s in STRATEGIES]
        assert found.nearest[0].tolist() == [one == min(squares) for one in squares]
        assert found.strategy[0] == squares.index(min(squares))
        assert found.distance[0] == pytest.approx(math.sqrt(min(squares)))

    def test_refusals(self):
        with pytest.raises(ValueError, match=r"receptivity: requires codes in \[0, 1\]"):
            classify([1.5], [0])
        with pytest.raises(ValueError, match="ties: requires 'missing' or 'first'"):
            classify([1], [0], ties="random")
        with pytest.raises(ValueError, match="as many codes as receptivity has"):
            classify([1, 0], [0])


class TestPairs:
    def test_sides_periods_and_gaps(self):
        frame = pandas.DataFrame(
            {
                "case": ["B", "B", "A", "A", "A", "A", "A", "A"],
                "period": [1, 1, 3, 3, 1, 1, 2, 2],
                "firm": ["x", "y", "j", "i", "i", "j", "j", "i"],
                "receptivity": [1, 1, 0, 1, 1, 1, None, 0],
                "transparency": [1, 0, 0, 1, 0, 1, 1, 0],
            }
        )
        pairs = CaseSurvey.read(frame).pairs()
        assert pairs.cases == ("B", "A")
        assert pairs.period.tolist() == [1, 1, 2, 3]
        # In case A firm j appears first, and so is on the first side throughout.
        assert pairs.firms.tolist() == [["x", "y"], ["j", "i"], ["j", "i"], ["j", "i"]]
        assert pairs.strategy.tolist() == [[0, 1], [0, 1], [-1, 4], [4, 0]]
        assert pairs.previous.tolist() == [-1, -1, 1, 2]
        assert pairs.complete.tolist() == [True, True, False, True]
        assert pairs.counts.sum() == 3

    def test_a_period_that_was_not_observed_breaks_the_chain(self):
        frame = pandas.DataFrame(
            {"case": "A", "period": [1, 1, 3, 3], "firm": ["i", "j"] * 2, "receptivity": 1,
             "transparency": 1}
        )  # fmt: skip
        assert CaseSurvey.read(frame).pairs().previous.tolist() == [-1, -1]

    def test_several_raters_must_first_agree(self, good):
        with pytest.raises(ValueError, match=r"survey.consensus\(rule='mean'\)"):
            good.pairs()

    def test_the_order_of_rows_changes_nothing_but_the_order(self):
        survey = simulate_survey(Alliance(), 30, 3, seed=5, moderators={"trust": (0, 1)})
        frame = survey.observations.sample(frac=1, random_state=1)
        pairs = CaseSurvey.read(frame, firms=("row", "column")).pairs()
        where = {name: k for k, name in enumerate(survey.cases)}
        for name, period, both in zip(
            np.array(pairs.cases)[pairs.case], pairs.period, pairs.strategy, strict=True
        ):
            assert survey.truth.strategy[where[name], period - 1].tolist() == both.tolist()


class TestConsensus:
    @pytest.fixture
    def rated(self):
        codes = {"Ann": [1, 0, 0.5], "Bob": [1, 1, None], "Eva": [0, 0.5, None]}
        frame = pandas.DataFrame(
            [
                {"case": "A", "period": period, "firm": firm, "rater": rater,
                 "receptivity": codes[rater][period], "transparency": 1, "trust": trust}
                for rater, trust in (("Ann", 0.2), ("Bob", 0.4), ("Eva", 0.9))
                for period in range(3)
                for firm in ("i", "j")
            ]
        )  # fmt: skip
        return CaseSurvey.read(frame)

    @pytest.mark.parametrize(
        ("rule", "codes"),
        [
            ("mean", [2 / 3, 0.5, 0.5]),
            ("median", [1, 0.5, 0.5]),
            ("majority", [1, math.nan, 0.5]),
            ("unanimous", [math.nan, math.nan, 0.5]),
            ("rater Bob", [1, 1, math.nan]),
        ],
    )
    def test_rules(self, rated, rule, codes):
        made = rated.consensus(rule)
        np.testing.assert_array_equal(made.receptivity[::2], codes)
        np.testing.assert_array_equal(made.receptivity[1::2], codes)
        assert made.raters == ()
        assert len(made) == 6
        assert made.period.tolist() == [0, 0, 1, 1, 2, 2]

    def test_moderators_follow_the_rule_and_notes_say_what_is_open(self, rated):
        assert rated.consensus("mean").moderators["trust"][0] == pytest.approx(0.5)
        made = rated.consensus("majority")
        assert np.isnan(made.moderators["trust"]).all()
        assert made.notes == (
            "consensus of 3 raters by rule 'majority', which leaves missing 2 of receptivity, "
            "6 of trust",
        )

    def test_unknown_rules_and_raters(self, rated):
        with pytest.raises(ValueError, match="rule: requires one of 'mean'"):
            rated.consensus("average")
        with pytest.raises(ValueError, match=r"a rater of the survey \(Ann, Bob, Eva\)"):
            rated.consensus("rater Zoe")


def test_names_that_floats_cannot_hold_are_refused():
    """2**53 and 2**53 + 1 are one float: a case so numbered could be two."""
    table = pandas.DataFrame(
        {"case": [2.0**53 + 2] * 2, "period": 1, "firm": ["i", "j"], "receptivity": 1,
         "transparency": 0}
    )  # fmt: skip
    with pytest.raises(SurveyError, match="decimals lose digits"):
        CaseSurvey.read(table)
    assert CaseSurvey.read(table.assign(case=2**53 + 1)).cases == (str(2**53 + 1),)
