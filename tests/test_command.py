"""The command line, as a user types it."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
import xarray

import dilemma
from dilemma.__main__ import main
from dilemma.alliance import TERMS, Alliance
from dilemma.equilibria import nash, pure_profiles
from dilemma.game import Game, GroupGame, StrategicGame, write_nfg
from dilemma.repeated import critical_discount
from dilemma.study import axis, sweep
from dilemma.study.measures import welfare


def typed(*arguments, text=None, **environment):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "dilemma", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **environment},
    )


@pytest.fixture
def run(capsys):
    def command(*arguments):
        status = main(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


class TestAlliance:
    def test_without_arguments_prints_the_whole_analysis(self, run):
        status, out, err = run()
        assert (status, err) == (0, "")
        game = Alliance().game()
        assert str(game) in out
        for words in (
            "terms: trust 1/2, stakes 1, opportunism 3/4",
            "joint learning",
            "division",
            "exploitation",
            "kind of dilemma: prisoner's dilemma",
            "T > R > avoidance > P > S",
            "both play avoidance",
            "13/73",
            "The punishment is credible",
        ):
            assert words in out
        assert max(map(len, out.splitlines())) <= 80

    def test_the_alliance_command_is_the_default(self, run):
        assert run("--trust", "0.3") == run("alliance", "--trust", "0.3")

    @pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
    def test_every_term_has_a_flag(self, run, term):
        value = next(v for v in ("1/3", "2/3", "1/7") if Fraction(v) != term.default)
        status, out, _ = run("alliance", f"--{term.name.replace('_', '-')}", value, "--json")
        answer = json.loads(out)
        expected = Alliance(**{term.name: value})
        assert status == 0
        assert answer["alliance"]["terms"][term.name] == value
        assert answer["game"]["payoffs"]["row firm"][0][0] == str(expected.payoffs()[0, 0, 0])

    def test_pairs_and_negative_values_as_one_types_them(self, run):
        status, out, err = run("alliance", "--opportunism", "0.2,0.9", "--power", "-1/5", "--json")
        assert (status, err) == (0, "")
        terms = json.loads(out)["alliance"]["terms"]
        assert terms["opportunism"] == ["1/5", "9/10"]
        assert terms["power"] == "-1/5"
        for negative in ("-.2", "-2e-1", "-0.2"):
            assert (
                json.loads(run("--power", negative, "--json")[1])["alliance"]["terms"]["power"]
                == "-1/5"
            )

    def test_json_is_exact_and_says_what_the_api_says(self, run):
        out = run("alliance", "--trust", "0.65", "--json")[1]
        answer = json.loads(out)
        alliance = Alliance(trust=0.65)
        equilibria = nash(alliance.game())
        assert answer["dilemma_version"] == dilemma.__version__
        assert [
            (tuple(map(Fraction, one["row"])), tuple(map(Fraction, one["column"])))
            for one in answer["nash"]["equilibria"]
        ] == [(one.row, one.column) for one in equilibria]
        assert [one["index"] for one in answer["nash"]["components"]] == [
            one.index for one in equilibria.components
        ]
        assert answer["nash"]["complete"] is True
        assert answer["dilemma"]["kind"] == alliance.dilemma().kind
        patience = critical_discount(alliance.game(), "collaboration", "avoidance")
        assert Fraction(answer["critical_discount"]["value"]) == patience.value
        assert answer["outcomes"]["division"][4][4] is None

    def test_unequal_firms_are_told_apart(self, run):
        out = run("--stakes", "1,4", "--trust", "0.1")[1]
        assert "row firm: " in out
        assert "column firm: " in out

    def test_a_punishment_that_is_not_credible_is_named(self, run):
        assert "not credible" in " ".join(run("--trust", "0.1", "--stakes", "8")[1].split())


class TestSolve:
    GAME = Game.from_bimatrix([[1, 0], [0, "1/3"]], [[1, 0], [0, 1]], ["meet", "miss"])

    def test_reads_a_file(self, run, tmp_path):
        path = tmp_path / "game.nfg"
        write_nfg(self.GAME, path)
        status, out, err = run("solve", str(path))
        assert (status, err) == (0, "")
        assert "both play meet" in out
        assert "meet (1/2)" in out
        assert "meet (1/4)" in out
        assert "3 extreme equilibria in 3 components" in out

    def test_reads_standard_input(self, tmp_path):
        path = tmp_path / "game.nfg"
        write_nfg(self.GAME, path)
        done = typed("solve", "-", "--json", text=path.read_text("utf-8"))
        assert (done.returncode, done.stderr) == (0, "")
        answer = json.loads(done.stdout)
        assert len(answer["nash"]["equilibria"]) == 3
        assert answer["game"]["payoffs"]["row player"][1][1] == "1/3"

    def test_a_continuum_is_described_in_words(self, run, tmp_path):
        path = tmp_path / "game.nfg"
        write_nfg(Game([[[1, 1], [0, 1]], [[1, 1], [1, 0]]]), path)
        out = run("solve", str(path))[1]
        assert "component 1 (dimension 1)" in out
        assert "with weight between 0 and 1" in " ".join(out.split())

    def test_more_players_have_their_pure_equilibria_solved(self, run, tmp_path):
        path = tmp_path / "game.nfg"
        game = StrategicGame.from_group(
            GroupGame.from_pairwise(Game.symmetric([[6, 2], [7, 0]], ["yield", "insist"]), 3)
        )
        write_nfg(game, path)
        status, out, err = run("solve", str(path))
        assert (status, err) == (0, "")
        assert "3 pure equilibria of 3 players" in out
        assert "mixed equilibria are not looked for" in " ".join(out.split())
        assert "player 1 and player 2 play yield; player 3 plays insist" in out
        answer = json.loads(run("solve", str(path), "--json")[1])
        assert [one["profile"] for one in answer["pure_profiles"]["equilibria"]] == [
            list(one.profile) for one in pure_profiles(game)
        ]
        assert answer["game"]["payoffs"]["player 1"][1][0][0] == "7"


class TestWrongInput:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--trust", "1.2"], "trust: requires a number in [0, 1], got '1.2'"),
            (["--trust", "nan"], "trust: requires a number in [0, 1], got 'nan'"),
            (["--trust", "high"], "trust: requires a number in [0, 1], got 'high'"),
            (["--trust", ""], "trust: requires a number in [0, 1], got ''"),
            (["--stakes", "-1"], "stakes: requires a number > 0, got '-1'"),
            (["--stakes", "1,2,3"], "stakes: requires one value, or a pair"),
            (["--stakes", "1,"], "stakes.column: requires a number > 0, got ''"),
            (["--trust", "0.1,0.2"], "trust: requires one value for both firms"),
            (["--truth", "1"], "unrecognized arguments: --truth"),
            (["--trust"], "argument --trust: expected one argument"),
            (["analyse"], "invalid choice: 'analyse'"),
            (["solve"], "the following arguments are required: FILE"),
            (["solve", "there/is/no/such.nfg"], "there/is/no/such.nfg: No such file"),
            (["solve", "."], ".: Is a directory"),
            (["--power", "-inf"], "power: requires a number in [-1, 1], got '-inf'"),
            (["alliance", "x\ny"], "unrecognized arguments: x y"),
            (["--stakes", "1e9_999_999_99"], "stakes: requires a number > 0"),
            (["--stakes", "1e9999999"], "stakes: requires a number > 0, got '1e9999999'"),
        ],
    )
    def test_is_one_line_on_standard_error_and_status_2(self, arguments, words):
        done = typed(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("dilemma: ")
        assert words in done.stderr

    def test_a_broken_file_is_named_with_line_and_column(self, run, tmp_path):
        path = tmp_path / "broken.nfg"
        path.write_text('NFG 1 R "x" { "a" "b" } { 2 2 }\n\n1 2 3 4 5 6 7', encoding="utf-8")
        status, out, err = run("solve", str(path))
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert "broken.nfg" in err
        assert "line 3" in err

    def test_a_game_too_large_is_refused_before_it_starts(self, run, tmp_path):
        path = tmp_path / "large.nfg"
        write_nfg(Game.symmetric([[i * j % 7 for j in range(30)] for i in range(30)]), path)
        status, _, err = run("solve", str(path))
        assert status == 2
        assert "lemke_howson" in err


class TestHelp:
    @pytest.mark.parametrize("command", [[], ["alliance"], ["solve"], ["sweep"], ["claims"]])
    def test_has_an_example(self, command):
        done = typed(*command, "--help")
        assert done.returncode == 0
        assert "example" in done.stdout
        name = command[0] if command else "alliance"
        assert f"dilemma {name} " in done.stdout.partition("example")[2]
        assert max(map(len, done.stdout.splitlines())) <= 80

    def test_version(self):
        assert typed("--version").stdout.strip() == f"dilemma {dilemma.__version__}"


class TestConsoles:
    def test_an_ascii_console_survives(self):
        done = typed("--leakage", "2", PYTHONIOENCODING="ascii")
        assert done.returncode == 2
        done = typed("--synergy", "-1", PYTHONIOENCODING="ascii")
        assert "synergy: requires a number >= 0, got '-1'" in done.stderr
        assert typed(PYTHONIOENCODING="ascii").returncode == 0
        assert typed("alliance", "--help", PYTHONIOENCODING="ascii").returncode == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
    def test_a_full_disk_is_one_line(self):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "dilemma"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr.startswith("dilemma: standard output: ")
        assert done.stderr.count("\n") == 1

    @pytest.mark.skipif(os.name == "nt", reason="closed streams are a matter of POSIX shells")
    def test_closed_streams_are_no_traceback(self):
        for line, status in ((">&-", 0), ("solve - <&-", 2)):
            done = subprocess.run(
                ["sh", "-c", f'"{sys.executable}" -m dilemma {line}'],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == status
            assert "Traceback" not in done.stderr
            assert done.stderr.count("\n") <= 1

    @pytest.mark.parametrize("arguments", [[], ["--help"], ["solve", "--help"], ["consortium"]])
    def test_a_reader_that_stops_reading_is_no_error(self, arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "dilemma", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()
        assert process.wait() == 0
        assert errors == b""


class TestThresholds:
    def test_along_trust(self, capsys):
        assert main(["thresholds", "--parameter", "trust"]) == 0
        text = capsys.readouterr().out
        assert "at trust 29/45 (~0.644444)\n  above it, mutual collaboration is a strict" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_of_another_concept_as_json(self, capsys):
        arguments = ["--parameter", "trust", "--concept", "risk dominance", "--json"]
        assert main(["thresholds", *arguments]) == 0
        found = json.loads(capsys.readouterr().out)["thresholds"]
        assert [one["closed_form"] for one in found["critical"]] == ["29/45", "5/6", "1403/1560"]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--parameter", "hope"], "parameter: requires a term among trust"),
            (["--parameter", "stakes"], "over: requires (low, high)"),
            (["--parameter", "trust", "--over", "0,2"], "over: requires values of trust"),
            (["--parameter", "trust", "--concept", "x"], "concept: requires evolutionary"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, arguments, words):
        assert main(["thresholds", *arguments]) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1


class TestEvolve:
    def test_sections_in_eighty_columns(self, capsys):
        assert main(["evolve", "--size", "20", "--starts", "64"]) == 0
        text = capsys.readouterr().out
        assert "From collaboration to avoidance: collaboration -> competition (exact);" in text
        assert "A population of 20 with rare mutations is most often at all avoidance" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_json_is_exact(self, capsys):
        assert main(["evolve", "--trust", "3/4", "--starts", "64", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        shares = [one["shares"] for one in found["rest_points"]["points"]]
        assert [["0", "233/941", "708/941", "0", "0"]] in shares
        assert found["path"] == []

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--size", "1"], "size: requires"),
            (["--size", "2.5"], "size: requires an integer, got 2.5"),
            (["--selection", "-1"], "selection: requires"),
            (["--mutation", "2"], "mutation: requires"),
            (["--process", "chance"], "process: requires"),
            (["--stakes", "1,2"], "symmetric"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, arguments, words):
        assert main(["evolve", "--starts", "64", *arguments]) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1


class TestRepeat:
    def test_sections_in_eighty_columns(self, capsys):
        arguments = ["--trust", "0.1", "--discount", "0.6", "--suspicion", "0.001"]
        assert main(["repeat", *arguments]) == 0
        text = capsys.readouterr().out
        assert "reversion to mutual avoidance: 49/93" in text
        assert "(0.55, 0.55): collaboration with collaboration for ever" in text
        assert "both play forgiving grim" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_json_is_exact(self, capsys):
        assert main(["repeat", "--trust", "0.1", "--discount", "0.6", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["discount"] == "3/5"
        assert len(found["payoff_set"]["vertices"]) == 4

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--discount", "1"], "discount: requires a number in [0, 1)"),
            (["--discount", "patient"], "discount: requires a finite number"),
            (["--suspicion", "1.5"], "suspicion: requires a number in [0, 1]"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, arguments, words):
        assert main(["repeat", *arguments]) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1


class TestSweep:
    GRID = ("--axis", "trust=0:1:5", "--axis", "stakes.row=1/2,8")

    def test_into_a_table(self, run, tmp_path):
        out = tmp_path / "regimes.csv"
        status, text, err = run("sweep", "--measure", "regime", *self.GRID, "--out", str(out))
        assert (status, err) == (0, "")
        assert "points: trust 5, stakes.row 2, 10 in all" in text
        assert "other terms: stakes 1, opportunism 3/4" in text
        shown = [line for line in text.splitlines() if not line.startswith("written to ")]
        assert max(map(len, shown)) <= 80
        rows = out.read_text("utf-8").splitlines()
        assert rows[0] == "trust,stakes.row,regime"
        assert rows[1] == "0.0,0.5,avoidance × avoidance"
        assert len(rows) == 11

    def test_into_netcdf_and_a_store_which_goes_on(self, run, tmp_path):
        arguments = ["sweep", "--measure", "welfare", "--option", "at=worst", *self.GRID]
        found = []
        for name in ("a.nc", "a.zarr", "a.zarr"):
            status, text, err = run(*arguments, "--synergy", "2", "--out", str(tmp_path / name))
            assert (status, err) == (0, "")
            assert "welfare: from " in text
            reader = xarray.open_dataset if name.endswith("nc") else xarray.open_zarr
            with reader(tmp_path / name) as dataset:
                found.append(dataset.load())
        assert found[0].equals(found[1])
        assert found[1].identical(found[2])
        expected = sweep(
            Alliance(synergy=2),
            partial(welfare, at="worst"),
            {"trust": axis(0, 1, 5), "stakes.row": ["1/2", 8]},
            progress=False,
        )
        assert found[1].equals(expected)
        assert found[0].attrs["command"] == expected.attrs["command"]

    def test_a_store_of_another_sweep_is_refused(self, run, tmp_path):
        arguments = ["sweep", "--measure", "is_equilibrium", "--out", str(tmp_path / "a.zarr")]
        assert run(*arguments, "--axis", "trust=0:1:3")[0] == 0
        status, out, err = run(*arguments, "--axis", "trust=0:1:4")
        assert (status, out) == (2, "")
        assert "store: requires the store of the same sweep" in err

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--axis", "trust=0:1"], "--axis: requires TERM=LOW:HIGH:COUNT"),
            (["--axis", "trust"], "--axis: requires TERM=LOW:HIGH:COUNT or TERM=VALUE"),
            (["--axis", "trust=0:2:3"], "trust[2]: requires a number in [0, 1], got 2"),
            (["--axis", "hope=0:1:3"], "axes: requires terms among trust"),
            (["--axis", "trust=0", "--axis", "trust=1"], "each term once, got trust twice"),
            (["--axis", "trust=0:1:3", "--measure", "?"], "measure: requires a function, or one"),
            (["--axis", "trust=0:1:3", "--out", "a.xls"], "--out: requires a name that ends in"),
            (["--axis", "trust=0:1:3", "--out", "no/a.nc"], "--out: requires a folder"),
            (["--axis", "trust=0:1:3", "--option", "at"], "--option: requires NAME=VALUE"),
            (["--axis", "trust=0:1:3", "--option", "at=x"], "at: requires one of best, worst"),
            (["--axis", "trust=0:1:3", "--option", "of=x"], "unexpected keyword argument 'of'"),
            (["--axis", "trust=0:1:3", "--workers", "two"], "workers: requires a finite number"),
            (["--axis", "trust=0:1:3", "--workers", "0"], "workers: requires a positive"),
            ([], "the following arguments are required: --axis"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, tmp_path, monkeypatch, arguments, words):
        monkeypatch.chdir(tmp_path)
        try:
            status = main(["sweep", "--measure", "welfare", "--out", "a.csv", *arguments])
        except SystemExit as stop:
            status = stop.code
        error = capsys.readouterr().err
        assert status == 2
        assert words in error
        assert error.count("\n") == 1
        assert list(tmp_path.iterdir()) == []


class TestClaims:
    def test_a_table_in_eighty_columns(self, run):
        status, out, err = run("claims", "--only", "Stakes: t")
        assert (status, err) == (0, "")
        assert max(map(len, out.splitlines())) <= 80
        assert "1 claim: 1 conditional." in out
        assert "holds exactly where trust >= (2*opportunism - 1)/(2*opportunism + 1)" in out

    def test_json_has_the_certificates(self, run):
        status, out, _ = run("claims", "--only", "needs", "--json")
        claims = json.loads(out)["claims"]
        assert status == 0
        assert claims["names"][0] == "needs: receptivity"
        assert [one["kind"] for one in claims["verdicts"]] == ["proved"] * 4
        assert all(one["certificate"] for one in claims["verdicts"])

    def test_samples_and_seed_are_those_asked_for(self, run):
        asked = ["claims", "--only", "trust: fixation", "--samples", "3", "--seed", "5", "--json"]
        (verdict,) = json.loads(run(*asked)[1])["claims"]["verdicts"]
        assert (verdict["kind"], verdict["samples"]) == ("supported", 3)

    def test_ctrl_c_prints_what_there_is(self, run, monkeypatch):
        from dilemma.propositions import tabulating

        own, asked = tabulating.examine, []

        def interrupted(claim, **options):
            asked.append(claim)
            if len(asked) == 3:
                raise KeyboardInterrupt
            return own(claim, **options)

        monkeypatch.setattr(tabulating, "examine", interrupted)
        status, out, err = run("claims")
        assert (status, err) == (130, "dilemma: stopped\n")
        assert "Stopped after 2 of " in out
        assert "exploitation: openness invites it" in out

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--only", "nobody"], "--only: requires a text in the source (such as larsson1998)"),
            (["--samples", "0"], "samples: requires at least 1 points, got 0"),
            (["--samples", "1/2"], "samples: requires an integer, got 1/2"),
            (["--seed", "-1"], "seed: requires an integer of at least 0, got -1"),
            (["--seed", "x"], "seed: requires a finite number"),
            (["claims"], "unrecognized arguments: claims"),
        ],
    )
    def test_wrong_input_is_one_line(self, capsys, arguments, words):
        try:
            status = main(["claims", *arguments])
        except SystemExit as left:
            status = left.code
        err = capsys.readouterr().err
        assert status == 2
        assert err.count("\n") == 1
        assert words in err
