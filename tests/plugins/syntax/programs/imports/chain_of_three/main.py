from first import start


def main():
    return start()


main()
