"""The command line: ``dilemma``, or ``python -m dilemma``."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TextIO

import dilemma
from dilemma.alliance import TERMS, Alliance
from dilemma.arrays.exact import fraction
from dilemma.equilibria import nash, pure_nash, pure_profiles
from dilemma.evolution import Population, basins, connections, rest_points
from dilemma.game import read_strategic
from dilemma.repeated import (
    compare_with_stage,
    critical_discount,
    payoff_set,
    policy_game,
    punishment_ladder,
)
from dilemma.show import record, table
from dilemma.study import concept_thresholds, sweep, thresholds
from dilemma.study.sweeps.files import read_axis, read_option, require_kind, summary, write_sweep

# What an ASCII console can show instead.
_ASCII = str.maketrans(
    {"≥": ">=", "≤": "<=", "−": "-", "–": "-", "×": "x", "…": "...", "“": '"', "”": '"',
     "τ": "tau", "ω": "omega", "σ": "sigma", "η": "eta", "ℓ": "l", "κ": "kappa_", "ν": "nu",
     "π": "pi", "ρ": "rho"}
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line on standard error."""

    def error(self, message: str) -> NoReturn:
        _say(f"dilemma: {_one_line(message)}", sys.stderr)
        raise SystemExit(2)

    def print_help(self, file: Any = None) -> None:
        _say(self.format_help().rstrip(), file or sys.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with some arguments, and return its exit status.

    Examples
    --------
    >>> main(["alliance", "--trust", "1.2"])
    2
    """
    given = _joined(sys.argv[1:] if arguments is None else list(arguments))
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given = ["alliance", *given]
    try:
        chosen = _parser().parse_args(given)
        _say(chosen.run(chosen), sys.stdout)
    except BrokenPipeError:
        # The reader has seen enough.
        _abandon(sys.stdout)
    except (ValueError, TypeError, ModuleNotFoundError) as error:
        _say(f"dilemma: {_one_line(error)}", sys.stderr)
        return 2
    except OSError as error:
        if error.filename is None:
            _abandon(sys.stdout)
        where = "standard output" if error.filename is None else error.filename
        _say(f"dilemma: {_one_line(where)}: {error.strerror}", sys.stderr)
        return 2
    except KeyboardInterrupt:
        _say("dilemma: stopped", sys.stderr)
        return 130
    return 0


def _abandon(stream: TextIO) -> None:
    """Send what a stream still holds nowhere, or Python would complain again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dilemma",
        description=textwrap.fill(
            "Learning dilemmas in strategic alliances. Without a command: the default alliance, "
            "its payoffs, learning outcomes, dilemma, equilibria and critical discount factor."
        ),
        epilog="example: dilemma alliance --trust 0.3 --stakes 2 --opportunism 1",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dilemma {dilemma.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    alliance = commands.add_parser(
        "alliance",
        help="an alliance on given terms, from payoffs to equilibria",
        description=textwrap.fill(
            "Print an alliance's payoffs, learning outcomes, kind of dilemma, every equilibrium, "
            "and the critical discount factor of collaboration under grim reversion to "
            "avoidance. Numbers such as 0.3, 3/10 or -1/5 are exact; a pair such as 0.2,0.9 "
            "gives the row firm's value and the column firm's."
        ),
        epilog="examples:\n  dilemma alliance --trust 0.9 --stakes 2\n"
        "  dilemma alliance --opportunism 0.2,0.9 --power -1/5 --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_terms(alliance)
    alliance.set_defaults(run=_alliance)

    solve = commands.add_parser(
        "solve",
        help="every equilibrium of a Gambit .nfg file",
        description=textwrap.fill(
            "Print every equilibrium of a two-player game in Gambit's strategic form (payoff or "
            "outcome version), exactly. Of a game of more players, or of one, print every pure "
            "equilibrium."
        ),
        epilog="examples:\n  dilemma solve game.nfg\n  cat game.nfg | dilemma solve - --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    solve.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    solve.set_defaults(run=_solve)

    moving = commands.add_parser(
        "thresholds",
        help="the exact values of one term at which the equilibria change",
        description=textwrap.fill(
            "Print every value of one term at which the set of equilibria changes, exactly, with "
            "what appears and vanishes there. The other terms are as for the command alliance."
        ),
        epilog="examples:\n  dilemma thresholds --parameter trust\n"
        "  dilemma thresholds --parameter stakes --over 0.1,8 --trust 0.1",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    moving.add_argument(
        "--parameter", required=True, metavar="TERM", help="a term, such as trust or stakes.row"
    )
    moving.add_argument("--over", metavar="LOW,HIGH", help="its range (the term's domain)")
    moving.add_argument(
        "--concept",
        metavar="WORDS",
        help="instead of equilibria: evolutionary stability, risk dominance, dominance, or "
        "critical discount (of collaboration, with reversion to avoidance)",
    )
    _add_terms(moving)
    moving.set_defaults(run=_thresholds)

    sweeping = commands.add_parser(
        "sweep",
        help="a measure of the alliance over a grid of terms, into a file",
        description=textwrap.fill(
            "Evaluate a measure at every combination of some terms' values, and write the answer "
            "to a file: a zarr store, which continues where it was stopped, netCDF or CSV. The "
            "other terms are as for the command alliance."
        ),
        epilog="examples:\n  dilemma sweep --measure regime --axis trust=0:1:101 \\\n"
        "    --axis stakes=1/2:4:50 --out regimes.nc\n"
        "  dilemma sweep --measure stationary_share --option size=50 \\\n"
        "    --axis trust=0:1:21 --out share.csv",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sweeping.add_argument(
        "--measure",
        required=True,
        metavar="NAME",
        help="such as regime or welfare; any other word lists them all",
    )
    sweeping.add_argument(
        "--axis",
        required=True,
        action="append",
        metavar="TERM=LOW:HIGH:COUNT",
        help="exact, ends included; or TERM=VALUE,VALUE,...; again for each further axis",
    )
    sweeping.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="of the measure"
    )
    sweeping.add_argument(
        "--out", required=True, metavar="FILE", help="ending in .zarr, .nc or .csv"
    )
    sweeping.add_argument("--workers", metavar="N", help="threads (all cores)")
    sweeping.add_argument("--cluster", metavar="ADDRESS", help="of a dask scheduler")
    sweeping.add_argument("--seed", metavar="N", help="for a measure that draws")
    _add_terms(sweeping)
    sweeping.set_defaults(run=_sweep)

    evolve = commands.add_parser(
        "evolve",
        help="where populations of firms in such alliances drift to",
        description=textwrap.fill(
            "Print the rest points of the replicator rule, how much of the state space leads to "
            "each, the path by which collaboration gives way, and where a finite population is "
            "found in the long run. (The first run on a computer compiles for some seconds.) The "
            "terms are as for the command alliance; partners must be alike."
        ),
        epilog="examples:\n  dilemma evolve --trust 0.75\n"
        "  dilemma evolve --trust 0.9 --size 50 --selection 0.1 --process moran",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    evolve.add_argument("--size", default="100", metavar="N", help="firms (100)")
    evolve.add_argument("--selection", default="1", metavar="X", help="its strength (1)")
    evolve.add_argument(
        "--process", default="fermi", metavar="NAME", help="fermi, moran or introspection (fermi)"
    )
    evolve.add_argument(
        "--mutation", default="rare", metavar="X", help='"rare", or a rate in (0, 1] (rare)'
    )
    evolve.add_argument(
        "--starts", default="512", metavar="N", help="starts for the basins of attraction (512)"
    )
    _add_terms(evolve)
    evolve.set_defaults(run=_evolve)

    repeat = commands.add_parser(
        "repeat",
        help="what a shared future sustains",
        description=textwrap.fill(
            "Print how patient partners must be for collaboration, under ever harsher "
            "punishments; all payoffs that the discount factor sustains; and which policies are "
            "equilibria among those with a name. The terms are as for the command alliance."
        ),
        epilog="examples:\n  dilemma repeat --trust 0.1 --discount 0.6\n"
        "  dilemma repeat --trust 0.1 --discount 0.9 --suspicion 0.05",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    repeat.add_argument(
        "--discount", default="9/10", metavar="X", help="long-term orientation, in [0, 1) (9/10)"
    )
    repeat.add_argument(
        "--suspicion", default="0", metavar="X", help="how often an act goes wrong (0)"
    )
    _add_terms(repeat)
    repeat.set_defaults(run=_repeat)

    claiming = commands.add_parser(
        "claims",
        help="what became of the claims of the article that named the dilemma",
        description=textwrap.fill(
            "Examine the claims of Larsson et al. (1998), as stated for the payoffs here and for "
            "several measures each, and print a table of verdicts: proved, refuted with a "
            "counterexample, true on a condition, or held at sampled points. About a minute; "
            "stopped by Ctrl-C, it prints what it has."
        ),
        epilog="examples:\n  dilemma claims --only stakes\n"
        "  dilemma claims --only 'opportunism: strict equilibrium' --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    claiming.add_argument(
        "--only", default="", metavar="TEXT", help="claims whose names hold this text (all)"
    )
    claiming.add_argument(
        "--samples",
        default="128",
        metavar="N",
        help="points for each claim that no polynomial decides (128)",
    )
    claiming.add_argument("--seed", default="11", metavar="N", help="of these points (11)")
    claiming.set_defaults(run=_claims)

    reporting = commands.add_parser(
        "report",
        help="an alliance on given terms as one HTML file, to read and to print",
        description=textwrap.fill(
            "Write a report on an alliance: its dilemma, game, equilibria, thresholds, evolution, "
            "repeated play, sensitivity and claims, in words, tables and pictures, as one HTML "
            "file that needs no network. A file that exists is overwritten. (It takes some ten "
            "seconds; the first run on a computer compiles for longer.) The terms are as for the "
            "command alliance."
        ),
        epilog="examples:\n  dilemma report --trust 0.3 out.html\n"
        "  dilemma report --stakes 1,2 --seed 7 out.html",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reporting.add_argument("file", metavar="FILE", help="the file to write, such as out.html")
    reporting.add_argument("--seed", default="0", metavar="N", help="of all samples (0)")
    _add_terms(reporting)
    reporting.set_defaults(run=_report)

    for command in (alliance, solve, moving, evolve, repeat, claiming):
        command.add_argument("--json", action="store_true", help="JSON, exact values as texts")
    return parser


def _add_terms(command: argparse.ArgumentParser) -> None:
    """Give a command a flag for every term of an alliance."""
    for term in TERMS:
        pair = "; or a pair" if term.per_firm else ""
        command.add_argument(
            f"--{term.name.replace('_', '-')}",
            metavar="X,Y" if term.per_firm else "X",
            help=f"{term.meaning} ({term.domain.words}{pair}; {term.default})",
        )


def _chosen_alliance(chosen: argparse.Namespace) -> Alliance:
    terms: dict[str, Any] = {}
    for term in TERMS:
        text = getattr(chosen, term.name)
        if text is not None:
            parts = [part.strip() for part in text.split(",")]
            terms[term.name] = parts[0] if len(parts) == 1 else tuple(parts)
    return Alliance(**terms)


def _thresholds(chosen: argparse.Namespace) -> str:
    alliance = _chosen_alliance(chosen)
    over = None if chosen.over is None else [part.strip() for part in chosen.over.split(",")]
    parameter = chosen.parameter.replace("-", "_")
    found: Any
    if chosen.concept is None:
        found = thresholds(alliance, parameter, over)
    else:
        found = concept_thresholds(alliance, parameter, chosen.concept, over)
    if chosen.json:
        return _json("thresholds", alliance=record(alliance), thresholds=record(found))
    head = (
        f"dilemma {dilemma.__version__}: thresholds along {parameter}, whose own value below is "
        "not used"
    )
    return f"{head}\n{table(alliance)}\n\n{table(found)}"


def _sweep(chosen: argparse.Namespace) -> str:
    from dilemma.study.measures import measure_named

    path = Path(chosen.out)
    require_kind(path)
    alliance, axes = _chosen_alliance(chosen), [read_axis(one) for one in chosen.axis]
    names = [name for name, _ in axes]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"--axis: requires each term once, got {name} twice")
    found = sweep(
        alliance,
        partial(measure_named(chosen.measure), **dict(map(read_option, chosen.option))),
        dict(axes),
        store=path if path.suffix == ".zarr" else None,
        workers=None if chosen.workers is None else _whole(chosen.workers, "workers"),
        cluster=chosen.cluster,
        seed=None if chosen.seed is None else _whole(chosen.seed, "seed"),
        progress=sys.stderr is not None and sys.stderr.isatty(),
    )
    if path.suffix != ".zarr":
        write_sweep(found, path)
    head = f"dilemma {dilemma.__version__}: {chosen.measure} over {' and '.join(names)}"
    others = textwrap.fill(f"other terms: {found.attrs['terms']}", 80, subsequent_indent="  ")
    return f"{head}\n{others}\n\n{summary(found)}\nwritten to {path}"


def _claims(chosen: argparse.Namespace) -> str:
    from dilemma.propositions import CLAIMS, examine_claims

    samples, seed = (_whole(getattr(chosen, name), name) for name in ("samples", "seed"))
    claims = {name: one for name, one in CLAIMS.items() if chosen.only.lower() in name.lower()}
    if not claims:
        rows = ", ".join(dict.fromkeys(name.partition(":")[0] for name in CLAIMS))
        raise ValueError(
            f"--only: requires a text in the name of a claim on {rows}, got {chosen.only!r}"
        )
    if seed < 0:
        raise ValueError(f"seed: requires an integer of at least 0, got {seed}")
    found = examine_claims(
        claims,
        samples=samples,
        seed=seed,
        progress=sys.stderr is not None and sys.stderr.isatty(),
    )
    head = f"dilemma {dilemma.__version__}: the claims of Larsson et al. (1998), stated for these"
    text = f"{head}\npayoffs; a verdict is on the formal statement\n\n{table(found)}"
    if chosen.json:
        text = _json("claims", claims=record(found))
    if len(found) < found.asked:
        # What it has is not lost, and the status says that it was stopped.
        _say(text, sys.stdout)
        raise KeyboardInterrupt
    return text


def _evolve(chosen: argparse.Namespace) -> str:
    alliance = _chosen_alliance(chosen)
    game = alliance.game()
    size, starts = (_whole(getattr(chosen, name), name) for name in ("size", "starts"))
    mutation = chosen.mutation if chosen.mutation == "rare" else _number(chosen, "mutation")
    population = Population(game, size, _number(chosen, "selection"), chosen.process, mutation)
    resting = rest_points(game)
    parts = {
        "rest_points": resting,
        "basins": basins(game, starts=starts),
        "long_run": population.stationary_distribution(),
    }
    names = [name for name in ("collaboration", "avoidance") if name in game.strategies[0]]
    path = connections(game).path(*names) if len(names) == 2 else ()
    if chosen.json:
        steps = [step.words for step in path]
        found = {name: record(one) for name, one in parts.items()}
        return _json("evolve", alliance=record(alliance), **found, path=steps)
    words = "; ".join(step.words for step in path) or "none along connections of rest points"
    return "\n\n".join(
        [
            f"dilemma {dilemma.__version__}: populations of firms in alliances\n{table(alliance)}",
            f"Rest points of the replicator rule\n{table(resting)}",
            f"Basins of attraction\n{table(parts['basins'])}",
            textwrap.fill(f"From collaboration to avoidance: {words}", 80, subsequent_indent="  "),
            f"A finite population in the long run\n{table(parts['long_run'])}",
        ]
    )


def _repeat(chosen: argparse.Namespace) -> str:
    alliance = _chosen_alliance(chosen)
    game = alliance.game()
    discount, suspicion = _number(chosen, "discount"), _number(chosen, "suspicion")
    sustained = payoff_set(game, discount)
    ladder = punishment_ladder(game, "collaboration", "avoidance")
    more = compare_with_stage(game, discount)
    stable = pure_nash(policy_game(game, discount=discount, suspicion=suspicion))
    if chosen.json:
        return _json(
            "repeat",
            alliance=record(alliance),
            discount=str(discount),
            suspicion=str(suspicion),
            punishment_ladder=record(ladder),
            payoff_set=record(sustained),
            comparison=record(more),
            policies=record(stable),
        )
    misses = f" and suspicion {suspicion}" if suspicion else ""
    title = f"Pure equilibria among policies with a name, at discount factor {discount}{misses}"
    return "\n\n".join(
        [
            f"dilemma {dilemma.__version__}: a shared future\n{table(alliance)}",
            f"Patience that mutual collaboration needs\n{table(ladder)}",
            f"All payoffs of pure strategies at discount factor {discount}\n{table(sustained)}",
            f"Against the stage game\n{table(more)}",
            f"{textwrap.fill(title, 80, subsequent_indent='  ')}\n{table(stable)}",
        ]
    )


def _report(chosen: argparse.Namespace) -> str:
    from dilemma.show import report

    path = report(
        _chosen_alliance(chosen),
        chosen.file,
        seed=_whole(chosen.seed, "seed"),
        progress=sys.stderr is not None and sys.stderr.isatty(),
    )
    return f"written to {path}"


def _number(chosen: argparse.Namespace, name: str) -> Any:
    return fraction(getattr(chosen, name), name)


def _whole(text: str, name: str) -> int:
    value = fraction(text, name)
    if value.denominator != 1:
        raise ValueError(f"{name}: requires an integer, got {text}")
    return int(value)


def _alliance(chosen: argparse.Namespace) -> str:
    alliance = _chosen_alliance(chosen)
    game, outcomes, kind = alliance.game(), alliance.outcomes(), alliance.dilemma()
    equilibria = nash(game)
    patience = critical_discount(game, "collaboration", "avoidance")
    if chosen.json:
        return _json(
            "alliance",
            alliance=record(alliance),
            game=record(game),
            outcomes=record(outcomes),
            dilemma=record(kind),
            nash=record(equilibria),
            critical_discount=record(patience),
        )
    return "\n\n".join(
        [
            f"dilemma {dilemma.__version__}: an alliance of two firms\n{table(alliance)}",
            f"Payoffs\n{table(game)}",
            f"Learning outcomes\n{table(outcomes)}",
            f"Dilemma, on collaboration and competition\n{table(kind)}",
            f"Equilibria\n{table(equilibria)}",
            "Critical discount factor of collaboration, by grim reversion to avoidance\n"
            f"{table(patience)}",
        ]
    )


def _solve(chosen: argparse.Namespace) -> str:
    read = read_strategic(chosen.file)
    if len(read.players) != 2:
        pure = pure_profiles(read)
        if chosen.json:
            return _json("solve", game=record(read), pure_profiles=record(pure))
        return f"{table(read)}\n\n{table(pure)}"
    game = read.to_game()
    equilibria = nash(game)
    if chosen.json:
        return _json("solve", game=record(game), nash=record(equilibria))
    return f"{table(game)}\n\n{table(equilibria)}"


def _json(command: str, **parts: Any) -> str:
    whole = {"dilemma_version": dilemma.__version__, "command": command, **parts}
    return json.dumps(whole, indent=1, ensure_ascii=True)


def _joined(arguments: list[str]) -> list[str]:
    """Join an option with a negative number after it, which would pass for an option."""
    joined: list[str] = []
    for one in arguments:
        if (
            joined
            and re.fullmatch(r"--[a-z][a-z-]*", joined[-1])
            and re.match(r"-([\d.]|inf|nan)", one, re.I)
        ):
            joined[-1] += f"={one}"
        else:
            joined.append(one)
    return joined


def _one_line(words: object) -> str:
    return " ".join(str(words).split())


def _say(text: str, stream: TextIO | None) -> None:
    """Print a text; signs that the console lacks are written in ASCII."""
    if stream is None:  # closed by whoever started the command
        return
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = text.translate(_ASCII)
        text = text.encode(stream.encoding, "backslashreplace").decode(stream.encoding)
    print(text, file=stream, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
