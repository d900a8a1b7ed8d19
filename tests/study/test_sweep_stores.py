"""Sweeps in stores: killed, cut short, continued, refused; and on a cluster of processes."""

import functools
import json
import subprocess
import sys
import textwrap

import distributed
import numpy as np
import pytest
import xarray
import zarr

from dilemma.alliance import Alliance
from dilemma.study import axis, batch_measure, sweep
from dilemma.study.sweeps.stores import Store

quiet = functools.partial(sweep, progress=False)

# A process that imports all it needs once, and forks a child for each attempt, which it kills.
KILLING = """
import json, os, random, signal, sys, time
import numpy, xarray, zarr
from pathlib import Path
from dilemma.study import axis, sweep

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
log, done = folder / "log", folder / "sweep.zarr" / "sweep_progress" / "done"
draw = random.Random(seed)
signal.signal(signal.SIGINT, signal.default_int_handler)

def looked_at(x, y):
    with log.open("a") as file:
        file.write(f"{x} {y}\\n")
    time.sleep(0.003)
    return {"zero": 0, "sum": x + y, "kind": f"kind {(7 * x + y) % 4}"}

def run():
    sweep(looked_at, lambda found: found, x=range(8), y=range(10), chunk=1, workers=2,
          store=folder / "sweep.zarr", progress=False)

def lines():
    return log.read_text().splitlines() if log.exists() else []

history = []
for attempt in range(13):
    finished = [p.name for p in done.iterdir() if p.name.isdecimal()] if done.exists() else []
    before = len(lines())
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)
    if attempt < 12:
        wanted = before + draw.randrange(8)
        while len(lines()) < wanted:
            time.sleep(0.0005)
        time.sleep(draw.uniform(0, 0.02))
        # Ten times a kill, and twice Ctrl-C.
        os.kill(child, signal.SIGINT if attempt in (3, 7) else signal.SIGKILL)
    os.waitpid(child, 0)
    history.append([finished, lines()[before:]])
print(json.dumps(history))
"""


class TestKilled:
    def test_ten_times_at_random_moments_then_resumed(self, tmp_path):
        """The definition: as if it had not been, and nothing finished is computed again."""
        done = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", KILLING, str(tmp_path), "1"],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        history = json.loads(done.stdout)
        assert len(history) == 13
        for finished, computed in history:
            again = {f"{int(k) // 10} {int(k) % 10}" for k in finished} & set(computed)
            assert again == set()
        assert len({len(finished) for finished, _ in history}) > 3, "kills came too early to tell"
        found = xarray.open_zarr(tmp_path / "sweep.zarr").load()
        x, y = np.meshgrid(range(8), range(10), indexing="ij")
        assert np.array_equal(found["sum"], x + y)
        assert np.array_equal(found.zero, 0 * x)
        words = found.kinds.values[found.kind.values]
        assert np.array_equal(words, np.vectorize(lambda k: f"kind {k}")((7 * x + y) % 4))
        assert list(found.kinds.values) == ["kind 0", "kind 1", "kind 2", "kind 3"]


def several(game):
    value = game.payoffs[0, 0, 0]
    shares = xarray.DataArray([value, 1.0], dims="firm", coords={"firm": ["row", "column"]})
    return {"value": value, "kind": "high" if value > 0.8 else "low", "shares": shares}


ASKED = []


def breaks_once(game):
    ASKED.append(float(game.payoffs[0, 0, 0]))
    if len(ASKED) == 3:
        raise ArithmeticError
    return 1.0


class Cut(BaseException):
    """The power goes out."""


