from abc import ABC, abstractmethod

class A(ABC):
    @abstractmethod
    def step(self):
        pass

    def run(self):
        self.step()

class B(A):
    def step(self):
        pass

B().run()
