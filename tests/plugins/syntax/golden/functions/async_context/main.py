class Resource:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        pass

    def read(self):
        pass

async def main():
    async with Resource() as resource:
        resource.read()
