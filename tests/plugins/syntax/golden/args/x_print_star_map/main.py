def f(x):
    return x

print(*map(f, [1]), sep="")
