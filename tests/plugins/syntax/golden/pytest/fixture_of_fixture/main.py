import pytest


class Engine:
    def run(self):
        pass


class Car:
    def __init__(self, engine):
        self.engine = engine


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
def car(engine):
    return Car(engine)


def test_drive(car):
    car.engine.run()
