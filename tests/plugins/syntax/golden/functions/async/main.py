import asyncio

async def fetch():
    return work

def work():
    pass

async def main():
    action = await fetch()
    action()

asyncio.run(main())
