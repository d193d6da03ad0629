import asyncio
from contextlib import asynccontextmanager

@asynccontextmanager
async def opened():
    yield Thing()

class Thing:
    def use(self):
        pass

async def go():
    async with opened() as t:
        t.use()

asyncio.run(go())
