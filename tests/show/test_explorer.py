"""The explorer without a browser: what the widgets are told, and what they say back."""

import re
import sys
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy

from dilemma.alliance import (
    STRATEGIES,
    Alliance,
    Domain,
    PayoffModel,
    Strategy,
    Term,
    coopetition,
    strategy_grid,
)
from dilemma.equilibria import nash
from dilemma.repeated import critical_discount
from dilemma.show import explore
from dilemma.show.explorer.regimes import regimes_of


def texts(html):
    found = []

    class Reader(HTMLParser):
        def handle_data(self, data):
            found.append(data)

    Reader().feed(html)
    return " ".join(found)


def shown(explorer):
    """What the two panels say now."""
    box = explorer._box()
    return " ".join(texts(child.value) for child in box.children[1:])


def slider(explorer, description):
    (found,) = [
        one for one in explorer._box().children[0].children
        if getattr(one, "description", "") == description
    ]  # fmt: skip
    return found


class TestAnswersFollowTheSliders:
    def test_every_panel_is_that_of_the_alliance(self):
        explorer = explore(Alliance(trust="0.1"))
        slider(explorer, "trust").value = 0.9
        there = Alliance(trust="9/10")
        assert explorer.alliance == there
        said = shown(explorer)
        game = there.game()
        for one in nash(game):
            assert one.words in said
        assert critical_discount(game, "collaboration", "avoidance").status in said
        assert there.dilemma().kind in said
        assert "Evolutionarily stable: collaboration (ESS), compromise (ESS)" in said
        assert "mutual avoidance, mutual collaboration and mutual compromise" in said

    def test_a_slider_means_the_decimal_it_shows(self):
        explorer = explore()
        slider(explorer, "trust").value = 0.1 + 0.2
        assert explorer.alliance.trust == Fraction(3, 10)

    def test_terms_off_the_steps_stay_exact_until_moved(self):
        explorer = explore(Alliance(trust="1/3"))
        slider(explorer, "stakes").value = 2.0
        assert explorer.alliance == Alliance(trust="1/3", stakes=2)

    def test_what_a_front_end_rounds_by_itself_is_no_move(self):
        explorer = explore(Alliance(trust="1/3"))
        slider(explorer, "trust").value = 0.33
        slider(explorer, "stakes").value = 2.0
        assert explorer.alliance == Alliance(trust="1/3", stakes=2)
        slider(explorer, "trust").value = 0.34
        assert explorer.alliance.trust == Fraction(34, 100)
        slider(explorer, "trust").value = 0.33
        assert explorer.alliance.trust == Fraction(33, 100)

    def test_firms_that_differ_have_a_slider_each(self):
        explorer = explore(Alliance(opportunism=("0.2", "0.9"), power="-1/5"))
        slider(explorer, "opportunism.row").value = 0.5
        assert explorer.alliance.opportunism == (Fraction(1, 2), Fraction(9, 10))
        assert "two populations of 100 firms" in shown(explorer)

    def test_set_moves_the_sliders_and_widens_them(self):
        explorer = explore()
        explorer._box()
        explorer.set(stakes=40, trust="1/4")
        assert slider(explorer, "stakes").value == 40
        assert slider(explorer, "stakes").max == 40
        assert slider(explorer, "trust").value == 0.25

    def test_menus_change_the_map_and_swap_rather_than_agree(self):
        explorer = explore()
        slider(explorer, "map: up").value = "leakage"
        assert "second='leakage'" in explorer.code
        slider(explorer, "map: up").value = "trust"
        assert "first='leakage', second='trust'" in explorer.code

    def test_several_lasting_states_are_said(self):
        # Without costs and leakage, firms that show nothing are all alike.
        alliance = Alliance(leakage=0, receptivity_cost=0, transparency_cost=0, stakes=1000)
        assert "Evolution" in shown(explore(alliance))

    def test_open_ends_are_not_reached(self):
        explorer = explore(ranges={"stakes": (0, 2)})
        slider(explorer, "stakes").value = 0.0
        assert explorer.alliance.stakes == Fraction(1, 100)


