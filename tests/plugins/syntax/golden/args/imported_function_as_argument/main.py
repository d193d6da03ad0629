from helpers import apply, work

apply(work)
