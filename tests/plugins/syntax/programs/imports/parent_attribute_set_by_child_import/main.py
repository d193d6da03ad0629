import tree.branch
import tree

tree.branch.grow()
tree.grow_all()