class TestCutShort:
    def test_at_any_write_it_can_be_continued(self, tmp_path, monkeypatch):
        axes = {"trust": axis(0, 1, 4)}
        whole = quiet(Alliance(), several, axes, chunk=2)
        group, array = zarr.Group, zarr.Array
        countdown = [0]

        def counted(write):
            def written(*arguments, **options):
                countdown[0] -= 1
                if countdown[0] == 0:
                    raise Cut
                return write(*arguments, **options)

            return written

        for kind, name in ((array, "__setitem__"), (group, "create_array")):
            monkeypatch.setattr(kind, name, counted(getattr(kind, name)))
        attributes = zarr.core.attributes.Attributes
        for name in ("__setitem__", "update"):
            monkeypatch.setattr(attributes, name, counted(getattr(attributes, name)))
        step, cuts = -1, 0
        while True:
            step += 3  # every third of its writes
            countdown[0] = step
            path = tmp_path / f"{step}.zarr"
            try:
                quiet(Alliance(), several, axes, chunk=2, store=path)
                break
            except Cut:
                cuts += 1
            countdown[0] = 0
            found = quiet(Alliance(), several, axes, chunk=2, store=path)
            assert found.load().identical(whole), step
        assert cuts > 7

    def test_an_error_keeps_what_is_done(self, tmp_path):
        ASKED.clear()
        options = {"trust": axis(0, 1, 5), "chunk": 1, "store": tmp_path / "a.zarr"}
        with pytest.raises(ArithmeticError):
            quiet(Alliance(), breaks_once, **options)
        quiet(Alliance(), breaks_once, **options)
        assert len(ASKED) == 3 + 3
        assert len(set(ASKED)) == 5


