import geometry
from geometry import Rect
from units import round_to as rnd


def perimeter(w, h):
    return "local"


def main():
    assert geometry.perimeter(1, 2) == 6
    assert perimeter(1, 2) == "local"
    assert Rect(2, 2).perimeter() == 8
    assert rnd(1.26, 1) == 1.3


main()
