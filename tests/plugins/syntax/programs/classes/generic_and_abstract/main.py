from abc import ABC, abstractmethod
from typing import Generic, TypeVar

T = TypeVar("T")


class Repository(ABC, Generic[T]):
    @abstractmethod
    def get(self) -> T: ...

    def load(self) -> T:
        item = self.get()
        self.after(item)
        return item

    def after(self, item):
        return item


class User:
    def name(self):
        return "x"


class UserRepository(Repository[User]):
    def get(self) -> User:
        return User()

    def after(self, item):
        return item.name()


class Service:
    def __init__(self, repository: Repository[User]):
        self.repository = repository

    def run(self):
        return self.repository.load().name()


Service(UserRepository()).run()
