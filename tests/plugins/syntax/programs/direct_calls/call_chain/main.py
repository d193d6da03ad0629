def tokenize(text):
    return text.split()


def parse(text):
    return [convert(tok) for tok in tokenize(text)]


def convert(token):
    return int(token)


def total(numbers):
    return sum(numbers)


def unused_report():
    return 0


def main():
    assert total(parse("1 2 3")) == 6


if __name__ == "__main__":
    main()
