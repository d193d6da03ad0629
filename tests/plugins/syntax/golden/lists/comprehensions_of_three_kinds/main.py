def f(x):
    return x

[f(x) for x in range(2)]
{f(x) for x in range(2)}
{f(x): 1 for x in range(2)}
