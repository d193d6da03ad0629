def split(line):
    return line.split("\t")


def count(line):
    # Not called.
    return len(split(line))
