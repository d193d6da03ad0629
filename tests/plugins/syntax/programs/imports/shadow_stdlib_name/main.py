import tokens
from tokens import join


def main():
    print(join(["a"]))
    tokens.parse("x")
    ",".join(["a"])


main()
