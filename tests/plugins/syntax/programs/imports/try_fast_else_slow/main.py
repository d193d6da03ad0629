try:
    from fast_missing import compute
except ImportError:
    from slow import compute

compute()
