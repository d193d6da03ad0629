import toolkit
import toolkit.text as txt
from toolkit import numbers

clean = txt.clean
toolkit.hook = clean
n = numbers


def main():
    double = n.double
    assert double(4) == 8
    assert toolkit.run_hook(" a ") == "a"
    assert clean(" b") == "b"


main()
