import importlib
import sys

importlib.import_module(".child", package="tree.branch").grow()
importlib.import_module("..leaf", "tree.branch").fall()
sys.modules["tree.leaf"].fall()
