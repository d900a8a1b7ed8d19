"""One of every answer and of every noun: it prints, it is a table, and it is a record."""

import dataclasses
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy

import dilemma
from dilemma import collective, equilibria, evolution, propositions, repeated, study, survey
from dilemma.alliance import STRATEGIES, Alliance, Strategy, TrustDynamics
from dilemma.game import (
    Game,
    Games,
    GroupGame,
    RepeatedGame,
    SquareGame,
    StochasticGame,
    StrategicGame,
)
from dilemma.show import record, table
from dilemma.solution import Solution
from dilemma.writing.pages import Displayed

SCRIPT, SPECIAL = "<script>alert(1)</script>", 'R&D\'s $x_1$ \\ "50 %"'
# A prisoner's dilemma, a stag hunt and a game of hawks and doves between strategies of such names.
PRISONERS = Game.symmetric([[3, 0], [5, 1]], [SCRIPT, SPECIAL])
HUNT = Game.symmetric([[4, 0], [3, 2]], [SCRIPT, SPECIAL])
CHICKEN = Game.symmetric([[6, 2], [7, 0]], [SCRIPT, SPECIAL])
RACE = Game.symmetric([[10, 3, 0], [15, 7, -4], [7, 5, -15]], [SCRIPT, SPECIAL, "high"])
TIED = Game.symmetric([[2, 2, 1], [2, 2, 1], [1, 1, 0]], [SCRIPT, SPECIAL, "grey"])
# A stag hunt of five: irrational equilibria.
GROUP = GroupGame(
    5, [SCRIPT, SPECIAL], lambda i, group: 4 * group[0] * (group[0] >= 3) - 5 * (i == 0)
)
ALLIANCE = Alliance(trust="3/4")


def square() -> SquareGame:
    give = np.zeros((2, 3, 2, 2), dtype=int).astype(object)
    give[1, 0, 0, 1], give[0, 2, 0, 0], give[1, 0, 0, 0] = 1, "-1/2", 1
    return SquareGame([give, give], [(SCRIPT, 1, 1), (SPECIAL, 1, 0)])


def world() -> StochasticGame:
    def follow(state: str, row: str, column: str) -> Any:
        if state == "<tense>":
            return "<tense>"
        return {"calm": "9/10", "<tense>": "1/10"} if row == column else "<tense>"

    return StochasticGame.by_rule({"calm": PRISONERS, "<tense>": PRISONERS}, follow)


def still_world() -> StochasticGame:
    plain = Game.symmetric([[3, 0], [5, 1]], ["share", "hide"])
    return StochasticGame({"<calm>": plain}, [[[[1], [1]]] * 2])


def state_policies() -> Any:
    return repeated.pure_state_policies(still_world())


def discount_formulas() -> Any:
    b, c = sympy.symbols("b c", positive=True)
    donation = [[[b - c, -c], [b, 0]], [[b - c, b], [-c, 0]]]
    return repeated.critical_discount_formula(donation, 0, 1, symbols=[b, c])


def machine() -> repeated.Automaton:
    return repeated.Automaton(
        {"<calm>": SCRIPT, "angry": {SCRIPT: "1/3", SPECIAL: "2/3"}},
        lambda _state, _own, other: "<calm>" if other == SCRIPT else "angry",
        PRISONERS,
        name="<mirror>",
    )


MIRROR = repeated.tit_for_tat(PRISONERS)


def coded() -> survey.CaseSurvey:
    return survey.simulate_survey(Alliance(trust="7/10"), 40, 2, 2, seed=1)


def claimed() -> propositions.Verdict:
    trust, stakes = propositions.term("trust"), propositions.term("stakes")
    return propositions.examine(propositions.Claim(trust < stakes, over=["trust", "stakes"]))


def three() -> StrategicGame:
    return StrategicGame.from_group(
        GroupGame.from_pairwise(CHICKEN, 3), ["Ann", "<script>", SPECIAL]
    )


def planned() -> survey.PowerAnalysis:
    return survey.power(
        Alliance(trust="3/5"), 2, cases=(20, 40), simulations=4, seed=1, progress=False
    )


