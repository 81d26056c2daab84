"""Shortest ways over a million nodes: nearest of 500 facilities, and a matrix.

The graph is a road grid with diagonals, a sparse rail grid, a river, air links and transfers
between them, made from a fixed seed. Ours is ``FastGraph`` where numba is installed; ``Graph``
(on scipy) answers the same without. Every tool gets the same graph, built beforehand, and the
same question in turn; all must agree to 1e-9. Tools that are not installed are named and left
out; compiling and renumbering are not timed.
"""

import statistics
import time

import numpy as np

from geo_toolkit.access import Graph
from geo_toolkit.access.fast import IS_COMPILED, FastGraph

try:
    import igraph
except ModuleNotFoundError:
    igraph = None
try:
    import networkit
except ModuleNotFoundError:
    networkit = None
try:
    import networkx
except ModuleNotFoundError:
    networkx = None
try:
    import pandana
    import pandas
except ImportError:  # it may be there and not fit the numpy that is
    pandana = None
try:
    import rustworkx
except ModuleNotFoundError:
    rustworkx = None

SIDE = 1000
FACILITIES = 500
SOURCES, MATRIX_SIDE = 20, 447  # 20 by 199,809
SEED = 20261124
ROUNDS = 5
SLOW_ROUNDS = 1  # of tools that take longer than SLOW_S
SLOW_S = 20.0
TOLERANCE = 1e-9
INEXACT = 0.2  # pandana cuts every arc to 0.001 min
FAR = 120.0  # minutes: farther than any answer, and as far as pandana has to look


