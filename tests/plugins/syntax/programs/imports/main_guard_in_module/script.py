def run():
    return 1


def only_when_main():
    return 2


if __name__ == "__main__":
    only_when_main()
