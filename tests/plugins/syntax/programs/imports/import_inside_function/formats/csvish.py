def split(line):
    return line.split(",")


def count(line):
    return len(split(line))
