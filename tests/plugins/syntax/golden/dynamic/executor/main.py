from concurrent.futures import ThreadPoolExecutor

class Answer:
    def use(self):
        pass

def work(x):
    return Answer()

with ThreadPoolExecutor() as pool:
    future = pool.submit(work, 1)
    future.result().use()
    list(pool.map(work, [1]))
