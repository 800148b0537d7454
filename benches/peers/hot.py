"""The corpora of `worst.py`: texts made to cost as much as they can, as JSON Lines.

Each case is a function of a `random.Random` and a size, and yields the texts of its documents, so the same seed gives the
same bytes everywhere (only `random()` and `randrange`'s documented streams are used). Words are invented.
"""

import json

HEADS = "b d f g k l m n p r s t v z st tr".split()
CORES = "a e i o u ai".split()


def spell(rank):
    """The word of a rank: frequent ones are short."""
    word, rest = "", rank + 1
    while rest:
        rest, digit = divmod(rest, len(HEADS) * len(CORES))
        word += HEADS[digit // len(CORES)] + CORES[digit % len(CORES)]
    return word + "sh"


WORDS = [spell(rank) for rank in range(20_000)]


def zipf(random):
    """A word by Zipf's law: the distribution function of 1 / rank, turned round."""
    return WORDS[int(len(WORDS) ** random.random()) - 1]


def sentence(random, words=18):
    return " ".join(zipf(random) for _ in range(words)).capitalize() + "."


def paragraph(random, sentences=2, words=18):
    return " ".join(sentence(random, words) for _ in range(sentences))


def edited(random, text, words=3):
    """The same paragraph with a few words replaced."""
    parts = text.split(" ")
    for _ in range(words):
        at = random.randrange(len(parts))
        parts[at] = zipf(random) + ("." if parts[at].endswith(".") else "")
    return " ".join(parts)


def same_paragraphs(random, size):
    """So many documents, each the same paragraph."""
    text = paragraph(random)
    return (text for _ in range(size))


def one_repeating(random, size):
    """One document, the same paragraph so many times."""
    text = paragraph(random)
    yield "\n\n".join(text for _ in range(size))


def same_in_articles(random, size):
    """Articles of their own with the same paragraph in the middle of each."""
    text = paragraph(random)
    for _ in range(size):
        yield "\n\n".join([paragraph(random), text, paragraph(random)])


def near_paragraphs(random, size):
    """So many documents, each the same paragraph but for three words."""
    text = paragraph(random)
    return (edited(random, text) for _ in range(size))


def near_in_one(random, size):
    """One document of so many paragraphs, all the same but for three words."""
    text = paragraph(random)
    yield "\n\n".join(edited(random, text) for _ in range(size))


def boilerplate(random, size):
    """Articles of ten paragraphs of four sentences, all sentences and most paragraphs from a small stock."""
    sentences = [sentence(random) for _ in range(200)]
    some = lambda: " ".join(sentences[random.randrange(len(sentences))] for _ in range(4))
    paragraphs = [some() for _ in range(100)]
    for _ in range(size):
        yield "\n\n".join(
            paragraphs[random.randrange(len(paragraphs))] if random.random() < 0.7 else some() for _ in range(10)
        )


def same_documents(random, size):
    """The same article of five paragraphs so many times."""
    text = "\n\n".join(paragraph(random) for _ in range(5))
    return (text for _ in range(size))


def two_words(random, size):
    """Two documents of so many bytes over two words."""
    for _ in range(2):
        yield " ".join("ab"[random.random() < 0.5] for _ in range(size // 2))


def one_letter(_random, size):
    """One document of so many bytes, one word of one letter over and over."""
    yield "a " * (size // 2)


def zipf_twice(random, size):
    """Two documents of so many bytes, words by Zipf's law, no sentences."""
    for _ in range(2):
        words = []
        left = size
        while 0 < left:
            words.append(zipf(random))
            left -= len(words[-1]) + 1
        yield " ".join(words)


def write(case, random, size, out):
    """Writes a corpus and says how many documents it has."""
    number = -1
    for number, text in enumerate(case(random, size)):
        out.write(json.dumps({"id": str(number), "text": text}))
        out.write("\n")
    return number + 1
