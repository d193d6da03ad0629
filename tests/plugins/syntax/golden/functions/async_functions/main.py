import asyncio

async def fetch():
    return make()

def make():
    return Thing()

class Thing:
    def use(self):
        pass

async def main():
    thing = await fetch()
    thing.use()

asyncio.run(main())
