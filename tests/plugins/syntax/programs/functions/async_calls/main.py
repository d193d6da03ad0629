import asyncio


async def fetch(n):
    return parse(n)


def parse(n):
    return Response(n)


class Response:
    def __init__(self, n):
        self.n = n

    def ok(self):
        return True


class Session:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return await self.close()

    async def close(self):
        return cleanup()

    async def get(self):
        return await fetch(1)


def cleanup():
    return None


async def numbers():
    for n in (1, 2):
        yield Response(n)


async def main():
    async with Session() as session:
        response = await session.get()
        response.ok()
    for result in await asyncio.gather(fetch(1), fetch(2)):
        result.ok()
    async for item in numbers():
        item.ok()
    task = asyncio.create_task(fetch(3))
    (await task).ok()


asyncio.run(main())
