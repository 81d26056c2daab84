"""Data for benchmarks, made from a seed: parcels, and a red line with a long ragged outline."""

import numpy as np
import shapely


def ragged_ring(rng, count, x, y, radius, rough=0.35, decay=1.15):
    """Return a simple ring round a point, its radius a fractal function of the angle."""
    waves = np.arange(1, count // 2 + 1)
    spectrum = np.zeros(count // 2 + 1, complex)
    phase = rng.uniform(0, 2 * np.pi, waves.size)
    spectrum[1:] = waves ** (-decay) * np.exp(1j * phase)
    wave = np.fft.irfft(spectrum, count)
    reach = radius * np.exp(rough * (wave / wave.std()).clip(-3, 3))
    angle = np.arange(count) * (2 * np.pi / count)
    return np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])


def red_lines(rng, bounds, *, giant=60_000, small=300):
    """Return one outline of many vertices, and small ones around it."""
    x0, y0, x1, y1 = bounds
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    width = min(x1 - x0, y1 - y0)
    shapes = [shapely.Polygon(ragged_ring(rng, giant, *middle, width / 5))]
    for _ in range(small):
        x, y = rng.uniform((x0, y0), (x1, y1))
        count = 2 * int(rng.integers(10, 200))
        shapes.append(shapely.Polygon(ragged_ring(rng, count, x, y, rng.uniform(30, 600))))
    made = shapely.make_valid(np.array(shapes, dtype=object))
    return made[np.isin(shapely.get_type_id(made), (3, 6))]


def parcels(rng, bounds, count, *, radius=(15, 250)):
    """Return star-shaped parcels of 10 to 40 vertices spread over an area."""
    x0, y0, x1, y1 = bounds
    shapes = []
    for _ in range(count):
        x, y = rng.uniform((x0, y0), (x1, y1))
        n = int(rng.integers(10, 41))
        angle = np.arange(n) * (2 * np.pi / n)
        low, high = np.log(radius)
        reach = np.exp(rng.uniform(low, high)) * np.exp(0.15 * rng.standard_normal(n))
        shapes.append(
            shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))
        )
    return np.array(shapes, dtype=object)
