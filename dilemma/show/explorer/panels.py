"""What is said about one alliance beside its sliders, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from dilemma.alliance import Alliance, Dilemma
from dilemma.equilibria import evolutionarily_stable, nash
from dilemma.evolution import Population
from dilemma.game import Game
from dilemma.game.display import listed, number
from dilemma.repeated import critical_discount
from dilemma.show.pictures.theme import colours_of, short_names

SIZE = 100
_MOST = 12
_NAMES = ("temptation", "reward", "punishment", "sucker")

# Containment makes panels as wide as there is room, so that wide tables scroll inside them.
STYLE = """<style>
.dilemma-explorer {background:#fff; color:#1c1c1c; padding:.6em; font-size:13px; line-height:1.35;
 contain:inline-size}
.dilemma-explorer h4 {margin:.7em 0 .2em; font-size:14px; color:#1c1c1c}
.dilemma-explorer p {margin:.2em 0}
.dilemma-explorer table {border-collapse:collapse; color:#1c1c1c; background:#fff; font-size:13px}
.dilemma-explorer caption {text-align:left; color:#4a4a4a; padding:.2em 0}
.dilemma-explorer th, .dilemma-explorer td {padding:.15em .5em; text-align:right;
 border-bottom:1px solid #ddd; background:#fff; color:#1c1c1c}
.dilemma-explorer th[scope=row], .dilemma-explorer th:first-child {text-align:left}
.dilemma-explorer th[scope=row] {font-weight:normal}
.dilemma-explorer .scroll {overflow-x:auto}
</style>"""


def answers(alliance: Alliance) -> str:
    """Say what an alliance is, settles on, needs, and drifts to.

    Examples
    --------
    >>> "stag hunt" in answers(Alliance(trust=0.75))
    True
    """
    game = alliance.game()
    return "".join(
        (
            _kind(alliance),
            _equilibria(game),
            _patience(alliance, game),
            _long_run(game),
            _payoffs(game),
        )
    )


def _kind(alliance: Alliance) -> str:
    found = alliance.dilemma()
    firms = ("row firm", "column firm")
    same = all(pair[0] == pair[1] for pair in _values(found))
    lines = [
        f"<p>{'' if same else firms[k] + ': '}"
        + ", ".join(
            f"{name} {number(pair[k])}" for name, pair in zip(_NAMES, _values(found), strict=True)
        )
        + "</p>"
        for k in range(1 if same else 2)
    ]
    return f'<h4>Dilemma: <span class="kind">{escape(str(found.kind))}</span></h4>{"".join(lines)}'


def _values(found: Dilemma) -> tuple[tuple[Fraction, Fraction], ...]:
    return found.temptation, found.reward, found.punishment, found.sucker


def _payoffs(game: Game) -> str:
    short = Game(
        game.exact_payoffs,
        strategies=tuple(_distinct(names) for names in game.strategies),
        players=game.players,
    )
    return f"<h4>Payoffs</h4><div class='scroll'>{short._repr_html_()}</div>"


def _distinct(names: Sequence[str]) -> Sequence[str]:
    short = short_names(names)
    return short if len(set(short)) == len(short) else names


def _equilibria(game: Game) -> str:
    found = nash(game)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.words)}</th><td>{number(one.payoffs[0])}</td>'
        f"<td>{number(one.payoffs[1])}</td><td>{'yes' if one.strict else 'no'}</td></tr>"
        for one in found[:_MOST]
    )
    more = len(found) - _MOST
    ending = f"<p>and {more} more: <code>nash(alliance.game())</code></p>" if more > 0 else ""
    return (
        f'<h4>Equilibria</h4><p class="settled">{escape(found.status)}</p>'
        '<div class="scroll"><table class="equilibria"><thead><tr><th scope="col">equilibrium</th>'
        '<th scope="col">row firm</th><th scope="col">column firm</th>'
        f'<th scope="col">strict</th></tr></thead><tbody>{rows}</tbody></table></div>{ending}'
    )


def _patience(alliance: Alliance, game: Game) -> str:
    names = [one.name for one in alliance.strategies]
    if not {"collaboration", "avoidance"} <= set(names):
        return ""
    found = critical_discount(game, "collaboration", "avoidance")
    return f'<h4>Repeated play</h4><p class="patience">{escape(found.status)}</p>'


def _long_run(game: Game) -> str:
    alone = game.is_symmetric
    size = SIZE if alone else (SIZE, SIZE)
    law = Population(game, size=size, selection=1).stationary_distribution()
    of = "a population of 100 firms" if alone else "two populations of 100 firms"
    said = f"Share of time in {of} (imitation of strength 1, rare mutation). "
    if alone:
        stable = [
            " and ".join(
                name for name, share in zip(game.strategies[0], one.strategy, strict=True) if share
            )
            + f" ({one.kind})"
            for one in evolutionarily_stable(game)
        ]
        said += (
            f"Evolutionarily stable: {listed(stable)}."
            if stable
            else "No strategy is evolutionarily stable."
        )
    if len(law.classes) > 1:
        shown = f"<p>{escape(law.status)}</p>"
    else:
        shown = "".join(
            ("" if alone else f"<p>{escape(game.players[player])}s</p>")
            + _bars(game.strategies[player], shares)
            for player, shares in enumerate(law.shares)
        )
    return f'<h4>Evolution</h4><p class="evolution">{escape(said)}</p>{shown}'


def _bars(strategies: Sequence[str], shares: Sequence[float]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td style="width:60%;text-align:left"><span '
        f'style="display:inline-block;height:.8em;width:{100 * share:.2f}%;'
        f'background:{colour}"></span></td>'
        f'<td style="white-space:nowrap">{100 * share:.1f} %</td></tr>'
        for name, share, colour in zip(strategies, shares, colours_of(strategies), strict=True)
    )
    return f'<table class="long-run" style="width:100%">{rows}</table>'
