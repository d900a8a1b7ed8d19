"""All pure equilibria of a game between any number of players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dilemma.arrays.exact import common_denominator, fractions
from dilemma.equilibria.words import describe_profile
from dilemma.game import Game, GroupGame, StrategicGame
from dilemma.game.display import listed, number
from dilemma.solution import Solution
from dilemma.writing.lines import wrapped
from dilemma.writing.pages import Displayed, framed, grid, obtained

# Longer lists are cut where they are printed, which the print says; the answer holds them all.
MOST_PRINTED = 40


@dataclass(frozen=True)
class PureProfile(Displayed):
    """A pure Nash equilibrium of n players.

    Attributes
    ----------
    profile : tuple of n int
        Each player's strategy.
    played : tuple of n str
        The same by name.
    payoffs : tuple of n Fraction
    regret : Fraction
        The most that a player could gain by deviating alone, from its definition.
    strict : bool
        True if every deviation by one player makes that player worse off.
    words : str
        Who plays what.
    """

    profile: tuple[int, ...]
    played: tuple[str, ...]
    payoffs: tuple[Fraction, ...]
    regret: Fraction
    strict: bool
    words: str

    def __str__(self) -> str:
        kind = "strict" if self.strict else "not strict"
        noun = "payoff" if len(self.payoffs) == 1 else "payoffs"
        earned = listed([number(value) for value in self.payoffs])
        return f"{self.words}: {noun} {earned}, regret {self.regret}, {kind}"


@dataclass(frozen=True, kw_only=True, repr=False)
class PureProfiles(Solution, Sequence[PureProfile]):
    """All pure Nash equilibria of a game of n players: a sequence of `PureProfile`.

    Attributes
    ----------
    equilibria : tuple of PureProfile
        The last player's strategy changes fastest.
    players : tuple of n str
        The players' names.
    method, exact, complete, status
        As in every answer of the library; complete as far as pure equilibria go.
    """

    equilibria: tuple[PureProfile, ...]
    players: tuple[str, ...]

    @overload
    def __getitem__(self, index: int) -> PureProfile: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PureProfile, ...]: ...
    def __getitem__(self, index: int | slice) -> PureProfile | tuple[PureProfile, ...]:
        return self.equilibria[index]

    def __len__(self) -> int:
        return len(self.equilibria)

    def __iter__(self) -> Iterator[PureProfile]:
        return iter(self.equilibria)

    def __str__(self) -> str:
        lines = [self.status, *(f"  {one}" for one in self[:MOST_PRINTED])]
        if len(self) > MOST_PRINTED:
            lines.append(f"  … and {len(self) - MOST_PRINTED:,} more")
        return wrapped(lines)

    def _repr_html_(self) -> str:
        head = ("equilibrium", "payoffs", "regret", "strict")
        rows = [(one.words, one.payoffs, one.regret, one.strict) for one in self]
        return framed(grid(self.status, head, rows) + obtained(self))


def pure_profiles(game: StrategicGame) -> PureProfiles:
    r"""Find all pure Nash equilibria of a game between any number of players.

    A profile is one if each player's payoff is the largest that its own strategies give against
    the others' in the profile.

    Parameters
    ----------
    game : StrategicGame
        Of n players with s_1, …, s_n strategies; `dilemma.game.StrategicGame.from_group` makes
        one of a group.

    Returns
    -------
    PureProfiles
        Exact, and complete as far as pure equilibria go; it may be empty. Mixed equilibria are
        not looked for: those that another solver finds are checked by `StrategicGame.regret`.

    Raises
    ------
    TypeError
        If the argument is no `StrategicGame`.

    See Also
    --------
    pure_nash, nash : the same, and all equilibria, of two players.

    Notes
    -----
    Every payoff is compared once with the largest of its line, over all :math:`\prod_p s_p`
    profiles at once: as an integer over a player's common denominator, or as the float that was
    given, for floats are in the order of the decimals that they mean.

    Examples
    --------
    Three firms enter a market that feeds one or two of them.

    >>> earned = [[[[0, 0], [0, 0]], [[3, 1], [1, -1]]],
    ...           [[[0, 0], [3, 1]], [[0, 0], [1, -1]]],
    ...           [[[0, 3], [0, 1]], [[0, 1], [0, -1]]]]
    >>> entry = StrategicGame(earned, ["stay out", "enter"], ["Ann", "Bob", "Eve"])
    >>> print(pure_profiles(entry))
    3 pure equilibria of 3 players, and no other pure one; mixed equilibria are not
        looked for.
      Ann plays stay out; Bob and Eve play enter: payoffs 0, 1 and 1, regret 0,
        strict
      Ann and Eve play enter; Bob plays stay out: payoffs 1, 0 and 1, regret 0,
        strict
      Ann and Bob play enter; Eve plays stay out: payoffs 1, 1 and 0, regret 0,
        strict
    """
    _require_strategic(game)
    stable = np.ones(game.shape, dtype=bool)
    alone = np.ones(game.shape, dtype=bool)
    for player in range(len(game.players)):
        values = _comparable(game, player)
        best = values == values.max(axis=player, keepdims=True)
        stable &= best
        alone &= best.sum(axis=player, keepdims=True) == 1
    places = np.argwhere(stable)
    payoffs, regrets = _from_definition(game, places)
    found = tuple(
        PureProfile(
            profile=(profile := tuple(map(int, place))),
            played=tuple(names[i] for names, i in zip(game.strategies, profile, strict=True)),
            payoffs=tuple(earned),
            regret=max(regret),
            strict=bool(alone[profile]),
            words=describe_profile(game, profile),
        )
        for place, earned, regret in zip(places, payoffs, regrets, strict=True)
    )
    return PureProfiles(
        method="comparison of every payoff with those of the player's other strategies",
        exact=True,
        complete=True,
        status=_status(len(found), len(game.players)),
        equilibria=found,
        players=game.players,
    )


def _require_strategic(game: Any) -> None:
    if not isinstance(game, StrategicGame):
        hint = {Game: "from_game", GroupGame: "from_group"}.get(type(game))
        how = f" (StrategicGame.{hint} makes one of it)" if hint else ""
        if not hint and callable(getattr(game, "game", None)):
            how = " (a consortium's is consortium.game())"
        raise TypeError(f"game: requires a StrategicGame, got {type(game).__name__}{how}")


def _comparable(game: StrategicGame, player: int) -> NDArray[Any]:
    """One player's payoffs in numbers of the same order that machines compare quickly."""
    if game.holds_floats:
        floats: NDArray[np.float64] = game.payoffs[player]
        return floats
    exact: Any = game.exact_payoffs[player]
    scale = common_denominator(exact.flat)
    whole = [value.numerator * (scale // value.denominator) for value in exact.flat]
    kind = np.int64 if max(map(abs, whole)) < 2**63 else object
    return np.array(whole, dtype=kind).reshape(exact.shape)


def _from_definition(
    game: StrategicGame, places: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """What each player earns in some profiles, and could gain there alone: two (profile, player).

    Only the lines through these profiles become Fractions, if the game holds floats.
    """
    payoffs = game.payoffs if game.holds_floats else game.exact_payoffs
    earned, gains = [], []
    for player in range(len(game.players)):
        # Shape (player, profile, own strategy).
        line = np.repeat(places.T[..., None], game.shape[player], axis=2)
        line[player] = np.arange(game.shape[player])
        exact = fractions(payoffs[player][tuple(line)])
        own = exact[np.arange(len(places)), places[:, player]]
        earned.append(own)
        gains.append(exact.max(axis=1) - own if len(places) else own)
    return np.stack(earned, axis=1), np.stack(gains, axis=1)


def _status(found: int, players: int) -> str:
    who = "one player" if players == 1 else f"{players} players"
    mixed = "mixed equilibria are not looked for"
    if not found:
        return f"No pure equilibrium of {who}; {mixed}, though there is at least one."
    noun = "equilibrium" if found == 1 else "equilibria"
    if players == 1:
        mixed = "every mixture of them is one, too" if found > 1 else "there is no mixed one"
    return f"{found:,} pure {noun} of {who}, and no other pure one; {mixed}."
