def risky():
    raise ValueError("x")

def log(e):
    pass

def run():
    for _ in range(2):
        try:
            return risky()
        except (ValueError, TypeError) as e:
            log(e)
        finally:
            done()

def done():
    pass

run()
