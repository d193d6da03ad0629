def one():
    pass

async def actions():
    yield one

async def main():
    async for action in actions():
        action()
