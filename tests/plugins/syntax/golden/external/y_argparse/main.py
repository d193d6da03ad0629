import argparse

def cmd(args):
    pass

parser = argparse.ArgumentParser()
sub = parser.add_subparsers()
p = sub.add_parser("go")
p.set_defaults(func=cmd)
parser.parse_args([])