def consortium() -> collective.Consortium:
    strategies = [Strategy(SCRIPT, 1, 1), Strategy(SPECIAL, 1, 0), Strategy("idle", 0, 0)]
    return collective.Consortium(4, goal=1, threshold=3, strategies=strategies)


def gloves() -> collective.Coalitions:
    return collective.Coalitions(["left", SCRIPT, "right"], lambda those: len(those) // 2)


MAKERS = {
    "AdaptiveDynamics": lambda: evolution.adaptive_dynamics(square()),
    "Agreement": lambda: survey.agreement(coded(), variable="receptivity", seed=1),
    "BackwardInduction": lambda: repeated.backward_induction(CHICKEN, 3),
    "Basins": lambda: evolution.basins(HUNT),
    "BestReply": lambda: repeated.best_reply(MIRROR, PRISONERS, "9/10"),
    "BootstrapFit": lambda: survey.bootstrap_fit(made("LogitFit"), 4, seed=1),
    "ConceptThresholds": lambda: study.concept_thresholds(ALLIANCE, "trust", "risk dominance"),
    "Connections": lambda: evolution.connections(HUNT),
    "Continuation": lambda: study.continuation(ALLIANCE, "trust"),
    "Core": lambda: gloves().core(),
    "CorrelatedEquilibrium": lambda: equilibria.correlated(CHICKEN),
    "CriticalDiscount": lambda: repeated.critical_discount(RACE, SCRIPT, "minmax"),
    "DiscountFormulas": discount_formulas,
    "Equilibria": lambda: equilibria.nash(CHICKEN),
    "EquilibriumList": lambda: equilibria.pure_nash(CHICKEN),
    "Division": lambda: gloves().shapley(),
    "EvolutionarilyStable": lambda: equilibria.evolutionarily_stable(HUNT),
    "EvolutionarySets": lambda: equilibria.evolutionary_sets(TIED),
    "Expectations": lambda: equilibria.expectations(HUNT),
    "FeasibleSet": lambda: repeated.feasible_set(PRISONERS),
    "FullChainLaw": lambda: evolution.Population(
        HUNT, 9, 1, mutation="1/100"
    ).stationary_distribution(),
    "InvasionGraph": lambda: evolution.Population(HUNT, 9, 1).invasion_graph(),
    "InvasionTest": lambda: evolution.Population(HUNT, 9, 1).favoured(SCRIPT, SPECIAL),
    "Learning": lambda: equilibria.fictitious_play(CHICKEN, periods=50, seed=1),
    "LemkeHowsonGraph": lambda: equilibria.lemke_howson_all(CHICKEN),
    "LemkeHowsonPath": lambda: equilibria.lemke_howson(CHICKEN, 0),
    "LinearRelation": lambda: repeated.enforced_relation(MIRROR, PRISONERS, 1),
    "LogitEquilibrium": lambda: equilibria.logit_equilibrium(CHICKEN, 1),
    "LogitFit": lambda: survey.fit_logit(coded().consensus("mean"), ALLIANCE, ("rationality",)),
    "LogitLimit": lambda: equilibria.logit_path(HUNT).limit,
    "LogitPath": lambda: equilibria.logit_path(CHICKEN),
    "LongRun": lambda: evolution.Population(HUNT, 9, 1).stationary_distribution(),
    "LongRunPlay": lambda: repeated.long_run(PRISONERS, [MIRROR, MIRROR], "9/10", "1/10"),
    "LongRunStates": lambda: repeated.long_run_states(world(), SCRIPT, "calm"),
    "MarkovEquilibria": lambda: repeated.markov_perfect(world(), "9/10"),
    "MarkovPerfection": lambda: repeated.is_markov_perfect(world(), SCRIPT, "9/10"),
    "Minmax": lambda: repeated.minmax(CHICKEN),
    "PayoffRange": lambda: equilibria.correlated_payoffs(CHICKEN),
    "PayoffSet": lambda: repeated.payoff_set(PRISONERS, "2/3"),
    "PolicyEquilibrium": lambda: repeated.is_equilibrium(PRISONERS, [MIRROR] * 2, "9/10"),
    "PolicyFit": lambda: survey.fit_policies(
        coded().consensus("mean"), ALLIANCE, ["grim", "reciprocate"]
    ),
    "Potential": lambda: equilibria.potential(HUNT),
    "PowerAnalysis": planned,
    "PublicMonitoring": lambda: repeated.public_monitoring(
        PRISONERS, ["1/10", "9/10"], SCRIPT, SPECIAL, longest=2
    ),
    "PureCompositions": lambda: equilibria.pure_compositions(GROUP),
    "PureProfiles": lambda: equilibria.pure_profiles(three()),
    "PunishmentLadder": lambda: repeated.punishment_ladder(RACE, SCRIPT, SPECIAL),
    "Rationalizable": lambda: equilibria.rationalizable(PRISONERS),
    "ReachingTimes": lambda: repeated.reaching_times(world(), SCRIPT, "<tense>"),
    "Recheck": lambda: propositions.recheck(made("Verdict")),
    "Regions": lambda: study.regions(ALLIANCE, "trust", "opportunism"),
    "RestPoints": lambda: evolution.rest_points(HUNT),
    "RiskDominance": lambda: equilibria.risk_dominance(HUNT),
    "SelectionGradient": lambda: evolution.gradient_of_selection(evolution.Population(HUNT, 9, 1)),
    "ShapeChanges": lambda: repeated.payoff_set_changes(PRISONERS, points=4),
    "SquareEquilibria": lambda: evolution.square_equilibria(square()),
    "StageComparison": lambda: repeated.compare_with_stage(PRISONERS, "2/3"),
    "Stance": lambda: repeated.partner_or_rival(MIRROR, PRISONERS, "9/10"),
    "StatePolicyPlay": lambda: repeated.state_policy_play(
        still_world(), state_policies()[:2], "9/10"
    ),
    "SymmetricEquilibria": lambda: equilibria.symmetric_equilibria(GROUP),
    "Thresholds": lambda: study.thresholds(ALLIANCE, "trust"),
    "Verdict": claimed,
    "Verdicts": lambda: propositions.examine_claims([made("Verdict").claim]),
}
NOUNS = {
    "Alliance": lambda: ALLIANCE,
    "batch of alliances": lambda: Alliance(trust=np.linspace(0, 1, 5), stakes=(1, 2)),
    "symbolic Alliance": lambda: Alliance(trust=sympy.Symbol("x_1")),
    "Automaton": machine,
    "CaseSurvey": coded,
    "Claim": lambda: made("Verdict").claim,
    "Classification": lambda: coded().consensus("mean").classified(),
    "Coalitions": lambda: gloves(),
    "Consortium": lambda: consortium(),
    "Dilemma": lambda: ALLIANCE.dilemma(),
    "Game": lambda: PRISONERS,
    "Games": lambda: Games(np.zeros((2, 2, 3, 3))),
    "GroupGame": lambda: GroupGame.from_pairwise(PRISONERS, 3),
    "Outcomes": lambda: ALLIANCE.outcomes(),
    "PayoffLine": lambda: consortium().along(SCRIPT, SPECIAL),
    "Policy": lambda: MIRROR,
    "Population": lambda: evolution.Population(HUNT, 9, 1),
    "RepeatedGame": lambda: RepeatedGame(PRISONERS, "9/10"),
    "SharedLearning": lambda: consortium().learning([3, 1, 0]),
    "SquareGame": square,
    "StatePolicy": lambda: state_policies()[0],
    "StochasticGame": world,
    "Strategy": lambda: STRATEGIES[0],
    "StrategicGame": three,
    "StrategyPairs": lambda: coded().consensus("mean").pairs(),
    "Transitions": lambda: survey.transition_counts(coded().consensus("mean")),
    "TrustDynamics": lambda: TrustDynamics(ALLIANCE),
}

EVERY = {**MAKERS, **NOUNS}


@cache
def made(name: str) -> Any:
    return EVERY[name]()


@cache
def classes(base: type) -> tuple[type, ...]:
    for module in pkgutil.walk_packages(dilemma.__path__, "dilemma."):
        if module.name != "dilemma.__main__":
            importlib.import_module(module.name)
    found = [base]
    for one in found:
        found += one.__subclasses__()
    return tuple(one for one in found[1:] if one.__module__.startswith("dilemma."))


def parts(thing: Any) -> Iterator[Any]:
    """A thing, and all that is in its fields."""
    yield thing
    if isinstance(thing, Displayed):
        for one in dataclasses.fields(thing):
            yield from parts(getattr(thing, one.name))
    elif isinstance(thing, (tuple, list)):
        for one in thing:
            yield from parts(one)


def words(element: ElementTree.Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def parsed(page: str) -> ElementTree.Element:
    """The page as a tree: it must be well-formed, and escaped where it is text."""
    return ElementTree.fromstring(f"<div>{page}</div>")


def test_there_is_one_of_every_answer():
    assert {one.__name__ for one in classes(Solution)} == set(MAKERS)
    for name in MAKERS:
        assert type(made(name)).__name__ == name


def test_what_rooms_offer_has_a_table_of_its_own():
    """Every public dataclass is shown as a table."""
    for room in (
        "alliance", "collective", "equilibria", "evolution", "game", "propositions",
        "repeated", "study", "survey",
    ):  # fmt: skip
        module = importlib.import_module(f"dilemma.{room}")
        for name in module.__all__:
            thing = getattr(module, name)
            if isinstance(thing, type) and dataclasses.is_dataclass(thing):
                assert issubclass(thing, Displayed) or "_repr_html_" in vars(thing), name


@pytest.mark.parametrize("name", MAKERS)
def test_answers_print_within_eighty_columns(name):
    answer = made(name)
    text = str(answer)
    assert text.strip()
    assert max(map(len, text.splitlines())) <= 80
    assert answer.status.split()[0] in text


@pytest.mark.parametrize("name", EVERY)
def test_repr_is_one_line(name):
    said = repr(made(name))
    assert said.startswith("<") or said.isidentifier() or "(" in said
    if name in MAKERS:
        assert said == f"<{name}: {made(name).status}>"
    assert "\n" not in said


@pytest.mark.parametrize("name", EVERY)
def test_pages_are_tables_that_all_can_read(name):
    """Well-formed, with captions and headers of a scope; no colours, no scripts, no network."""
    for thing in parts(made(name)):
        if not hasattr(thing, "_repr_html_") or not type(thing).__module__.startswith("dilemma"):
            continue
        page = thing._repr_html_()
        tree = parsed(page)
        assert tree.find(".//caption") is not None, type(thing)
        assert words(tree.find(".//caption")).strip()
        assert all(one.get("scope") in ("row", "col") for one in tree.iter("th"))
        assert len(list(tree.iter("th")))
        tags = {one.tag for one in tree.iter()}
        assert tags <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "details",
                        "summary", "pre", "p", "small", "br", "b", "u"}  # fmt: skip
        styles = " ".join(one.get("style", "") for one in tree.iter())
        assert "color" not in styles
        assert "background" not in styles
        assert {key for one in tree.iter() for key in one.attrib} <= {
            "scope", "style", "title", "colspan"
        }  # fmt: skip
        for row in (row for body in tree.iter("tbody") for row in body if row.tag == "tr"):
            assert len(row) >= 1


@pytest.mark.parametrize("name", [n for n in EVERY if n not in ("Games", "batch of alliances")])
def test_tables_in_plain_text_fit_and_records_are_json(name):
    thing = made(name)
    if table.dispatch(type(thing)) is not table.dispatch(object):
        assert max(map(len, table(thing).splitlines())) <= 80
    else:
        assert name not in MAKERS
    if record.dispatch(type(thing)) is not record.dispatch(object):
        assert json.loads(json.dumps(record(thing), allow_nan=False))
    else:
        assert name not in MAKERS


def test_a_strategy_named_script_is_shown_and_not_run():
    shown = 0
    for name in EVERY:
        page = made(name)._repr_html_()
        assert "<script" not in page
        shown += SCRIPT in words(parsed(page))
    assert shown > 40


def test_an_answer_shows_its_status_its_fields_and_how_it_was_obtained():
    answer = made("FeasibleSet")
    tree = parsed(answer._repr_html_())
    assert words(tree.find(".//caption")) == answer.status
    heads = [words(one) for one in tree.find(".//tbody").findall("tr/th")]
    assert heads == ["feasible", "individually rational", "profiles", "minmax", "floor"]
    cells = dict(zip(heads, (words(one) for one in tree.find(".//tbody").findall("tr/td")),
                     strict=True))  # fmt: skip
    assert cells["minmax"] == "1, 1"
    assert cells["floor"] == "mixed"
    assert cells["individually rational"] == "(1, 1), (13/3, 1), (3, 3), (1, 13/3)"
    below = words(tree.find(".//small"))
    assert below == "Convex hull and half-planes in rational arithmetic; exact; complete."
    assert words(tree.find(".//pre")) == " ".join(str(answer).split())


def test_an_unfinished_answer_says_so():
    page = made("ShapeChanges")._repr_html_()
    assert "not complete" in page


def test_what_is_long_says_how_much_is_left_out():
    @dataclasses.dataclass(frozen=True)
    class Long(Displayed):
        text: str
        many: tuple[MIRROR.__class__, ...]
        numbers: np.ndarray
        nothing: tuple

    page = Long("x" * 1000, (MIRROR,) * 50, np.arange(10_000.0).reshape(100, 100), ())
    tree = parsed(page._repr_html_())
    assert "(400 letters more)" in words(tree)
    assert "and 10 more" in words(tree)
    assert "array of 100 x 100, from 0 to 9999" in words(tree)
    assert [words(one) for one in tree.find(".//tbody").findall("tr/td")][-1] == "none"


class TestLatex:
    @pytest.mark.parametrize(
        "name", ["Game", "Thresholds", "ConceptThresholds", "CriticalDiscount", "DiscountFormulas"]
    )
    def test_is_mathematics_with_balanced_braces(self, name):
        latex = made(name)._repr_latex_()
        assert latex.startswith("$")
        assert latex.endswith("$")
        plain = latex[1:-1].replace(r"\{", "").replace(r"\}", "").replace(r"\$", "")
        assert plain.count("{") == plain.count("}")
        assert "$" not in plain

    def test_names_are_escaped(self):
        latex = PRISONERS._repr_latex_()
        assert r"\text{R\&D's \$x\_1\$ ⧵" in latex
        assert r'"50 \%"}' in latex

    def test_thresholds_are_exact(self):
        latex = made("Thresholds")._repr_latex_()
        assert r"\tfrac{29}{45}" in latex
        for one in made("Thresholds").critical:
            assert one._repr_latex_()[1:-1] in latex

    def test_irrational_thresholds_are_radicals_or_roots_of_their_polynomial(self):
        from dilemma.arrays.algebraic import roots_in

        (golden,) = roots_in((-1, -1, 1), 0, 2)
        assert golden._repr_latex_() == r"$\tfrac{1 + \sqrt{5}}{2}$"
        (smaller,) = roots_in((-1, -1, 1), -2, 0)
        assert smaller._repr_latex_() == r"$\tfrac{1 - \sqrt{5}}{2}$"
        (root,) = roots_in((-8, 0, 1), -9, 0)
        assert root._repr_latex_() == r"$-2\sqrt{2}$"
        (cubic,) = roots_in((-2, 0, 0, 1), 0, 2)
        assert cubic._repr_latex_() == r"$1.25992\ldots,\; x^{3} - 2 = 0$"

    def test_the_critical_discount_factor(self):
        patience = repeated.critical_discount(PRISONERS, SCRIPT, SPECIAL)
        assert patience._repr_latex_() == r"$\delta^* = \tfrac{1}{2}$"
        never = repeated.critical_discount(PRISONERS, SCRIPT, SCRIPT)
        assert "no discount factor" in never._repr_latex_()
