def run(fast):
    if fast:
        import quick as engine
    else:
        import slow as engine
    engine.start()
