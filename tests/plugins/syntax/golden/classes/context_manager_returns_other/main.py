class Conn:
    def query(self):
        pass

class Pool:
    def __enter__(self):
        return self.acquire()

    def __exit__(self, *a):
        self.release()

    def acquire(self):
        return Conn()

    def release(self):
        pass

with Pool() as c:
    c.query()
