def compute(n):
    return n * n


def unused_sibling(n):
    return n


calc = compute
again = calc


def main():
    shortcut = again
    return shortcut(3) + calc(2)


assert main() == 13
