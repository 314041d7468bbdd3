"""Features of depth-dose curves, and moments of samples, with their errors."""

import collections

import numpy as np

Peak = collections.namedtuple("Peak", "value depth r80 r50 r20")


def peak_of(depth, dose):
    """Height and depth of the peak, by the parabola through what is near it."""
    top = int(np.argmax(dose))
    near = np.flatnonzero(dose > 0.97 * dose[top])
    near = near[(near >= top - 12) & (near <= top + 12)]
    if len(near) < 4:
        near = np.arange(max(0, top - 2), min(len(dose), top + 3))
    x = depth[near] - depth[top]
    a, b, c = np.polyfit(x, dose[near], 2)
    if a >= 0.0:
        return dose[top], depth[top]
    return c - b * b / (4 * a), depth[top] - b / (2 * a)


def fall(depth, dose, height, level):
    """Where the distal edge has fallen to a level: a quadratic through the points around it."""
    top = int(np.argmax(dose))
    after = next(i for i in range(top, len(dose)) if dose[i] < level * height)
    width = 0.12 * height
    near = [i for i in range(top, len(dose)) if abs(dose[i] - level * height) < width]
    if len(near) < 5:
        i = after
        t = (level * height - dose[i]) / (dose[i - 1] - dose[i])
        return depth[i] - t * (depth[i] - depth[i - 1])
    fit = np.polyfit(dose[near] / height - level, depth[near] - depth[after], 2)
    return depth[after] + fit[2]


def peak(depth, dose):
    height, where = peak_of(depth, dose)
    return Peak(height, where, *(fall(depth, dose, height, x) for x in (0.8, 0.5, 0.2)))


def broaden(depth, dose, sigma):
    """The curve convolved with a Gaussian; equal bins."""
    if sigma <= 0.0:
        return dose.copy()
    step = depth[1] - depth[0]
    n = int(np.ceil(5.0 * sigma / step))
    k = np.exp(-0.5 * (np.arange(-n, n + 1) * step / sigma) ** 2)
    padded = np.concatenate([np.full(n, dose[0]), dose, np.zeros(n)])
    return np.convolve(padded, k / k.sum(), mode="valid")


def broaden_to(depth, dose, width):
    """The Gaussian that makes R50 - R80 that of a reference, and the curve it gives."""
    low, high = 0.0, 4.0
    for _ in range(30):
        sigma = 0.5 * (low + high)
        p = peak(depth, broaden(depth, dose, sigma))
        low, high = (sigma, high) if p.r50 - p.r80 < width else (low, sigma)
    return sigma, broaden(depth, dose, sigma)


def profile_sigma(position, weight, bin_width):
    """Standard deviation of binned values, corrected for the bins' width (Sheppard)."""
    total = weight.sum()
    mean = (weight * position).sum() / total
    return np.sqrt((weight * (position - mean) ** 2).sum() / total - bin_width**2 / 12.0)


def moments(x):
    """Mean, variance, skewness, and the standard error of each."""
    n, mean = len(x), float(np.mean(x))
    d = x - mean
    m = [float(np.mean(d**k)) for k in range(7)]
    skew = m[3] / m[2] ** 1.5
    influence = (d**3 - m[3] - 3 * m[2] * d) / m[2] ** 1.5 - 1.5 * skew * (d**2 / m[2] - 1)
    return ((mean, np.sqrt(m[2] / n)), (m[2], np.sqrt((m[4] - m[2] ** 2) / n)),
            (skew, float(np.std(influence)) / np.sqrt(n)))
