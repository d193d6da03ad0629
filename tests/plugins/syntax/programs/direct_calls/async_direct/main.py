import asyncio


async def fetch(n):
    await pause()
    return transform(n)


async def pause():
    return None


def transform(n):
    return n * 10


async def stream(limit):
    for n in range(limit):
        yield await fetch(n)


async def never_awaited():
    return -1


async def main():
    got = [item async for item in stream(2)]
    pair = await asyncio.gather(fetch(5), fetch(6))
    assert got == [0, 10]
    assert pair == [50, 60]


asyncio.run(main())
