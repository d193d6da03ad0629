import asyncio


async def ticker(limit, on_tick):
    for n in range(limit):
        on_tick(n)
        yield n
        await asyncio.sleep(0)


async def doubled(source):
    async for item in source:
        yield scale(item)


def scale(item):
    return item * 2


history = []


def remember(n):
    history.append(n)


async def main():
    return [item async for item in doubled(ticker(3, remember))]


assert asyncio.run(main()) == [0, 2, 4]
assert history == [0, 1, 2]