class TestStores:
    @pytest.mark.parametrize("large", [0, 2**27])
    def test_hold_the_same_as_memory_and_are_read_by_others(self, tmp_path, monkeypatch, large):
        monkeypatch.setattr("dilemma.study.sweeps.stores.LARGE", large)
        axes = {"trust": axis(0, 1, 5), "stakes.row": [1, "3/2"]}
        whole = quiet(Alliance(), several, axes)
        found = quiet(Alliance(), several, axes, store=tmp_path / "a.zarr", chunk=3)
        assert (found.value.chunks is not None) == (large == 0)
        assert found.load().identical(whole)
        assert xarray.open_zarr(tmp_path / "a.zarr").load().equals(whole)

    def test_that_are_complete_are_read_and_nothing_is_computed(self, tmp_path):
        ASKED[:] = [0, 0, 0]
        first = quiet(Alliance(), breaks_once, trust=[0, 1], store=tmp_path / "a.zarr").load()
        assert len(ASKED) == 5
        again = quiet(Alliance(), breaks_once, trust=[0, 1], store=tmp_path / "a.zarr").load()
        assert again.identical(first)
        assert len(ASKED) == 5

    def test_know_what_a_function_reaches_for(self, tmp_path):
        def by(factor):
            return lambda game: factor * game.payoffs[0, 0, 0]

        quiet(Alliance(), by(2), trust=[0, 1], store=tmp_path / "a.zarr")
        quiet(Alliance(), by(2), trust=[0, 1], store=tmp_path / "a.zarr")
        with pytest.raises(ValueError, match=r"reaches\.factor: 3 here, 2 there"):
            quiet(Alliance(), by(3), trust=[0, 1], store=tmp_path / "a.zarr")

    @pytest.mark.parametrize(
        ("model", "measure", "axes", "words"),
        [
            (Alliance(stakes=2), several, [0, 1], "model differs .stakes: 2 here, 1 there"),
            (Alliance(), "welfare", [0, 1], "measure differs"),
            (Alliance(), several, [0, 0.5], "axes differs"),
            (Alliance(), several, [0.0, 1.0], "axes differs"),
            (Alliance(), functools.partial(several), [0, 1], "measure differs"),
        ],
    )
    def test_of_another_sweep_are_refused(self, tmp_path, model, measure, axes, words):
        path = tmp_path / "a.zarr"
        quiet(Alliance(), several, trust=[0, 1], store=path)
        with pytest.raises(ValueError, match=words):
            quiet(model, measure, trust=axes, store=path)

    def test_of_another_version_are_refused(self, tmp_path, monkeypatch):
        path = tmp_path / "a.zarr"
        quiet(Alliance(), several, trust=[0, 1], store=path)
        monkeypatch.setattr("dilemma.study.sweeps.provenances.VERSION", "99")
        with pytest.raises(ValueError, match="99 here"):
            quiet(Alliance(), several, trust=[0, 1], store=path)

    def test_anything_else_in_its_place_is_left_alone(self, tmp_path):
        for name in ("file", "folder", "other.zarr"):
            path = tmp_path / name
            if name == "file":
                path.write_text("mine")
            elif name == "folder":
                path.mkdir()
            else:
                xarray.Dataset({"a": 1}).to_zarr(path, zarr_format=2)
            with pytest.raises(ValueError, match="store: requires a new path"):
                quiet(Alliance(), several, trust=[0, 1], store=path)
            assert path.exists()

    def test_of_other_labels_are_refused(self, tmp_path):
        def cases(*names):
            return xarray.DataArray([0, 1], dims="case", coords={"case": list(names)})

        path = tmp_path / "a.zarr"
        quiet(Alliance(), several, trust=cases("a", "b"), store=path)
        with pytest.raises(ValueError, match="axes differs"):
            quiet(Alliance(), several, trust=cases("a", "c"), store=path)

    def test_of_two_variables_that_look_like_a_legend(self, tmp_path):
        def two(game):
            return {"kind": 1, "kinds": 2}

        whole = quiet(Alliance(), two, trust=[0, 1])
        found = quiet(Alliance(), two, trust=[0, 1], store=tmp_path / "a.zarr").load()
        assert list(found) == list(whole) == ["kind", "kinds"]

    @pytest.mark.parametrize("precise", [np.float16, np.longdouble, np.uint8])
    def test_of_numbers_of_any_precision(self, tmp_path, precise):
        @batch_measure()
        def first(model):
            return model.games().payoffs[..., 0, 0, 0].astype(precise)

        found = quiet(Alliance(), first, trust=[0, 1], store=tmp_path / "a.zarr").load()
        assert found.identical(quiet(Alliance(), first, trust=[0, 1]))

    def test_one_sweep_at_a_time(self, tmp_path):
        """A second one on the same store is refused while the first is at work, not after."""
        path = tmp_path / "a.zarr"
        ASKED.clear()

        def meanwhile(game):
            ASKED.append(1)
            with pytest.raises(ValueError, match="no other sweep is writing"):
                quiet(Alliance(), meanwhile, trust=[0, 1], store=path)
            return 1.0

        first = quiet(Alliance(), meanwhile, trust=[0, 1], store=path).load()
        assert quiet(Alliance(), meanwhile, trust=[0, 1], store=path).load().identical(first)
        assert len(ASKED) == 2

    def test_begun_by_two_processes_at_once(self, tmp_path, monkeypatch):
        """One of them makes it, the other finds it made: here by a sweep within the making."""
        path = tmp_path / "a.zarr"
        make = Store._create

        def late(self, *arguments):
            monkeypatch.setattr(Store, "_create", make)
            quiet(Alliance(), several, trust=[0, 1], store=path)
            make(self, *arguments)

        monkeypatch.setattr(Store, "_create", late)
        found = quiet(Alliance(), several, trust=[0, 1], store=path).load()
        assert found.identical(quiet(Alliance(), several, trust=[0, 1]))
        assert [one.name for one in tmp_path.iterdir()] == ["a.zarr"]

    def test_complete_ones_need_no_leave_to_write(self, tmp_path, monkeypatch):
        path = tmp_path / "a.zarr"
        first = quiet(Alliance(), several, trust=[0, 1], store=path).load()

        def forbidden(*arguments, **options):
            raise PermissionError

        monkeypatch.setattr("zarr.storage._local._put", forbidden)
        monkeypatch.setattr("dilemma.study.sweeps.stores.locked", forbidden)
        assert quiet(Alliance(), several, trust=[0, 1], store=path).load().identical(first)

    def test_the_seed_that_was_drawn_is_kept(self, tmp_path):
        def drawn(game, seed):
            return np.random.default_rng(seed).uniform()

        path = tmp_path / "a.zarr"
        first = quiet(Alliance(), drawn, trust=[0, 1], store=path).load()
        assert quiet(Alliance(), drawn, trust=[0, 1], store=path).load().identical(first)
        same = int(first.attrs["seed"])
        assert quiet(Alliance(), drawn, trust=[0, 1], seed=same).identical(first)
        with pytest.raises(ValueError, match="seed differs"):
            quiet(Alliance(), drawn, trust=[0, 1], store=path, seed=same + 1)

    def test_blocks_of_the_beginning_are_kept_when_others_are_asked_for(self, tmp_path):
        path = tmp_path / "a.zarr"
        first = quiet(Alliance(), several, trust=axis(0, 1, 5), store=path, chunk=2).load()
        again = quiet(Alliance(), several, trust=axis(0, 1, 5), store=path, chunk=1).load()
        assert again.identical(first)

    def test_a_missing_extra_is_named(self, tmp_path):
        code = textwrap.dedent(
            f"""
            import sys
            sys.modules["zarr"] = sys.modules["distributed"] = sys.modules["SALib"] = None
            from dilemma.alliance import Alliance
            from dilemma.study import sensitivity, sweep
            for call in (
                lambda: sweep(Alliance(), len, trust=[0], store={str(tmp_path / "a")!r}),
                lambda: sweep(Alliance(), len, trust=[0], cluster="tcp://nowhere:1"),
                lambda: sensitivity(Alliance(), len, trust=(0, 1), stakes=(1, 2)),
            ):
                try:
                    call()
                except ModuleNotFoundError as error:
                    print(error)
            """
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.splitlines() == [
            'store requires zarr: pip install "dilemma[scale]"',
            'cluster requires distributed: pip install "dilemma[scale]"',
            'sensitivity requires SALib: pip install "dilemma[sensitivity]"',
        ], done.stderr


class TestCluster:
    def test_of_two_processes_gives_the_same_as_one_thread(self, tmp_path):
        axes = {"trust": axis(0, 1, 9), "stakes": ["1/2", 1, 4]}
        names = ("kind_of_dilemma", "critical_discount", "fixation_odds")
        one = [quiet(Alliance(), name, axes, workers=1) for name in names]
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster),
        ):
            address = cluster.scheduler_address
            two = [quiet(Alliance(), name, axes, chunk=4, cluster=address) for name in names]
            stored = quiet(
                Alliance(), names[0], axes, chunk=2, cluster=cluster, store=tmp_path / "a.zarr"
            ).load()
            active = quiet(Alliance(), names[1], axes, chunk=5)
        for first, second in zip(one, two, strict=True):
            assert first.identical(second)
        assert stored.identical(one[0])
        assert active.identical(one[1])

    def test_an_address_that_nobody_answers_is_named(self):
        with pytest.raises((OSError, ValueError), match="cluster: requires the address"):
            quiet(Alliance(), "regime", trust=[0], cluster="nonsense://1")


def test_blocks_may_come_in_any_order(tmp_path):
    """Legends are put in order of appearance when all blocks are there."""
    from dilemma.study.sweeps.evaluating import Task, evaluate
    from dilemma.study.sweeps.grids import blocks_of, grid_of

    grid = grid_of({"trust": axis(0, 1, 4)})
    task = Task(Alliance(), several, "game", "several", None)
    store = Store(tmp_path / "a.zarr", grid, (1,), {"version": "x", "seed": None}, True)
    for number, where in reversed(list(enumerate(blocks_of((4,), (1,))))):
        assert number not in store.finished()
        store.take(number, where, evaluate(task, grid.block(where)))
        assert number in store.finished()
    found = store.dataset(lambda name: {}, {}).load()
    store.close()
    assert found.kind.values.tolist() == [0, 0, 1, 1]
    assert list(found.kinds.values) == ["low", "high"]
