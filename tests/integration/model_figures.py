"""What a replay's report says of its models, computed a second time from the table of features and predictions that `vigil
features --model` writes."""

import math

import numpy as np

SECOND = 1_000_000_000
FLOOR = 1e-4
DRIFT_WINDOW, DRIFT_LEAST = 10_000, 1000
IMPORTANCE_ONE_IN, SAMPLES_BETWEEN_LOOKS, MEMORY, IMPORTANCE_LEAST = 100, 16, 1000, 30


def outcomes(time, mid, chance, horizon):
    """How many predictions were correct, incorrect and neither, of those that came due before the last quote."""
    made = np.flatnonzero(~np.isnan(chance))
    due = time[made] + horizon
    judged = made[due < time[-1]]
    then = mid[np.searchsorted(time, time[judged] + horizon, side="right") - 1]
    rose, fell = then > mid[judged], then < mid[judged]
    right = np.where(chance[judged] >= 0.5, rose, fell)
    return {
        "made": len(made),
        "correct": int(right.sum()),
        "incorrect": int(((rose | fell) & ~right).sum()),
        "unchanged": int((~rose & ~fell).sum()),
    }


def drift(values, distribution):
    """The population stability index of the last values against those of training."""
    last = values[-DRIFT_WINDOW:]
    if len(last) < DRIFT_LEAST:
        return None
    bins = np.searchsorted(np.array(distribution["edges"]), last, side="left")
    now = np.bincount(bins, minlength=len(distribution["shares"])) / len(last)
    now, then = np.maximum(now, FLOOR), np.maximum(np.array(distribution["shares"]), FLOOR)
    return float(((now - then) * np.log(now / then)).sum())


def importance(time, inputs, terms):
    """Shares in the absolute contributions of a linear model: one prediction in a hundred, looked at once a second of the
    data's time, before the quote that begins it."""
    made = np.flatnonzero(~np.isnan(inputs).any(axis=1))
    sampled = {int(row) for row in made[::IMPORTANCE_ONE_IN]}
    weights, means, scales = (np.array(terms[key]) for key in ("weights", "means", "scales"))
    sums, looked, waiting, next_look = np.zeros(len(weights)), 0, [], -math.inf
    for row in range(len(time)):
        if time[row] >= next_look:
            for each in waiting:
                sums += np.abs(weights * (inputs[each] - means) / scales) - sums / MEMORY
                looked += 1
            waiting, next_look = [], time[row] + SECOND
        if row in sampled and len(waiting) < SAMPLES_BETWEEN_LOOKS:
            waiting.append(row)
    return sums / sums.sum() if looked >= IMPORTANCE_LEAST else None
