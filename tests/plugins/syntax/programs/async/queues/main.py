import asyncio


class Worker:
    def __init__(self, queue):
        self.queue = queue

    async def run(self):
        while not self.queue.empty():
            job = await self.queue.get()
            job()
            await self.done()

    async def done(self):
        return finish()


def finish():
    return 1


def job_a():
    return 1


class Stream:
    def __init__(self):
        self.items = [Chunk()]

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.items:
            raise StopAsyncIteration
        return self.items.pop()


class Chunk:
    def size(self):
        return 1


async def main():
    queue = asyncio.Queue()
    queue.put_nowait(job_a)
    await Worker(queue).run()
    async for chunk in Stream():
        chunk.size()
    chunks = [c async for c in Stream()]
    chunks[0].size()
    await asyncio.wait_for(Worker(queue).done(), 1)
    results = await asyncio.gather(*[Worker(queue).run() for _ in range(2)])
    async with asyncio.TaskGroup() as group:
        group.create_task(Worker(queue).done())
    asyncio.get_running_loop().call_soon(finish)
    await asyncio.sleep(0)


asyncio.run(main())
