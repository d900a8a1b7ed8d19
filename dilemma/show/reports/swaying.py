"""Which term matters: Sobol indices of welfare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dilemma.show.reports.settling import SMALL
from dilemma.show.reports.spans import span_of
from dilemma.show.reports.writing import (
    Section,
    Setting,
    paragraph,
    picture,
    several,
    shown,
    table,
)
from dilemma.study import sensitivity
from dilemma.study.measures import welfare

if TYPE_CHECKING:
    import xarray

TERMS = ("trust", "stakes", "opportunism")
SAMPLES = 512


def sensitivity_section(setting: Setting) -> Section:
    """Write how much of the variance of welfare is due to trust, stakes and opportunism."""
    short: list[str] = []
    if len(setting.names) > SMALL:
        body = setting.leave_out(
            "Sobol indices",
            f"with {len(setting.names)} strategies a firm thousands of games take too long for a "
            "report; sensitivity(alliance, measure) tries",
        )
    else:
        body = setting.attempt("Sobol indices", lambda: _indices(setting, short))
    return Section("Sensitivity", body, tuple(short))


def _indices(setting: Setting, short: list[str]) -> str:
    names = [
        name
        for term in TERMS
        for name in (
            (f"{term}.row", f"{term}.column")
            if isinstance(setting.alliance.terms[term], tuple)
            else (term,)
        )
    ]
    ranges = {name: span_of(setting.alliance, name) for name in names}
    found = sensitivity(
        setting.alliance, welfare, ranges, samples=SAMPLES, seed=setting.seed, progress=False
    ).isel(output=0)
    rows = [
        [
            name,
            f"{shown(ranges[name][0])} to {shown(ranges[name][1])}",
            *(_with_interval(found, kind, name) for kind in ("first_order", "total")),
        ]
        for name in names
    ]
    totals = {name: float(found["total"].sel(term=name)) for name in names}
    order = sorted(names, key=lambda name: -totals[name])
    told = [f"{name} {totals[name]:.2f}" for name in order]
    short.append(
        f"Welfare in the best equilibrium depends most on {order[0]} (total Sobol index "
        f"{totals[order[0]]:.2f})."
    )
    alt = (
        "Sobol indices of welfare with their intervals. Alone: "
        + ", ".join(f"{name} {float(found['first_order'].sel(term=name)):.2f}" for name in order)
        + f". In all: {several(told)}."
    )
    head = ["term", "range", "alone (interval)", "with others (interval)"]
    return "".join(
        [
            paragraph(
                "How much of the variance of welfare (both firms' payoffs together, in the best "
                "equilibrium) each term explains, when all three are drawn uniformly from their "
                f"ranges. {found.attrs['status']} {found.attrs['method']}; seed {setting.seed}."
            ),
            table("Sobol indices", head, rows),
            picture(found.expand_dims("output"), alt, "Shares of the variance of welfare."),
        ]
    )


def _with_interval(found: xarray.Dataset, kind: str, name: str) -> str:
    low, high = found[f"{kind}_interval"].sel(term=name).values
    return f"{float(found[kind].sel(term=name)):.3f} ({low:.3f}, {high:.3f})"
