import argparse


def cmd_add(args):
    return save(args.name)


def cmd_list(args):
    return []


def save(name):
    return name


def positive(text):
    return int(text)


def build():
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers()
    p = sub.add_parser("add")
    p.add_argument("name")
    p.add_argument("--n", type=positive)
    p.set_defaults(func=cmd_add)
    q = sub.add_parser("list")
    q.set_defaults(func=cmd_list)
    return parser


def main(argv):
    args = build().parse_args(argv)
    return args.func(args)


main(["add", "x", "--n", "3"])
main(["list"])
