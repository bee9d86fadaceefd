"""What Python's own library has for the same; prints the microseconds of each: peer.py thread|coroutine|worker COUNT"""

import asyncio
import concurrent.futures
import multiprocessing
import sys
import time


def nothing():
    pass


async def run_threads(count):
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    left = count

    def seen():
        nonlocal left
        left -= 1
        if left == 0:
            done.set()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        start = time.perf_counter()
        for _ in range(count):
            pool.submit(nothing).add_done_callback(lambda _: loop.call_soon_threadsafe(seen))
        await done.wait()
        return time.perf_counter() - start


async def run_coroutines(count):
    async def nothing():
        pass

    start = time.perf_counter()
    await asyncio.gather(*(nothing() for _ in range(count)))
    return time.perf_counter() - start


def run_workers(count):
    with multiprocessing.Pool(1) as pool:
        pool.apply(nothing)
        start = time.perf_counter()
        for _ in range(count):
            pool.apply(nothing)
        return time.perf_counter() - start


if __name__ == "__main__":
    measure, count = sys.argv[1], int(sys.argv[2])
    if measure == "thread":
        duration = asyncio.run(run_threads(count))
    elif measure == "coroutine":
        duration = asyncio.run(run_coroutines(count))
    elif measure == "worker":
        duration = run_workers(count)
    else:
        sys.exit(f"{measure}: no such measure")
    print(duration / count * 1e6)
