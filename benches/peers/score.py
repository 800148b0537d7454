"""What was found against what is there.

The truth comes from `crates/src/bin/exact.rs`: texts of the same words (`same FIRST OTHER`), and pairs of different texts
whose counted Jaccard similarity is 0.7 or more (`near LEFT RIGHT …`).

A pair of documents is judged as a pair of *texts*. Two that have the same words are one text, and n copies of it count
as n - 1 links, found when the pairs that were printed connect them: a tool may pair each copy with the first only,
or with all others, and is judged alike. Two different texts count once, whichever copies were named.
"""

from collections import Counter


class Forest:
    def __init__(self):
        self.parent = {}

    def root(self, node):
        path = []
        while self.parent.get(node, node) != node:
            path.append(node)
            node = self.parent[node]
        for passed in path:
            self.parent[passed] = node
        return node

    def join(self, left, right):
        """Whether they were apart."""
        left, right = self.root(left), self.root(right)
        if left != right:
            self.parent[max(left, right)] = min(left, right)
        return left != right


class Truth:
    def __init__(self, path):
        # Near pairs with their similarity.
        self.first, self.near = {}, {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                kind, left, right, *counts = line.rstrip("\n").split("\t")
                if kind == "same":
                    self.first[right] = left
                else:
                    self.near[left, right] = int(counts[0]) / int(counts[1])

    def text(self, name):
        return self.first.get(name, name)


def index(pairs_within):
    return sum(n * (n - 1) // 2 for n in pairs_within.values())


def adjusted_rand(ours, truth, names):
    """L. Hubert, P. Arabie, Comparing partitions, Journal of Classification 2, 1985."""
    both = index(Counter((ours.root(name), truth.root(name)) for name in names))
    left, right = (index(Counter(forest.root(name) for name in names)) for forest in (ours, truth))
    expected = left * right / max(1, len(names) * (len(names) - 1) // 2)
    most = (left + right) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def score(pairs, truth, names):
    """Recall, precision, adjusted Rand index, and the recall of near pairs in steps of 0.05."""
    copies, clusters, due = Forest(), Forest(), Forest()
    links, near = 0, set()
    for left, right in pairs:
        clusters.join(left, right)
        a, b = truth.text(left), truth.text(right)
        if a == b:
            links += copies.join(left, right)
        else:
            near.add((min(a, b), max(a, b)))
    for other, first in truth.first.items():
        due.join(first, other)
    for left, right in truth.near:
        due.join(left, right)
    right_ones = links + len(near & truth.near.keys())
    recall = right_ones / max(1, len(truth.first) + len(truth.near))
    precision = right_ones / max(1, links + len(near))
    there, found = Counter(map(step, truth.near.values())), Counter()
    found.update(step(truth.near[pair]) for pair in near & truth.near.keys())
    steps = [found[n] / there[n] if there[n] else None for n in range(STEPS)]
    return recall, precision, adjusted_rand(clusters, due, names), steps


def spread(pairs, truth):
    """For tools that give clusters: every pair of texts of a cluster, and each copy with its text."""
    forest, members = Forest(), {}
    for left, right in pairs:
        forest.join(left, right)
    for name in list(forest.parent):
        members.setdefault(forest.root(name), []).append(name)
    for root, others in members.items():
        seen = {}
        for name in {root, *others}:
            text = truth.text(name)
            if text in seen:
                yield seen[text], name
            seen.setdefault(text, name)
        texts = sorted(seen.values())
        yield from ((a, b) for at, a in enumerate(texts) for b in texts[at + 1 :])


STEPS = 6


def step(similarity):
    """0.70, 0.75, … 0.95: the steps of the second table."""
    return min(STEPS - 1, int((similarity - 0.7) * 20 + 1e-9))


def test():
    truth = Truth("/dev/null")
    truth.first = {"b": "a", "c": "a"}
    truth.near = {("a", "d"): 0.7, ("e", "f"): 0.99}
    names = list("abcdefgh")
    star = [("a", "b"), ("a", "c"), ("c", "d"), ("b", "d"), ("e", "f")]
    perfect = (1.0, 1.0, 1.0, [1.0, None, None, None, None, 1.0])
    assert score(star, truth, names) == perfect
    chain = [("a", "b"), ("b", "c"), ("a", "d"), ("e", "f")]
    assert score(chain, truth, names) == perfect
    assert score(spread([("d", "c"), ("b", "d"), ("b", "a"), ("e", "f")], truth), truth, names) == perfect
    recall, precision, rand, _ = score([("a", "b"), ("g", "h")], truth, names)
    assert (recall, precision) == (0.25, 0.5) and rand < 0.5


if __name__ == "__main__":
    test()
