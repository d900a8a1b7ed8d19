"""The nouns that models make and solvers take: games, batches of games, files of games."""

from dilemma.game.batch import Games
from dilemma.game.bimatrix import Game
from dilemma.game.files import parse_nfg, parse_strategic, read_nfg, read_strategic, write_nfg
from dilemma.game.groups import GroupGame
from dilemma.game.repeating import RepeatedGame, repetition
from dilemma.game.square import SquareGame
from dilemma.game.stochastic import StochasticGame
from dilemma.game.strategic import StrategicGame

__all__ = [
    "Game",
    "Games",
    "GroupGame",
    "RepeatedGame",
    "SquareGame",
    "StochasticGame",
    "StrategicGame",
    "parse_nfg",
    "parse_strategic",
    "read_nfg",
    "read_strategic",
    "repetition",
    "write_nfg",
]
