import asyncio

class Worker:
    def __init__(self, queue):
        self.queue = queue

    async def run(self):
        while not self.queue.empty():
            job = await self.queue.get()
            await job()

async def job_one():
    done()

def done():
    pass

async def main():
    q = asyncio.Queue()
    await q.put(job_one)
    await Worker(q).run()

asyncio.run(main())
