"""Generated documents with planted repeats: the same for the same number, on every machine."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SYLLABLES = [a + b for a in "bdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ai", "or", "en")]


def vocabulary(size: int) -> list[str]:
    """Made-up words, the frequent ones short; the last ones are not ASCII."""
    draw = random.Random(1)
    words = {"".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(size * 2)}
    ordered = sorted(words, key=lambda word: (len(word), word))[:size]
    return [*ordered[:-20], *(f"{word}é’s" for word in ordered[-20:-5]), *"東京海風山"]


class Writer:
    """Writes sentences, paragraphs and documents."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.words = vocabulary(6000)

    def sentence(self, words: int | None = None) -> str:
        """Words whose frequency falls with their rank."""
        n = words or self.draw.randint(6, 22)
        ranks = (int(len(self.words) * self.draw.random() ** 3) for _ in range(n))
        return " ".join(self.words[rank] for rank in ranks).capitalize() + "."

    def paragraph(self, sentences: int | None = None) -> str:
        """A few sentences."""
        return " ".join(self.sentence() for _ in range(sentences or self.draw.randint(1, 5)))

    def document(self) -> str:
        """Paragraphs with blank lines between."""
        return "\n\n".join(self.paragraph() for _ in range(self.draw.randint(1, 7)))

    def edited(self, text: str, share: float) -> str:
        """The same with some words replaced."""
        words = [self.draw.choice(self.words) if self.draw.random() < share else word for word in text.split(" ")]
        return " ".join(words)


def documents(n: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Originals, exact copies, near copies, parts, excerpts, shared paragraphs, stock texts in many wordings."""
    writer = Writer(seed)
    draw = writer.draw
    originals = [writer.document()]
    shared = [writer.paragraph(3) for _ in range(6)]
    stock = writer.document()
    for number in range(n):
        kind = draw.random()
        old = draw.choice(originals[-400:])
        if kind < 0.06:
            text = old
        elif kind < 0.09:
            text = old.upper().replace("\n\n", "\n\n  ")
        elif kind < 0.17:
            text = writer.edited(old, draw.choice([0.01, 0.03, 0.08]))
        elif kind < 0.22:
            text = "\n\n".join([old, writer.document()])
        elif kind < 0.27:
            text = "\n\n".join(old.split("\n\n")[: draw.randint(1, 3)])
        elif kind < 0.33:
            text = "\n\n".join([writer.document(), draw.choice(shared), writer.paragraph()])
        elif kind < 0.41:
            text = writer.edited(stock, 0.02)
        elif kind < 0.43:
            text = draw.choice(["", "  ", "東京", writer.sentence(3)])
        else:
            text = writer.document()
            originals.append(text)
        month, day = draw.randint(1, 12), draw.randint(1, 28)
        yield {"id": f"d{number}", "text": text, "date": f"2026-{month:02}-{day:02}"}


def hot(copies: int, wordings: int, seed: int = 11) -> Iterator[dict[str, Any]]:
    """One paragraph in many documents, and one article in many wordings."""
    writer = Writer(seed)
    paragraph, article = writer.paragraph(4), "\n\n".join(writer.paragraph(4) for _ in range(4))
    for number in range(copies):
        yield {"id": f"p{number}", "text": f"{writer.sentence()}\n\n{paragraph}\n\n{writer.sentence()}"}
    for number in range(wordings):
        yield {"id": f"f{number}", "text": writer.edited(article, 0.01)}


def write(path: Path, rows: Iterator[dict[str, Any]]) -> Path:
    """As JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path
