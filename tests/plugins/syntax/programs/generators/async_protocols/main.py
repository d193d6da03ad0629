import asyncio


class Session:
    async def __aenter__(self):
        self.open = True
        return self

    async def __aexit__(self, kind, value, trace):
        await self.shutdown()
        return False

    async def shutdown(self):
        self.open = False

    def __aiter__(self):
        self.left = 2
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return self.left

    def __enter__(self):
        # Synchronous protocol is not used.
        return self


async def main():
    rows = []
    async with Session() as session:
        async for row in session:
            rows.append(row)
    assert not session.open
    return rows


if __name__ == "__main__":
    assert asyncio.run(main()) == [1, 0]
