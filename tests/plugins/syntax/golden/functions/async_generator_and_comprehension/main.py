import asyncio

def item():
    pass

async def items():
    yield item

async def go():
    async for f in items():
        f()
    [g() async for g in items()]

asyncio.run(go())
