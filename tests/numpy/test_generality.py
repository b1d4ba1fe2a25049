"""What generalises, in a made-up run, as NumPy computes it (77: skipped, there is no NumPy)."""
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    sys.exit(77)

ANALYSE_RUN, CHECK = sys.argv[1:]
N_PLAYERS, N_STEPS, N_BASELINES = 6, 9, 3
N_MASKS = 1 << N_PLAYERS
MASKS = np.arange(N_MASKS)
SIZES = np.array([bin(mask).count("1") for mask in MASKS])
IS_SUBSET = (MASKS[:, None] & MASKS[None, :]) == MASKS[:, None]
MEETS = (MASKS[:, None] & MASKS[None, :]) != 0
SPLIT_OF_GROUP = np.array([0, 1, 2, 0])

draw = np.random.default_rng(7)


def sample(group, index):
    """What all networks may learn about a sample, and which sets have no dummy there."""
    random = np.random.default_rng([group, index])
    tables = random.normal(size=(2, N_MASKS)) * (random.random((2, N_MASKS)) < 0.3)
    dummies = random.integers(N_MASKS) & random.integers(N_MASKS) if index % 3 == 0 else 0
    return tables, (MASKS & dummies) == 0


def network_tables(samples, learnt, own):
    """[samples, 2, 2^n]: parts of what can be learnt, and of what a network makes up; now and then
    a network is blind to a player."""
    tables = []
    for group, index in samples:
        truth, possible = sample(group, index)
        made_up = draw.normal(size=truth.shape) * (draw.random(truth.shape) < 0.2)
        unseen = 1 << draw.integers(N_PLAYERS) if draw.random() < 0.1 else 0
        table = (learnt * truth * draw.random(truth.shape) + own * made_up) * possible
        table[:, (MASKS & unseen) != 0] = 0
        table[:, 0] = table[1, SIZES == 1] = 0
        tables.append(table)
    return np.array(tables)


def write_trace(path, step, samples, tables):
    samples = np.array(samples)
    group, index = samples.T.astype("<i4")
    numbers = np.zeros(len(samples), "<i4")
    i_and, i_or = tables[:, 0].copy(), tables[:, 1].copy()
    # Column by column: with a matrix product a dummy's v would differ in the last bit.
    v = np.full((len(samples), N_MASKS), 0.25)
    for s in range(1, N_MASKS):
        v += i_and[:, s:s + 1] * IS_SUBSET[s] + i_or[:, s:s + 1] * MEETS[s]
    np.savez(path, v=v, I_and=i_and, I_or=i_or, label=numbers, sample_index=index,
             split=SPLIT_OF_GROUP[group].astype("<i4"), group=group,
             mislabelled=(group == 3).astype("<i4"),
             players=np.tile(np.arange(N_PLAYERS, dtype="<i4"), (len(samples), 1)),
             objective=np.abs(tables).sum(axis=(1, 2)), dual_bound=np.zeros(len(samples)),
             iterations=numbers, status=numbers, step=np.int64(step), epoch=np.float64(step / 4))


def indices(group):
    """Of 20 samples; the mislabelled ones are training samples, too."""
    return list(range(100, 120) if group == 3 else range(20))


def make_run(run):
    os.makedirs(os.path.join(run, "trace"))
    traced, larger = ([(group, index) for group, n in enumerate(numbers)
                       for index in indices(group)[:n]]
                      for numbers in ((6, 5, 3, 2), (12, 9, 0, 4)))
    for step in range(N_STEPS):
        learnt = 0.1 + min(step, 4) * 0.2
        write_trace(os.path.join(run, "trace", f"step_{step:08}.npz"), step, traced,
                    network_tables(traced, learnt, 0.3 + 0.3 * max(step - 4, 0)))
    write_trace(os.path.join(run, "trace", "final.npz"), N_STEPS - 1, larger,
                network_tables(larger, 1, 0.7))
    for b in range(1, N_BASELINES + 1):
        # In another order within each group, with samples that nobody asks for.
        everything = [(group, index) for group in range(4)
                      for index in draw.permutation(indices(group)).tolist()]
        os.makedirs(os.path.join(run, "baselines", str(b), "trace"))
        write_trace(os.path.join(run, "baselines", str(b), "trace", "final.npz"), 100, everything,
                    network_tables(everything, 1, 0.4))


def write_metrics(run):
    columns = ["step", "epoch", "train_loss", "test_loss", "loss_gap", "train_accuracy",
               "test_accuracy", "learning_rate", "train_clean_loss"]
    for bounded in columns[2:7]:
        columns += [bounded + "_low", bounded + "_high"]
    with open(os.path.join(run, "metrics.csv"), "w", encoding="utf-8") as file:
        print(",".join(columns), file=file)
        for step in range(N_STEPS):
            test_loss = 2 - 0.2 * step if step < 6 else 1 + 0.008 * (step - 5)
            values = {"step": step, "epoch": step / 4, "test_loss": test_loss,
                      "train_loss": 1 / (1 + step), "train_clean_loss": 0.9 / (1 + step)}
            print(",".join(str(values.get(c, "")) for c in columns), file=file)


with tempfile.TemporaryDirectory() as scratch:
    directory = os.path.join(scratch, "run")
    make_run(directory)
    write_metrics(directory)
    subprocess.run([ANALYSE_RUN, directory, str(N_STEPS), str(N_BASELINES)], check=True)
    checked = subprocess.run([sys.executable, CHECK, directory], check=False)
    sys.exit(checked.returncode)
