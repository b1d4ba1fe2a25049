"""The tables that need baseline networks, theory, label noise or noisy copies, of an invented run.

make_run.py writes them; all shapes are invented, and follow the papers' figures.
"""
import math


def smooth(x):
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def text(value):
    if value is None:
        return ""
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def bounds(value, width):
    return [value - width, value + width]


class Run:
    """`run` is the module make_run: strengths(), position(), STEPS, N_ORDERS, T_STAR, LAST."""

    def __init__(self, run):
        self.run = run
        self.t1, self.t2, self.t_loss = 192, 768, 512
        self.orders = range(1, run.N_ORDERS + 1)

    def progress(self, start, end, step):
        at, a, b = (self.run.position(s) for s in (step, start, end))
        return smooth((at - a) / (b - a))

    def share(self, step, order):
        """Generalisable share of the strength of an order."""
        rise = self.progress(2, self.t1, step)
        fall = self.progress(self.t1, self.run.LAST, step)
        low = 0.04 + 0.78 * rise - 0.24 * fall
        return low * math.exp(-(order - 1) * (0.28 + 0.25 * fall))

    def chance(self, step, order):
        return (0.05 + 0.1 * self.progress(2, self.t1, step)) * math.exp(-(order - 1) / 4)

    def balance(self, step):
        return (0.5 + 0.32 * self.run.forgotten(step) - 0.2 * self.run.relearnt(step))

    def when(self, step):
        return [step, step / 32]

    def generalization(self):
        yield ("step,epoch,split,order,strength,generalisable,gamma,gamma_low,gamma_high,chance,"
               "excess,excess_low,excess_high,gen_positive,gen_negative,non_positive,non_negative,"
               "new_strength,new_gamma,new_excess,new_mean_order,removed_strength,removed_gamma,"
               "removed_excess,removed_mean_order").split(",")
        for i, step in enumerate(self.run.STEPS):
            for split in ("train", "test"):
                table = self.run.strengths(step, split)
                rows = [(k, a, a * self.share(step, k), self.chance(step, k))
                        for k, a in enumerate(table, 1)]
                total = sum(table)
                rows.insert(0, (0, total, sum(r[2] for r in rows),
                                sum(r[1] * r[3] for r in rows) / total))
                for order, strength, part, chance in rows:
                    gamma = part / strength
                    excess = (gamma - chance) / (1 - chance)
                    up = self.balance(step)
                    row = self.when(step) + [split, order, strength, part, gamma]
                    row += bounds(gamma, 0.04) + [chance, excess] + bounds(excess, 0.045)
                    row += [part * min(1.0, up * 1.1), part * (min(1.0, up * 1.1) - 1)]
                    row += [(strength - part) * up, (strength - part) * (up - 1)]
                    row += self.turnover(step, order, strength) if i else [None] * 8
                    yield row

    def turnover(self, step, order, strength):
        late = self.progress(24, self.run.LAST, step)
        new = strength * 0.4 * (1 - 0.7 * late)
        removed = strength * (0.35 - 0.2 * late)
        gamma = 0.1 + 0.7 * self.progress(4, 128, step) - 0.65 * self.progress(160, 2048, step)
        gone = 0.05 + 0.25 * self.progress(8, 512, step)
        mean = 4.6 - 3.1 * self.run.forgotten(step) + 3.2 * late
        removed_mean = 5.0 - 1.2 * self.run.forgotten(step) + 0.6 * late
        return [new, gamma, gamma * 0.8, None if order else mean,
                removed, gone, gone * 0.6, None if order else removed_mean]

    def similarity(self):
        yield ("step,epoch,order,similarity,similarity_low,similarity_high,null,similarity_all,"
               "null_all").split(",")
        for step in self.run.STEPS:
            grown = self.progress(1, self.run.LAST, step)
            for order in [0, *self.orders]:
                k = order or 3
                value = (0.35 + 0.55 * grown) * math.exp(-(k - 1) * (0.12 + 0.2 * grown))
                null = (0.3 - 0.2 * grown) * math.exp(-(k - 1) * 0.3)
                yield (self.when(step) + [order, value] + bounds(value, 0.05) +
                       [null, value * 0.9, null * 0.9])

    def labels(self):
        yield ("step,epoch,labels,order,strength,share,positive,negative,count,strength_low,"
               "strength_high,share_low,share_high,positive_low,positive_high,negative_low,"
               "negative_high,n_samples").split(",")
        for step in self.run.STEPS:
            for labels in ("normal", "mislabelled"):
                wrong = labels == "mislabelled"
                table = self.run.strengths(step, "test")
                late = self.run.relearnt(step)
                table = [a * (1 + (0.12 * k * late if wrong else 0)) for k, a in
                         enumerate(table, 1)]
                up = self.balance(step)
                up = 1 - up + 0.35 * late if wrong else up
                for order, a in enumerate(table, 1):
                    share = a / sum(table)
                    row = self.when(step) + [labels, order, a, share, a * up, a * (up - 1),
                                             round(20 * share)]
                    for x, relative in ((a, .15), (share, .1), (a * up, .2), (a * (up - 1), .2)):
                        row += bounds(x, abs(x) * relative)
                    yield row + [60 if wrong else 200]

    def sigma2(self, step):
        fit = self.progress(self.run.T_STAR, self.run.LAST, step)
        return 0.0 if step == self.run.LAST else 10 ** (0.9 - 4.5 * fit)

    def theory(self):
        yield ("step,epoch,split,kind,order,sigma2,distance,distance_final,real,theory").split(",")
        for step in self.run.STEPS:
            for split in ("train", "test"):
                for kind in ("and", "both"):
                    table = self.run.strengths(step, split)
                    real = [a / sum(table) for a in table]
                    sharp = [a * math.exp(0.12 * (1 - k)) for k, a in enumerate(real, 1)]
                    theory = [a / sum(sharp) for a in sharp]
                    d = 0.5 * sum(abs(a - b) for a, b in zip(real, theory))
                    far = 0.05 + 0.4 * (1 - self.run.relearnt(step))
                    for order in self.orders:
                        yield (self.when(step) + [split, kind, order, self.sigma2(step), d, far,
                                                  real[order - 1], theory[order - 1]])

    def theory_rows(self):
        yield "n_players,sigma2,order,norm,ratio".split(",")
        for n in (6, 8, 10, 12):
            for power in range(-12, 5):
                sigma2 = 10 ** (power / 2)
                norms = [(1 + sigma2 * 3 ** k / (1 + 0.05 * k)) ** -1 for k in range(n + 1)]
                for k, norm in enumerate(norms):
                    yield [n, sigma2, k, norm, norm / norms[k + 1] if k < n else None]

    def decay_spindle(self):
        yield ("step,epoch,split,order,strength,generalisable,non_generalisable,decay,spindle,"
               "delta,weight,residual").split(",")
        for step in self.run.STEPS:
            for split in ("train", "test"):
                for k, a in enumerate(self.run.strengths(step, split), 1):
                    part = a * self.share(step, k)
                    yield (self.when(step) + [split, k, a, part, a - part,
                                              part * (1 + 0.1 * math.sin(k)),
                                              (a - part) * (1 + 0.12 * math.cos(k)), 0.01, 0.3,
                                              0.08])

    def causal(self):
        yield ("step,epoch,sample,n_train,n_test,train_loss,test_loss,gap,gap_low,gap_high,"
               "train_loss_gen,test_loss_gen,gap_gen,gap_gen_low,gap_gen_high,gap_random,"
               "gap_random_p5,gap_random_p95,train_loss_random,test_loss_random,part_empty,"
               "part_gen,part_non,part_rest,v_gap").split(",")
        for step in [*self.run.STEPS, None]:
            at = self.run.LAST if step is None else step
            late, learn = self.run.relearnt(at), smooth(self.run.position(at) / 9)
            train = 2.31 - 1.75 * learn - 0.5 * late
            test = 2.3 - 1.74 * learn + 0.55 * late
            gap, gen, chance = test - train, 0.35 * (test - train), 0.85 * (test - train)
            size = [400, 400] if step is None else [50, 50]
            width = 0.03 + 0.1 * gap * (0.4 if step is None else 1)
            yield (self.when(at) + ["final" if step is None else "checkpoint"] + size +
                   [train, test, gap] + bounds(gap, width) + [train + 0.1, train + 0.1 + gen, gen] +
                   bounds(gen, width * 0.7) + [chance] + bounds(chance, 0.02 + 0.1 * gap) +
                   [train + 0.05, train + 0.05 + chance, 0.1 * gap, 0.2 * gap, 0.6 * gap,
                    0.1 * gap, gap])

    def stability(self):
        yield "order,n_sets,variance,mean_strength,ratio".split(",")
        for k in self.orders:
            variance = 2e-5 * 1.9 ** k * (1 + 0.1 * math.sin(3 * k))
            strength = 0.2 * math.exp(-k / 4)
            yield [k, math.comb(self.run.N_ORDERS, k), variance, strength,
                   strength / math.sqrt(variance)]

    def convergence(self):
        yield "step,epoch,split,order,similarity".split(",")
        for step in self.run.STEPS:
            for split in ("train", "test"):
                for order in [0, *self.orders]:
                    k = order or 3
                    done = self.progress(8 * 1.35 ** k, self.run.LAST, step)
                    yield self.when(step) + [split, order, 0.04 / k + (1 - 0.04 / k) * done ** 1.3]

    def common(self):
        yield ("order,share,chance,n_first,n_second,n_common,share_low,"
               "share_high").split(",")
        for k in self.orders:
            share = 0.72 * math.exp(-(k - 1) / 2.6) + 0.03
            n = 30 * math.exp(-((k - 3.2) / 2.4) ** 2) + 0.2
            yield ([k, share, 0.1 + 0.02 * k, n, 1.1 * n, share * 1.05 * n] +
                   bounds(share, 0.03))

    def ground_truth(self):
        yield ("step,epoch,split,order,planted_strength,found_strength,precision,precision_low,"
               "precision_high,recall,recall_low,recall_high,gen_precision,gen_recall").split(",")
        for step in self.run.STEPS:
            grown = self.progress(4, 256, step)
            late = self.run.relearnt(step)
            for split in ("train", "test"):
                for order in [0, *self.orders]:
                    k = order or 2
                    precision = (0.05 + 0.85 * grown - 0.3 * late) / (1 + 0.1 * (k - 2) ** 2)
                    recall = (0.04 + 0.9 * grown) / (1 + 0.05 * (k - 2) ** 2)
                    planted = 3.0 if order in (0, 2) else 1.0 if order == 3 else 0.0
                    row = self.when(step) + [split, order, planted, planted * recall + 0.2 * late]
                    row += [precision] + bounds(precision, 0.05) + [recall] + bounds(recall, 0.04)
                    yield row + [min(1.0, precision * 1.3 + 0.08), min(1.0, recall * 0.95)]

    def phases(self):
        return {"t1": self.t1, "t2": self.t2, "t_loss": self.t_loss, "excess_max": 0.61,
                "gamma_end": 0.31, "excess_end": 0.24}

    def tables(self):
        for name in ("generalization", "similarity", "labels", "theory", "theory_rows",
                     "decay_spindle", "causal", "stability", "convergence", "common",
                     "ground_truth"):
            yield name, [[text(cell) for cell in row] for row in getattr(self, name)()]
