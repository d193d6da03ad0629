import threading
from concurrent.futures import ThreadPoolExecutor
import atexit
import weakref


def task(x):
    return step(x)


def step(x):
    return x


class Runner(threading.Thread):
    def run(self):
        task(1)


def done(future):
    return future


thread = threading.Thread(target=task, args=(1,))
thread.start()
thread.join()
runner = Runner()
runner.start()
runner.join()
with ThreadPoolExecutor(1) as pool:
    future = pool.submit(task, 2)
    future.result()
    for r in pool.map(task, [1, 2]):
        r
