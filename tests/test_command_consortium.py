"""The command ``dilemma consortium``, as a user types it."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest

from dilemma.__main__ import main
from dilemma.collective import CONSORTIUM_TERMS, Coalitions, Consortium, tipping_share
from dilemma.commands import COMMANDS
from dilemma.equilibria import pure_compositions, pure_profiles, symmetric_equilibria

FIVE = ("--size", "5", "--trust", "1/4", "--goal", "1", "--threshold", "4")


@pytest.fixture
def run(capsys):
    def command(*arguments):
        try:
            status = main(["consortium", *arguments])
        except SystemExit as left:
            status = left.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def found(run):
    def answer(*arguments):
        status, out, err = run(*arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return answer


class TestAlike:
    def test_says_all_in_sixty_lines_of_eighty_columns(self, run):
        status, out, err = run(*FIVE)
        assert (status, err) == (0, "")
        assert len(out.splitlines()) <= 60
        assert max(map(len, out.splitlines())) <= 80
        for words in (
            "a consortium of 5 firms alike",
            "terms: trust 1/4",
            "Payoffs when k of 4 others play collaboration and the rest avoidance",
            "  3       751/640*+ ",
            "T > R > avoidance > P > S",
            "4 collaboration and 1 competition: strict, 5 profiles",
            "1 symmetric equilibrium, and no others",
            "A share of collaboration above ~0.240282 tips the settlement on avoidance.",
            "Each firm's share of it all: 13/8 by Shapley's rule",
        ):
            assert words in out
        assert "Left out" not in out

    def test_json_is_exact_and_says_what_the_api_says(self, found):
        answer = found(*FIVE)
        consortium = Consortium(5, trust="1/4", goal=1, threshold=4)
        game, line = consortium.group_game(), consortium.along()
        assert answer["consortium"]["size"] == 5
        assert [[Fraction(x) for x in row] for row in answer["payoffs"]["payoffs"]] == [
            list(row) for row in line.payoffs
        ]
        (roles,) = answer["dilemma"]
        assert Fraction(roles["T"]) == consortium.payoff(
            1, ["competition"] + ["collaboration"] * 4
        )
        assert Fraction(roles["S"]) == consortium.payoff(
            1, ["collaboration"] + ["competition"] * 4
        )
        assert [one["composition"] for one in answer["pure"]["equilibria"]] == [
            list(one.composition) for one in pure_compositions(game)
        ]
        assert answer["symmetric"]["status"] == symmetric_equilibria(game).status
        assert [[Fraction(x) for x in row] for row in answer["pure"]["game"]["payoffs"]] == (
            game.exact_payoffs.tolist()
        )
        share = tipping_share(game, "collaboration", "avoidance").share
        (tipping,) = answer["tipping"]
        assert tuple(tipping["share"]["polynomial"]) == share.polynomial
        coalitions = Coalitions.from_consortium(consortium)
        assert list(map(Fraction, answer["coalitions"]["by_size"])) == list(coalitions.sizes)
        assert answer["left_out"] == []

    @pytest.mark.parametrize("term", CONSORTIUM_TERMS, ids=lambda term: term.name)
    def test_every_term_has_a_flag(self, found, term):
        value = next(v for v in ("1/3", "2/3") if Fraction(v) != term.default)
        if term.name == "power":
            value = "1/3,-1/3"
        strategies = ("--strategies", "collaboration,avoidance")
        answer = found("--size", "2", *strategies, f"--{term.name.replace('_', '-')}", value)
        given = answer["consortium"]["terms"][term.name]
        assert ",".join(given if isinstance(given, list) else [given]) == value

    def test_every_settlement_may_be_tipped(self, found):
        answer = found("--trust", "0.9")
        residents = [one["resident"] for one in answer["tipping"]]
        assert residents == ["avoidance", "compromise"]

    def test_rows_like_their_neighbours_are_left_out(self, run):
        out = run("--size", "30", "--strategies", "collaboration,competition,avoidance")[1]
        rows = out.partition("\n\n")[2].splitlines()
        assert [row.split()[0] for row in rows[2:8]] == ["0", "...", "8", "9", "...", "29"]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--threshold", "2"), "The threshold is not used: there is no goal."),
            (("--goal", "1"), "The goal is met whatever firms do: its threshold is 0."),
            (("--goal", "1", "--threshold", "9/2"), "out of reach: firms commit at most 4."),
        ],
    )
    def test_what_is_odd_about_the_goal(self, run, arguments, words):
        out = run("--strategies", "collaboration,avoidance", *arguments)[1]
        assert words in out.partition("\n\n")[0]


class TestDifferent:
    ARGUMENTS = ("--stakes", "1,1,2,4", "--trust", "0.9", "--opportunism", "0")

    def test_as_many_firms_as_a_list_has_values(self, run):
        status, out, err = run(*self.ARGUMENTS)
        assert (status, err) == (0, "")
        assert len(out.splitlines()) <= 60
        assert max(map(len, out.splitlines())) <= 80
        for words in (
            "a consortium of 4 firms that differ",
            "firm 4    97/25   34/5   1/10   7/5          0",
            "firm 3: R > T > S > avoidance > P",
            "2 pure equilibria of 4 players",
            "One mobilizer moves all 4 firms, and none is too few.",
            "firm 4     11/2         34/5   34/5   34/5",
            "Left out: mixed equilibria, of firms that differ.",
        ):
            assert words in out

    def test_json_is_exact_and_says_what_the_api_says(self, found):
        answer = found(*self.ARGUMENTS)
        consortium = Consortium(4, stakes=(1, 1, 2, 4), trust=0.9, opportunism=0)
        assert answer["consortium"]["terms"]["stakes"] == ["1", "1", "2", "4"]
        assert [one["profile"] for one in answer["pure"]["equilibria"]] == [
            list(one.profile) for one in pure_profiles(consortium.game())
        ]
        assert [Fraction(one["R"]) for one in answer["dilemma"]] == [
            consortium.payoff(k, ["collaboration"] * 4) for k in range(1, 5)
        ]
        shapley = Coalitions.from_consortium(consortium).shapley()
        assert list(map(Fraction, answer["coalitions"]["shapley"]["shares"])) == list(
            shapley.shares
        )
        assert answer["thresholds"]["critical_mass"]["mobilizers"] == ["firm 1"]

    def test_power_is_read_as_one_types_it(self, found):
        answer = found("--power", "-1/5,1/5", "--strategies", "collaboration,avoidance")
        assert answer["consortium"]["terms"]["power"] == ["-1/5", "1/5"]


class TestLimits:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--size", "60"), ["equilibria and tipping shares", "more than 12 firms"]),
            (("--size", "11", "--goal", "1", "--threshold", "3"), ["more than 10 firms of 5"]),
            (("--stakes", "1,2,3,4,5,6,7,8"), ["more than 7 firms", "more than 6 that differ"]),
            (("--strategies", "competition,avoidance"), ["the dilemma between", "nobody can be"]),
        ],
    )
    def test_what_is_left_out_is_said(self, run, found, arguments, words):
        status, out, _ = run(*arguments)
        said = " ".join(out.partition("Left out: ")[2].split())
        assert status == 0
        assert "; ".join(found(*arguments)["left_out"]) + "." == said
        for one in words:
            assert one in said

    def test_long_lists_are_cut_in_print_only(self, run, found):
        arguments = ("--size", "60", "--goal", "10", "--threshold", "20", "--trust", "1/4",
                     "--strategies", "collaboration,competition,compromise")  # fmt: skip
        answer = found(*arguments)
        count = len(answer["pure"]["equilibria"])
        assert count > 10
        assert "more lines (--json has all)" in run(*arguments)[1]

    def test_numbers_are_short_where_polynomials_are_long(self, found):
        answer = found("--size", "100", "--goal", "10", "--threshold", "50",
                       "--strategies", "collaboration,avoidance")  # fmt: skip
        (mixed,) = (one for one in answer["symmetric"]["equilibria"] if len(one["played"]) == 2)
        assert float(Fraction(mixed["payoff"]["low"])) > 0
        assert max(len(mixed["payoff"][end]) for end in ("low", "high")) < 100


class TestWrongInput:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--size", "1"], "size: requires at least 2 firms, got 1"),
            (["--size", "1000"], "size: requires at most 100 firms, got 1000"),
            (["--size", "1e30"], "size: requires at most 100 firms"),
            (["--size", "2.5"], "size: requires an integer, got 2.5"),
            (["--size", "some"], "size: requires a finite number"),
            (["--stakes", ",".join(["1"] * 12 + ["2"])], "size: requires at most 12 firms that"),
            (["--size", "4", "--stakes", "1,2,3"], "stakes: requires one value, or 4, one for"),
            (["--stakes", "1,2,3", "--opportunism", "0,1"], "opportunism: requires one value, or"),
            (["--stakes", "1,x,3"], "stakes.2: requires a number > 0, got 'x'"),
            (["--trust", "1,0"], "trust: requires one value for all firms"),
            (["--trust", "nan"], "trust: requires a number in [0, 1], got 'nan'"),
            (["--power", "1/5"], "power: requires 0, or 4 numbers that sum to 0"),
            (["--power", "1/5,1/5,-1/5"], "power: requires 0, or 3 numbers that sum to 0"),
            (["--goal", "-1"], "goal: requires a number"),
            (["--threshold", "-inf"], "threshold: requires a number"),
            (["--strategies", "collaboration"], "strategies: requires at least two of collab"),
            (["--strategies", "avoidance,hope"], "strategies: requires at least two of collab"),
            (["--strategies", "avoidance,avoidance"], "got 'avoidance' twice"),
            (["--sise", "3"], "unrecognized arguments: --sise"),
            (["--size"], "argument --size: expected one argument"),
        ],
    )
    def test_is_one_line_on_standard_error_and_status_2(self, run, arguments, words):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert err.startswith("dilemma: ")
        assert err.count("\n") == 1
        assert words in err

    def test_ctrl_c_is_one_line(self, run, monkeypatch):
        from dilemma.commands import gathered

        def interrupted(game):
            raise KeyboardInterrupt

        monkeypatch.setattr(gathered, "pure_compositions", interrupted)
        assert run() == (130, "", "dilemma: stopped\n")


class TestLoading:
    def test_help_of_all_loads_nothing_that_computes(self):
        code = (
            "import sys\n"
            "from dilemma.__main__ import main\n"
            "try: main(['--help'])\n"
            "except SystemExit: pass\n"
            "print(sorted({'numpy', 'flint', 'dilemma.alliance'} & {*sys.modules}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"
        for name in COMMANDS:
            assert f"    {name} " in done.stdout or f"    {name}\n" in done.stdout

    @pytest.mark.parametrize("arguments", [["--trust", "0.3"], ["consortium", "--json"]])
    def test_reports_are_loaded_by_those_that_write_them(self, arguments):
        code = (
            "import sys\n"
            "from dilemma.__main__ import main\n"
            f"main({arguments})\n"
            "print(sorted(n for n in sys.modules if n.startswith('dilemma.show.')))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        loaded = done.stdout.splitlines()[-1]
        assert "dilemma.show.records" in loaded
        for one in ("reports", "explorer", "pictures", "plotting"):
            assert f"dilemma.show.{one}" not in loaded

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_of_each_has_an_example_in_eighty_columns(self, capsys, name):
        with pytest.raises(SystemExit):
            main([name, "--help"])
        out = capsys.readouterr().out
        assert f"dilemma {name} " in out.partition("examples:")[2]
        assert max(map(len, out.splitlines())) <= 80
