"""Python goes on while the library works, and Ctrl-C is heeded."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
import twicetold
from conftest import FIRST, SECOND


def corpus(documents: int) -> list[str]:
    words = random.Random(1)
    vocabulary = [f"word{n}" for n in range(3000)]
    return [" ".join(words.choices(vocabulary, k=300)) + "." for _ in range(documents)]


def turns_while(work: Callable[[], Any]) -> int:
    """How often another thread had its turn while `work` was done: never where the interpreter is held."""
    over, turns = threading.Event(), 0

    def other() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1
            time.sleep(0)

    thread = threading.Thread(target=other)
    # Nobody is made to give way: who lets go of the interpreter gives it away, who holds it keeps it.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        thread.start()
        before = turns
        # Short work may be over before the other one woke up.
        for _ in range(200):
            work()
            if before < turns:
                break
        during = turns - before
    finally:
        over.set()
        sys.setswitchinterval(interval)
        thread.join()
    return during


def test_another_thread_has_its_turn() -> None:
    texts = pa.array(corpus(60))
    signatures = twicetold.sign(texts)
    findings = twicetold.scan(texts)
    for work in (
        lambda: twicetold.scan(texts),
        lambda: twicetold.sign(texts),
        lambda: twicetold.bands(signatures),
        lambda: twicetold.verify([(0, 1)], texts),
        lambda: twicetold.compare(FIRST, SECOND),
        lambda: twicetold.dedup(texts),
        lambda: findings.to_json(),
    ):
        assert turns_while(work) > 0
    # This measure can fail.
    assert turns_while(lambda: sum(range(1000))) == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_an_interrupt_ends_a_scan() -> None:
    program = """
import os, signal, threading, twicetold, sys
sys.path.insert(0, sys.argv[1])
from test_work import corpus
texts = corpus(4000)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
for _ in range(100):
    try:
        twicetold.scan(texts)
    except KeyboardInterrupt:
        print("interrupted", len(twicetold.scan(texts[:1])))
        break
else:
    print("went on")
"""
    here = os.path.dirname(__file__)
    run = subprocess.run([sys.executable, "-c", program, here], capture_output=True, text=True)
    assert run.stdout == "interrupted 0\n", run.stderr
    assert "panicked" not in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_the_handler_of_a_signal_may_raise_what_it_likes() -> None:
    class Enough(Exception): ...

    def handler(*_: object) -> None:
        raise Enough

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Enough):
            for _ in range(1000):
                twicetold.scan(corpus(200))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_many_threads_at_once() -> None:
    expected = twicetold.scan([FIRST, SECOND]).to_json()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(twicetold.scan([FIRST, SECOND]).to_json())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def _child(queue: Any) -> None:
    queue.put((twicetold.scan([FIRST, SECOND]).to_json(), twicetold.sign([FIRST])[0]))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_forks_after_a_scan() -> None:
    expected = twicetold.scan([FIRST, SECOND]).to_json(), twicetold.sign([FIRST])[0]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    child.start()
    assert queue.get(timeout=120) == expected
    child.join()
    assert child.exitcode == 0
