def one():
    pass

alias = one
alias()
del alias
