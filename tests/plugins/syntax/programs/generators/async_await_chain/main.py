import asyncio


async def fetch(key):
    await asyncio.sleep(0)
    return parse(key)


def parse(key):
    return key.upper()


async def fetch_both():
    left, right = await asyncio.gather(fetch("a"), fetch("b"))
    return join(left, right)


def join(left, right):
    return left + right


async def abandoned():
    # The coroutine object is closed without being awaited.
    return parse("z")


async def main():
    pending = abandoned()
    pending.close()
    task = asyncio.create_task(fetch_both())
    return await task


assert asyncio.run(main()) == "AB"