class TestCode:
    def test_it_makes_the_same_explorer(self):
        first = explore(
            Alliance(trust="1/3", opportunism=("0.2", "0.9")),
            first="leakage",
            second="opportunism.row",
            ranges={"stakes": (1, 20)},
        )
        space = {}
        exec(first.code.replace("explore(alliance", "again = explore(alliance"), space)
        assert space["again"].code == first.code
        assert space["again"].alliance == first.alliance

    @staticmethod
    def made_again(explorer, **names):
        space = dict(names)
        exec(explorer.code.replace("explore(alliance", "again = explore(alliance"), space)
        assert space["again"].code == explorer.code
        assert space["again"].alliance == explorer.alliance

    def test_it_holds_when_firms_come_apart_and_together(self):
        explorer = explore(Alliance(opportunism=("0.2", "0.9")), "opportunism.row", "trust")
        slider(explorer, "opportunism.row").value = 0.9
        assert explorer.alliance == Alliance(opportunism="0.9")
        self.made_again(explorer)
        explorer.set(stakes=(1, 2))
        assert slider(explorer, "stakes.column").value == 2
        slider(explorer, "stakes.row").value = 2
        slider(explorer, "stakes.column").value = 3
        assert explorer.alliance.stakes == (2, 3)
        self.made_again(explorer)

    def test_a_given_range_follows_a_term_that_comes_apart(self):
        explorer = explore(ranges={"stakes": (1, 20)})
        explorer.set(stakes=(3, 4))
        assert (slider(explorer, "stakes.row").max, slider(explorer, "stakes.column").max) == (
            20,
            20,
        )
        assert "second='stakes.row'" in explorer.code
        self.made_again(explorer)

    @pytest.mark.parametrize(
        "strategies",
        [STRATEGIES[:1], STRATEGIES[::4], (Strategy('<b>\'s "x"', 1, "1/3", "b"), STRATEGIES[4])],
    )
    def test_strategies_are_written_out(self, strategies):
        self.made_again(explore(Alliance(strategies=strategies, stakes=(1, 2))))

    def test_payoff_models_are_named(self):
        self.made_again(explore(Alliance(model=coopetition), "leverage", "reverse_impact"))
        domain = Domain(Fraction(20), None)
        own = PayoffModel("ours", lambda i, j, t: (t["bonus"] * i.receptivity, t["bonus"]),
                          terms=(Term("bonus", "b", domain, Fraction(25), True, ""),))  # fmt: skip
        explorer = explore(Alliance(model=own, extra={"bonus": (30, 25)}))
        assert (slider(explorer, "bonus.row").min, slider(explorer, "bonus.row").max) == (20, 30)
        assert "# model: your own payoff model, 'ours'" in explorer.code
        self.made_again(explorer, model=own)


class TestSliders:
    def test_steps_fit_narrow_ranges(self):
        explorer = explore(ranges={"trust": ("0.5", "0.501")})
        found = slider(explorer, "trust")
        assert (found.step, found.readout_format) == (1e-4, ".4f")

    @pytest.mark.parametrize("end", ["min", "max"])
    def test_every_slider_at_its_end(self, end):
        explorer = explore(Alliance(stakes=(1, 2)))
        for found in explorer._box().children[0].children:
            if hasattr(found, "readout_format"):
                found.value = getattr(found, end)
        said = shown(explorer)
        assert all(one.words in said for one in nash(explorer.alliance.game()))
        assert "Evolution" in said


class TestMap:
    def test_strict_sets_are_those_of_the_exact_solver(self):
        span = {"trust": (Fraction(0), Fraction(1)), "stakes": (Fraction(1, 10), Fraction(8))}
        found = regimes_of(Alliance(), "trust", "stakes", span)
        draw = np.random.default_rng(5)
        for row, column in draw.integers(0, 100, size=(25, 2)):
            trust = Fraction(int(column), 99)
            stakes = Fraction(1, 10) + Fraction(79, 10) * Fraction(int(row), 99)
            solved = nash(Alliance(trust=trust, stakes=stakes).game())
            names = sorted(
                one.words.removeprefix("both play ")
                for one in solved
                if one.strict and one.row == one.column
            )
            words = found.words[found.codes[row, column]]
            said = sorted(re.findall(r"mutual (\w+)", words))
            assert said == names
        assert sum(found.shares) == pytest.approx(1)
        assert list(found.shares) == sorted(found.shares, reverse=True)

    def test_either_way_round_is_said_once(self):
        span = {"trust": (Fraction(0), Fraction(1)), "stakes": (Fraction(1, 10), Fraction(8))}
        words = " ".join(regimes_of(Alliance(), "trust", "stakes", span).words)
        assert "accommodation with competition (either way round)" in words
        assert "competition with accommodation" not in words


class TestWithoutWidgets:
    def test_a_static_picture_and_a_word(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "ipywidgets", None)
        bundle = explore(Alliance(trust="3/4"))._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html"}
        said = texts(bundle["text/html"])
        assert "A static picture" in said
        assert "dilemma[notebook]" in said
        assert "both play collaboration" in said
        assert '<image x="62"' in bundle["text/html"]

    def test_with_them_the_picture_is_there_for_other_front_ends(self):
        bundle = explore()._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert "A static picture" in bundle["text/html"]

    def test_names_are_escaped(self):
        strategies = (Strategy("<script>alert(1)</script>", 1, 1), Strategy("avoid", 0, 0))
        explorer = explore(Alliance(strategies=strategies))
        for html in (explorer._static(), *(one.value for one in explorer._box().children[1:])):
            assert "<script>" not in html


class TestErrors:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: explore(3), "alliance: requires an Alliance, got int"),
            (lambda: explore(Alliance(trust=np.linspace(0, 1, 3))), "requires numbers as terms"),
            (lambda: explore(Alliance(trust=sympy.Symbol("t"))), "requires numbers as terms"),
            (lambda: explore(Alliance(strategies=strategy_grid(3))), "at most 6 strategies"),
            (lambda: explore(first="truth"), "first: requires a term with a slider"),
            (lambda: explore(second="trust.row"), "second: requires a term with a slider"),
            (lambda: explore(first="stakes"), "second: requires another term"),
            (lambda: explore(ranges={"patience": (0, 1)}), "ranges: requires terms with a slider"),
            (lambda: explore(ranges={"stakes": (2, 1)}), "two increasing values of stakes"),
            (lambda: explore(ranges={"trust": (0, 2)}), "values of trust inside its domain"),
            (lambda: explore(ranges={"trust": (0, 1, 2)}), "a pair .low, high. for trust"),
        ],
    )
    def test_each_names_what_it_requires(self, call, message):
        with pytest.raises((TypeError, ValueError), match=message):
            call()
