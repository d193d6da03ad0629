import threading
from concurrent.futures import ThreadPoolExecutor

results = []


def worker(n):
    results.append(compute(n))


def compute(n):
    return n * n


class Job(threading.Thread):
    def __init__(self, payload):
        super().__init__()
        self.payload = payload

    def run(self):
        self.store(self.payload)

    def store(self, payload):
        results.append(payload)


def never_started():
    # Its thread object is not started.
    results.append("bad")


plain = threading.Thread(target=worker, args=(3,))
idle = threading.Thread(target=never_started)
for thread in (plain, Job("job")):
    thread.start()
    thread.join()
with ThreadPoolExecutor(max_workers=1) as pool:
    assert list(pool.map(compute, [1, 2])) == [1, 4]
assert results == [9, "job"]