def city(side, seed):
    """Return tail, head, weight, positions: roads with diagonals, rail, a river, air, transfers."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    pairs = [
        np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        np.stack([number[:-1].ravel(), number[1:].ravel()]),
    ]
    diagonal = np.stack([number[:-1, :-1].ravel(), number[1:, 1:].ravel()])
    pairs.append(diagonal[:, rng.random(diagonal.shape[1]) < 0.1])
    ends = np.concatenate(pairs, axis=1)
    minutes = rng.uniform(0.2, 2.0, ends.shape[1])
    every = max(side // 50, 2)
    stops = number[::every, ::every]
    rails = np.stack([stops[:, :-1].ravel(), stops[:, 1:].ravel()])
    lines = [(rails, every * 0.3 + 5.0)]  # faster than road, with a wait
    river = number[:: max(side // 20, 2), side // 2]
    lines.append((np.stack([river[:-1], river[1:]]), side / 20 * 2.0))
    ports = rng.choice(side * side, 10, replace=False)
    lines.append((np.stack([ports[:-1], ports[1:]]), 90.0))
    for links, cost in lines:
        ends = np.concatenate([ends, links], axis=1)
        minutes = np.append(minutes, np.full(links.shape[1], cost))
    order = rng.permutation(side * side)  # numbers as files have them, in no order on the ground
    tail, head = order[ends]
    xy = np.empty((side * side, 2))
    xy[order] = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy += rng.uniform(-0.3, 0.3, xy.shape)
    both = (np.append(tail, head), np.append(head, tail), np.append(minutes, minutes))
    return (*(np.ascontiguousarray(a) for a in both), xy)


def nearest_tools(n, tail, head, weight, xy, facilities):
    """Return a function for every tool: the distance of every node to its nearest facility."""
    plain = Graph.of(n, tail, head, weight)
    tools = {"scipy (Graph)": lambda: plain.nearest(facilities)[0]}
    if IS_COMPILED:
        fast = FastGraph.of(tail, head, weight, xy)
        tools["FastGraph"] = lambda: fast.nearest(facilities)[0]
    if networkx:
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(n))
        arcs = zip(tail.tolist(), head.tolist(), weight.tolist(), strict=True)
        graph.add_weighted_edges_from(least(arcs))
        sources = set(facilities.tolist())

        def by_networkx():
            found = networkx.multi_source_dijkstra_path_length(graph, sources)
            return in_order(n, found.items())

        tools["networkx"] = by_networkx
    extra = (np.full(len(facilities), n), facilities, np.zeros(len(facilities)))
    more = [np.append(a, b) for a, b in zip((tail, head, weight), extra, strict=True)]
    if igraph:
        grown = igraph.Graph(n + 1, list(zip(more[0].tolist(), more[1].tolist(), strict=True)),
                             directed=True)  # fmt: skip
        costs = more[2].tolist()
        tools["igraph"] = lambda: np.array(grown.distances(n, weights=costs)[0][:n])
    if rustworkx:
        rust = rustworkx.PyDiGraph()
        rust.add_nodes_from(range(n + 1))
        rust.add_edges_from(list(zip(*(a.tolist() for a in more), strict=True)))

        def by_rustworkx():
            found = rustworkx.dijkstra_shortest_path_lengths(rust, n, float)
            return in_order(n, ((k, v) for k, v in found.items() if k < n), 0.0, facilities)

        tools["rustworkx"] = by_rustworkx
    if pandana:
        tools["pandana (to 0.2 min)"] = by_pandana(tail, head, weight, xy, facilities)
    if networkit:
        kit = kit_graph(n + 1, *more)
        tools["networkit"] = lambda: np.array(
            networkit.distance.Dijkstra(kit, n, False).run().getDistances()
        )[:n]
    return tools


def matrix_tools(n, tail, head, weight, xy, sources):
    """Return a function for every tool: the distance from every source to every node."""
    plain = Graph.of(n, tail, head, weight)
    tools = {"scipy (Graph)": lambda: plain.distances(sources)}
    if IS_COMPILED:
        fast = FastGraph.of(tail, head, weight, xy)
        tools["FastGraph"] = lambda: fast.distances(sources)
    if igraph:
        graph = igraph.Graph(n, list(zip(tail.tolist(), head.tolist(), strict=True)), directed=True)
        costs = weight.tolist()
        tools["igraph"] = lambda: np.array(graph.distances(sources.tolist(), weights=costs))
    if networkit:
        kit = kit_graph(n, tail, head, weight)

        def by_networkit():
            whole = networkit.distance.SPSP(kit, sources.tolist())
            whole.run()
            return np.array(whole.getDistances())

        tools["networkit"] = by_networkit
    return tools


def by_pandana(tail, head, weight, xy, facilities):
    """Return the question as pandana takes it: it snaps by coordinate and rounds weights."""
    x, y = (pandas.Series(xy[:, i]) for i in (0, 1))
    arcs = pandas.DataFrame({"minutes": weight})
    network = pandana.Network(x, y, pandas.Series(tail), pandas.Series(head), arcs, twoway=False)
    network.set_pois("facility", FAR, 1, x[facilities], y[facilities])
    # it looks from every node to the facilities: the same here, where every arc has its reverse
    return lambda: network.nearest_pois(FAR, "facility", num_pois=1)[1].to_numpy()


def kit_graph(n, tail, head, weight):
    """Return the graph as networkit has it."""
    return networkit.GraphFromCoo((weight, (tail, head)), n=n, weighted=True, directed=True)


def least(arcs):
    """Return one arc a pair, the lightest: networkx keeps only the last of several."""
    best = {}
    for a, b, w in arcs:
        if w < best.get((a, b), np.inf):
            best[a, b] = w
    return ((a, b, w) for (a, b), w in best.items())


def in_order(n, items, value=None, at=None):
    """Return distances by node number; ``at`` are nodes that a tool leaves out, with a value."""
    found = np.full(n, np.inf)
    for node, away in items:
        found[node] = away
    if at is not None:
        found[at] = value
    return found


def compare(tools):
    """Return seconds by tool, medians of runs in turn; all must agree with the first."""
    answer = None
    seconds = {name: [] for name in tools}
    for turn in range(ROUNDS):
        for name, tool in tools.items():
            if turn >= SLOW_ROUNDS and max(seconds[name]) > SLOW_S:
                continue
            begin = time.perf_counter()
            found = tool()
            seconds[name].append(time.perf_counter() - begin)
            answer = found if answer is None else answer
            atol = INEXACT if "pandana" in name else TOLERANCE
            if not np.allclose(found, answer, rtol=TOLERANCE, atol=atol):
                raise SystemExit(f"{name} disagrees with {next(iter(tools))}")
    return {name: statistics.median(times) for name, times in seconds.items()}


def run():
    """Return the rows of the results table: what, measured, bar, ratio to the peer."""
    rng = np.random.default_rng(SEED + 1)
    absent = [
        name
        for name, module in (("networkx", networkx), ("igraph", igraph),
                             ("rustworkx", rustworkx), ("networkit", networkit),
                             ("pandana", pandana))
        if module is None
    ]  # fmt: skip
    rows = []
    n = SIDE * SIDE
    tail, head, weight, xy = city(SIDE, SEED)
    facilities = rng.choice(n, FACILITIES, replace=False)
    tools = nearest_tools(n, tail, head, weight, xy, facilities)
    warm(tools)
    times = compare(tools)
    rows += as_rows(
        f"nearest of {FACILITIES} over {n:,} nodes, {len(tail):,} arcs", times,
        "30 times faster than networkx, not behind any", absent,
    )  # fmt: skip
    del tools
    n = MATRIX_SIDE * MATRIX_SIDE
    tail, head, weight, xy = city(MATRIX_SIDE, SEED)
    sources = rng.choice(n, SOURCES, replace=False)
    tools = matrix_tools(n, tail, head, weight, xy, sources)
    warm(tools)
    times = compare(tools)
    rows += as_rows(
        f"matrix {SOURCES} x {n:,}, {len(tail):,} arcs", times, "3 times faster than scipy",
        [name for name in absent if name in ("igraph", "networkit")],
    )  # fmt: skip
    return rows


def warm(tools):
    """Run ours once: compiling is not timed."""
    if "FastGraph" in tools:
        tools["FastGraph"]()


def as_rows(work, times, bar, absent):
    """Return a row for every tool, with its ratio to ours."""
    ours = "FastGraph" if "FastGraph" in times else "scipy (Graph)"
    rows = []
    for name, seconds in times.items():
        ratio = "" if name == ours else f"{seconds / times[ours]:.1f} times {ours}"
        rows.append((f"{work}: {name}", f"{seconds:.3f} s", bar if name == ours else "", ratio))
    for name in absent:
        rows.append((f"{work}: {name}", "not installed", "", ""))
    return rows
