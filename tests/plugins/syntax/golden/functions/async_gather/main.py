import asyncio

async def a():
    pass

async def b():
    pass

async def go():
    await asyncio.gather(a(), b())
    await asyncio.sleep(0)

asyncio.run(go())
