import asyncio

class R:
    def use(self):
        pass

async def work():
    return R()

async def go():
    t = asyncio.create_task(work())
    r = await t
    r.use()

asyncio.run(go())
