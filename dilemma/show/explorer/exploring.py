"""An alliance under sliders: `explore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from dilemma.alliance import Alliance
from dilemma.arrays.exact import fraction
from dilemma.show.explorer import panels, regimes
from dilemma.show.explorer.recreating import code_of
from dilemma.show.explorer.sliders import (
    axes_of,
    both,
    inside,
    label_of,
    ranges_of,
    shown,
    step_of,
    value_of,
)

# Exact equilibria of larger games take longer than a slider may.
_MOST = 6
_NO_SLIDERS = (
    "A static picture: the sliders need a notebook with Jupyter widgets (JupyterLab, Notebook 7 "
    "or VS Code) and the extra <code>notebook</code>: "
    "<code>pip install 'dilemma[notebook]'</code>."
)


def explore(
    alliance: Alliance | None = None,
    first: str = "trust",
    second: str = "stakes",
    ranges: Mapping[str, Sequence[Any]] | None = None,
) -> Explorer:
    """Show an alliance in a notebook, with a slider for each of its terms.

    While a slider moves, everything is computed anew: the payoffs with their best replies, every
    equilibrium (exactly), a map of the strict equilibria over two terms (10,000 games), the kind
    of dilemma, the critical discount factor, and where a population of firms spends its time.

    Parameters
    ----------
    alliance : Alliance, optional
        Where the sliders start; the default alliance if left out. Terms that differ between the
        firms, as in ``stakes=(1, 2)``, get two sliders; so do those that `first`, `second` or
        `ranges` name for a firm, as in ``first="stakes.row"``.
    first, second : str
        The terms along the map's width and height; menus in the widget change them. Where the
        firms differ in such a term, the row firm's.
    ranges : mapping of str to pair of numbers, optional
        Ends of sliders, such as ``{"stakes": (1, 20)}``. Terms without an upper end have
        ranges of their own otherwise, widened so that the alliance is inside.

    Returns
    -------
    Explorer
        It shows itself where it is the last line of a cell. ``.alliance`` is the alliance as the
        sliders have it, ``.code`` the lines that make it again.

    Raises
    ------
    TypeError, ValueError
        If the alliance is a batch or holds symbols, has more than 6 strategies a firm, or the
        terms or ranges are not among those of its sliders.

    Notes
    -----
    The first use on a machine waits some seconds while the solver of the map is compiled. Without
    Jupyter's widgets the explorer shows as a static picture, and says so.

    Examples
    --------
    >>> explorer = explore(Alliance(trust=0.75))
    >>> explorer.set(trust=0.8)
    >>> print(explorer.code)
    from dilemma import Alliance, explore
    <BLANKLINE>
    alliance = Alliance(trust='4/5')
    explore(alliance, first='trust', second='stakes')
    """
    return Explorer(Alliance() if alliance is None else alliance, first, second, ranges or {})


class Explorer:
    """What `explore` returns: an alliance that sliders change, and what follows from its terms."""

    def __init__(
        self,
        alliance: Alliance,
        first: str,
        second: str,
        ranges: Mapping[str, Sequence[Any]],
    ) -> None:
        _check(alliance)
        self._alliance = alliance
        self._ranges = ranges_of(alliance, ranges, (first, second))
        self._given = dict(ranges)
        self._first, self._second = axes_of(first, second, self._ranges)
        self._map: tuple[Any, regimes.Regimes] | None = None
        self._widgets: dict[str, Any] | None = None
        self._quiet = False

    @property
    def alliance(self) -> Alliance:
        """The alliance as it stands."""
        return self._alliance

    @property
    def code(self) -> str:
        """Python that makes this explorer again."""
        return code_of(self._alliance, self._first, self._second, self._given)

    def set(self, **terms: Any) -> None:
        """Change terms, as the sliders do; sliders follow."""
        changed = self._alliance.replace(**terms)
        _check(changed)
        self._alliance = changed
        names = list(shown(changed, self._ranges))
        if names != list(self._ranges):
            self._regroup(names)
        for name, (low, high) in self._ranges.items():
            value = value_of(changed, name)
            self._ranges[name] = min(low, value), max(high, value)
        self._refresh()

    def _regroup(self, names: Sequence[str]) -> None:
        """Have other sliders: one a firm for terms that differ now, or those of another model."""

        def kept(old: Mapping[str, Any]) -> dict[str, Any]:
            whole = {name: name.partition(".")[0] for name in names}
            return {n: old.get(n, old.get(w)) for n, w in whole.items() if n in old or w in old}

        fresh = ranges_of(self._alliance, {}, names)
        self._ranges = {name: kept(self._ranges).get(name, fresh[name]) for name in names}
        self._given = kept(self._given)
        chosen = [
            next((n for n in (one, f"{one}.row") if n in names), "")
            for one in (self._first, self._second)
        ]
        spare = [name for name in names if name not in chosen]
        self._first, self._second = (one or spare.pop(0) for one in chosen)
        if self._widgets is not None:
            import ipywidgets

            box = self._widgets["box"]
            self._widgets = self._make(ipywidgets)
            box.children = self._widgets["box"].children
            self._widgets["box"] = box

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = {"text/plain": repr(self), "text/html": self._static()}
        box = self._box()
        return plain if box is None else {**box._repr_mimebundle_(), **plain}

    def __repr__(self) -> str:
        return f"explore({self._alliance!r}, first={self._first!r}, second={self._second!r})"

    # What is shown.

    def _regimes(self) -> regimes.Regimes:
        """The map, which stays as it is while only its own two terms move."""
        fixed = {name: self._ranges[name][0] for name in (self._first, self._second)}
        low = {name: inside(self._alliance, name, value) for name, value in fixed.items()}
        spans = tuple(self._ranges[name] for name in (self._first, self._second))
        key = (self._alliance.replace(**low), self._first, self._second, spans)
        if self._map is None or self._map[0] != key:
            found = regimes.regimes_of(self._alliance, self._first, self._second, self._ranges)
            self._map = key, found
        return self._map[1]

    def _picture(self) -> str:
        here = value_of(self._alliance, self._first), value_of(self._alliance, self._second)
        settled = regimes.strict_equilibria(self._alliance.game())
        return f"<h4>Strict equilibria</h4>{regimes.svg(self._regimes(), here, settled)}"

    def _static(self) -> str:
        terms = ", ".join(f"{name} {value}" for name, value in shown(self._alliance).items())
        return (
            f'{panels.STYLE}<div class="dilemma-explorer"><p>{_NO_SLIDERS}</p>'
            f"<p>{escape(terms)}</p>{panels.answers(self._alliance)}{self._picture()}</div>"
        )

    # The widgets.

    def _box(self) -> Any:
        """The widgets, made when they are first asked for; None without ipywidgets."""
        try:
            import ipywidgets as widgets
        except ImportError:
            return None
        if self._widgets is None:
            self._widgets = self._make(widgets)
            self._refresh()
        return self._widgets["box"]

    def _make(self, widgets: Any) -> dict[str, Any]:
        wide = widgets.Layout(width="310px")
        sliders = {}
        for name, (low, high) in self._ranges.items():
            slider = widgets.FloatSlider(
                value=float(value_of(self._alliance, name)),
                min=float(low),
                max=float(high),
                step=step_of(low, high)[0],
                description=label_of(name),
                readout_format=f".{step_of(low, high)[1]}f",
                style={"description_width": "135px"},
                layout=wide,
            )
            slider.observe(self._moved(name), "value")
            sliders[name] = slider
        menus = {}
        for which, chosen in (("first", self._first), ("second", self._second)):
            menu = widgets.Dropdown(
                options=[(label_of(name), name) for name in self._ranges],
                value=chosen,
                description="map: across" if which == "first" else "map: up",
                style={"description_width": "135px"},
                layout=wide,
            )
            menu.observe(self._turned, "value")
            menus[which] = menu
        show_code = widgets.ToggleButton(value=False, description="Show the code", icon="code")
        code = widgets.HTML()
        code.layout.display = "none"

        def toggled(change: Any) -> None:
            code.layout.display = None if change["new"] else "none"

        show_code.observe(toggled, "value")
        answers, picture = widgets.HTML(), widgets.HTML()
        left = widgets.VBox([*sliders.values(), *menus.values(), show_code, code])
        box = widgets.HBox([left, picture, answers], layout=widgets.Layout(flex_flow="row wrap"))
        left.layout.width = "318px"
        picture.layout.width, picture.layout.margin = "320px", "0 6px"
        answers.layout.flex = "1 1 360px"
        # A flex item that may be narrower than its widest table, which then scrolls.
        answers.layout.min_width = "0"
        return {
            "box": box, "sliders": sliders, "menus": menus, "code": code,
            "answers": answers, "picture": picture,
        }  # fmt: skip

    def _moved(self, name: str) -> Any:
        def act(change: Any) -> None:
            if self._quiet:
                return
            # What the slider shows, not the binary noise of its steps.
            value = fraction(f"{change['new']:.6f}", name)
            if self._rounds(name, value):
                return
            self._alliance = self._alliance.replace(**{name: inside(self._alliance, name, value)})
            self._refresh()

        return act

    def _rounds(self, name: str, value: Fraction) -> bool:
        """Whether a value is how a slider shows the present one, which is not on its steps.

        Front ends send such a value back by themselves, when they show a slider: nobody moved it.
        """
        low, high = self._ranges[name]
        step = fraction(step_of(low, high)[0], name)
        now = value_of(self._alliance, name)
        return (now - low) % step != 0 and 2 * abs(value - now) <= step

    def _turned(self, _: Any) -> None:
        if self._quiet or self._widgets is None:
            return
        menus = self._widgets["menus"]
        first, second = menus["first"].value, menus["second"].value
        if first == second:
            # The two change places.
            first, second = (
                (self._second, self._first)
                if (first, second) != (self._first, self._second)
                else (first, second)
            )
        self._first, self._second = first, second
        self._refresh()

    def _refresh(self) -> None:
        """Bring all widgets to where the alliance is."""
        if self._widgets is None:
            return
        self._quiet = True
        try:
            for name, slider in self._widgets["sliders"].items():
                low, high = map(float, self._ranges[name])
                slider.min, slider.max = min(low, slider.min), max(high, slider.max)
                value = float(value_of(self._alliance, name))
                there = fraction(f"{slider.value:.6f}", name)
                if abs(slider.value - value) > 5e-7 and not self._rounds(name, there):
                    slider.value = value
            self._widgets["menus"]["first"].value = self._first
            self._widgets["menus"]["second"].value = self._second
        finally:
            self._quiet = False
        try:
            answers, picture = panels.answers(self._alliance), self._picture()
        except (ValueError, TypeError, ArithmeticError) as error:
            answers, picture = f"<p>{escape(str(error))}</p>", ""
        frame = f'{panels.STYLE}<div class="dilemma-explorer">'
        self._widgets["answers"].value = f"{frame}{answers}</div>"
        self._widgets["picture"].value = f"{frame}{picture}</div>"
        style = "white-space:pre-wrap;font-size:11px;overflow-wrap:anywhere"
        self._widgets[
            "code"
        ].value = f'{frame}<pre style="{style}">{escape(self.code)}</pre></div>'


def _check(alliance: Any) -> None:
    if not isinstance(alliance, Alliance):
        raise TypeError(f"alliance: requires an Alliance, got {type(alliance).__name__}")
    for name, value in alliance.terms.items():
        if not all(isinstance(one, Fraction) for one in both(value)):
            raise TypeError(f"alliance: requires numbers as terms, got {name} = {value!r}")
    if len(alliance.strategies) > _MOST:
        raise ValueError(
            f"alliance: requires at most {_MOST} strategies a firm, so that answers keep up with "
            f"a slider, got {len(alliance.strategies)}"
        )
